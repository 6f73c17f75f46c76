-- Destructive: an example of it
DROP INDEX users_status_idx;
DROP VIEW active_users, "Old_Users";
DROP FUNCTION double(integer);
DROP TRIGGER users_touch ON users;
DROP SCHEMA teams CASCADE;
DROP CAST (mood AS integer);
DROP MATERIALIZED VIEW figures;
ALTER TABLE IF EXISTS users DROP COLUMN nickname, DROP COLUMN IF EXISTS title;
ALTER TABLE users DROP CONSTRAINT users_age_check;
ALTER TABLE users ALTER COLUMN total DROP EXPRESSION;
ALTER TABLE users ALTER COLUMN number DROP IDENTITY;
ALTER TYPE address DROP ATTRIBUTE street;
ALTER DOMAIN positive DROP CONSTRAINT positive_check;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'teams') THEN
        DROP TABLE bands;
    END IF;
END
$$;
