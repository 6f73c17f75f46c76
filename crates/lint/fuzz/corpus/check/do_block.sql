DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
        CREATE TYPE mood AS ENUM ('glad', 'sad');
    ELSIF to_regclass('public.t') IS NULL THEN
        EXECUTE 'CREATE TABLE t (a int)';
    END IF;
EXCEPTION WHEN duplicate_object OR SQLSTATE '42P07' THEN
    NULL;
END
$$;
