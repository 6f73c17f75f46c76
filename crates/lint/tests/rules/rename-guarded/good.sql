ALTER TABLE IF EXISTS users RENAME TO people;
ALTER INDEX IF EXISTS users_status_idx RENAME TO people_status_idx;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'people' AND column_name = 'locale'
    ) THEN
        ALTER TABLE people RENAME COLUMN locale TO language;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_attribute
        WHERE attrelid = 'people'::regclass AND attname = 'salutation'
    ) THEN
        ALTER TABLE people RENAME title TO salutation;
    END IF;
    IF EXISTS (
        SELECT 1 FROM pg_catalog.pg_enum
        WHERE enumtypid = 'mood'::regtype AND enumlabel = 'sad'
    ) THEN
        ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy';
    END IF;
    BEGIN
        ALTER POLICY people_own ON people RENAME TO people_self;
    EXCEPTION
        WHEN duplicate_object THEN NULL;
    END;
END
$$;
