ALTER TABLE users RENAME TO people;
ALTER TABLE IF EXISTS users RENAME COLUMN locale TO language;
ALTER TABLE users RENAME CONSTRAINT users_age_check TO users_years_check;
ALTER INDEX users_status_idx RENAME TO people_status_idx;
ALTER MATERIALIZED VIEW figures RENAME TO numbers;
ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy';
ALTER TYPE mood RENAME TO temper;
ALTER TRIGGER users_touch ON users RENAME TO users_stamp;
ALTER FUNCTION double(integer) RENAME TO twice;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'teams' AND column_name = 'title'
    ) THEN
        ALTER TABLE users RENAME COLUMN title TO salutation;
    END IF;
END
$$;
