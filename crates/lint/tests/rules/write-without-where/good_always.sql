CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY,
    name text NOT NULL,
    locale text
);
-- next migration
DELETE FROM users WHERE locale IS NOT NULL;
DELETE FROM users WHERE locale = name;
DELETE FROM users WHERE random() < random();
DELETE FROM users WHERE user_id = user_id AND locale = 'en';
DELETE FROM users WHERE locale IS NULL OR name IS NOT NULL AND locale = 'en';
DELETE FROM users WHERE NULL;
DELETE FROM users WHERE false OR locale IS NULL;
UPDATE users SET locale = 'en' WHERE (locale = 'en') IS NOT TRUE;
UPDATE users SET locale = 'en' WHERE locale NOT BETWEEN locale AND locale;
UPDATE users SET locale = 'en' WHERE users.name = locale;
UPDATE users SET locale = 'en' WHERE '1' = name;
