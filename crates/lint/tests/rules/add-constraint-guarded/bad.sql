ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
ALTER TABLE users ADD CHECK (age < 200) NOT VALID;
ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (value > 0) NOT VALID;

DO $$
BEGIN
    -- A unique constraint is an index too, and fails as one.
    ALTER TABLE teams ADD CONSTRAINT teams_name_key UNIQUE USING INDEX teams_name_idx;
EXCEPTION
    WHEN duplicate_table THEN NULL;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'teams_size_check' AND conrelid = 'users'::regclass
    ) THEN
        ALTER TABLE teams ADD CONSTRAINT teams_size_check CHECK (size > 0) NOT VALID;
    END IF;
END
$$;

DO $$
BEGIN
    -- Dropped only sometimes.
    IF random() > 0.5 THEN
        ALTER TABLE teams DROP CONSTRAINT IF EXISTS teams_motto_check;
    END IF;
    ALTER TABLE teams ADD CONSTRAINT teams_motto_check CHECK (motto <> '') NOT VALID;
END
$$;
