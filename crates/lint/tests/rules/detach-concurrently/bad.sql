DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass('visits_2024')) THEN
        ALTER TABLE public.visits DETACH PARTITION visits_2024;
    END IF;
END
$$;
