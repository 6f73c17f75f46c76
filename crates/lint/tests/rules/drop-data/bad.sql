DROP TABLE IF EXISTS legacy_sessions, archive.legacy_users;

DROP SEQUENCE IF EXISTS invoice_numbers;

ALTER TABLE users
    DROP COLUMN IF EXISTS nickname,
    DROP COLUMN IF EXISTS shoe_size CASCADE;

DROP SCHEMA IF EXISTS archive CASCADE;

DROP TYPE IF EXISTS mood CASCADE;

DROP FUNCTION IF EXISTS full_name(users) CASCADE;

DO $$
BEGIN
    EXECUTE 'DROP TABLE IF EXISTS legacy_tokens';
END;
$$;
