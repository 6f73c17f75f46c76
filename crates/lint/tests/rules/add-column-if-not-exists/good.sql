ALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'users' AND column_name = 'locale'
    ) THEN
        ALTER TABLE users ADD COLUMN locale text;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_attribute
        WHERE attrelid = 'public.users'::regclass AND attname = 'title' AND NOT attisdropped
    ) THEN
        ALTER TABLE users ADD COLUMN title text;
    END IF;
    BEGIN
        ALTER TABLE users ADD COLUMN motto text;
    EXCEPTION
        WHEN duplicate_column THEN NULL;
    END;
END
$$;

CREATE TEMPORARY TABLE chosen (id uuid NOT NULL, CONSTRAINT chosen_pkey PRIMARY KEY (id));
ALTER TABLE chosen ADD COLUMN title text;
