ALTER ROLE reporting PASSWORD NULL;

ALTER ROLE reporting PASSWORD '';

-- psql -c "ALTER ROLE reporting PASSWORD '<password>'"
COMMENT ON COLUMN users.password_hash IS 'The user''s password, hashed with Argon2id.';

DO $$
BEGIN
    EXECUTE format('ALTER ROLE reporting PASSWORD %L', current_setting('app.reporting'));
    EXECUTE 'ALTER ROLE reporting PASSWORD ''' || current_setting('app.reporting') || '''';
END;
$$;
