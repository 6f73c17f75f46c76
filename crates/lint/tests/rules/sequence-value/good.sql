SELECT setval('users_number_seq', coalesce(max(number), 1000)) FROM users;
SELECT setval('users_number_seq', (SELECT last_number FROM old_numbers));
UPDATE users SET number = nextval('users_number_seq') WHERE number IS NULL;
ALTER TABLE users ALTER COLUMN number SET DEFAULT nextval('users_number_seq');
ALTER SEQUENCE users_number_seq OWNED BY users.number;
INSERT INTO users (number) VALUES (nextval('users_number_seq')) ON CONFLICT (number) DO NOTHING;
CREATE TEMPORARY SEQUENCE counter;
SELECT nextval('counter');
