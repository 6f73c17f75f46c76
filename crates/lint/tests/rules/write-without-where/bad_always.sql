CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY,
    name text NOT NULL,
    locale text
);
-- next migration
DELETE FROM users WHERE locale = locale;
DELETE FROM users WHERE (locale) IS NOT DISTINCT FROM locale;
DELETE FROM users WHERE locale = locale OR locale IS NULL;
DELETE FROM users WHERE locale IS NULL OR name = '' OR locale IS NOT NULL;
DELETE FROM users WHERE lower(name) <= lower(name);
UPDATE users SET locale = 'en' WHERE 1 < 2 AND NOT false;
UPDATE users SET locale = 'en' WHERE (name IS NOT NULL) IS TRUE;
UPDATE users SET locale = 'en' WHERE 2 IN (1, 2);
UPDATE users SET locale = 'en' WHERE name BETWEEN name AND name;
UPDATE users SET locale = 'en' WHERE 'true' OR locale = 'de';
UPDATE users SET locale = 'en' WHERE NOT (name <> name) AND 'a' = 'a';
MERGE INTO users USING names ON 1 = 1 WHEN MATCHED THEN DELETE;
