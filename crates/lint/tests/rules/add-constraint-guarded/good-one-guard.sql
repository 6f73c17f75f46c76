DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns
                   WHERE table_name = 'teams' AND column_name = 'size') THEN
        ALTER TABLE teams ADD COLUMN size integer;
        ALTER TABLE teams ADD CONSTRAINT teams_size_check CHECK (size > 0) NOT VALID;
    END IF;
    IF (SELECT count(*) FROM information_schema.constraint_column_usage
        WHERE table_name = 'teams' AND constraint_name = 'teams_name_check') = 0 THEN
        ALTER TABLE teams ADD CONSTRAINT teams_name_check CHECK (name <> '') NOT VALID;
    END IF;
    IF (SELECT count(*) FROM information_schema.columns
        WHERE table_name = 'teams' AND column_name IN ('a', 'b')) <> 2 THEN
        ALTER TABLE teams ADD COLUMN a integer, ADD COLUMN b integer;
        ALTER TABLE teams ADD CONSTRAINT teams_a_check CHECK (a > 0) NOT VALID;
    END IF;
END
$$;
