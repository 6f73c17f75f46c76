SELECT setval('users_number_seq', 1000);
SELECT nextval('users_number_seq');
ALTER SEQUENCE users_number_seq RESTART WITH 1000;
ALTER TABLE users ALTER COLUMN number RESTART WITH 1000;
UPDATE users SET number = nextval('users_number_seq') WHERE locale = 'de';

DO $$
BEGIN
    PERFORM setval('users_number_seq', 5, false);
END
$$;
