ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' BEFORE 'glad';

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_enum
        WHERE enumtypid = 'mood'::regtype AND enumlabel = 'merry'
    ) THEN
        ALTER TYPE mood ADD VALUE 'merry';
    END IF;
END
$$;
