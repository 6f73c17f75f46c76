ALTER TABLE users ADD COLUMN nickname text, ADD COLUMN IF NOT EXISTS title text;
ALTER TABLE IF EXISTS "Teams" ADD motto text;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'teams' AND column_name = 'locale'
    ) THEN
        ALTER TABLE users ADD COLUMN locale text;
    END IF;
END
$$;
