DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'users_age_check' AND conrelid = 'public.users'::regclass
    ) THEN
        ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;
    END IF;
    BEGIN
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
    EXCEPTION
        WHEN undefined_object THEN NULL;
    END;
    BEGIN
        ALTER TABLE teams
            ADD CONSTRAINT teams_owner_fkey FOREIGN KEY (owner_id) REFERENCES users (id) NOT VALID;
    EXCEPTION
        WHEN duplicate_object THEN NULL;
    END;
END
$$;

ALTER TABLE users DROP CONSTRAINT IF EXISTS users_status_check;
ALTER TABLE users ADD CONSTRAINT users_status_check CHECK (status <> '') NOT VALID;

-- In one statement.
ALTER TABLE users
    DROP CONSTRAINT IF EXISTS users_locale_check,
    ADD CONSTRAINT users_locale_check CHECK (locale <> '') NOT VALID;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = 'teams_size_check') THEN
        ALTER TABLE teams DROP CONSTRAINT teams_size_check;
    END IF;
    ALTER TABLE teams ADD CONSTRAINT teams_size_check CHECK (size > 0) NOT VALID;
    IF current_setting('server_version_num')::integer >= 150000 THEN
        ALTER TABLE teams DROP CONSTRAINT IF EXISTS teams_motto_check;
        ALTER TABLE teams ADD CONSTRAINT teams_motto_check CHECK (motto <> '') NOT VALID;
    END IF;
END
$$;
