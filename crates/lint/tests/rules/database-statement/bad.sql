ALTER DATABASE jubilee_codex SET timezone = 'UTC';

DO $$
BEGIN
    EXECUTE 'ALTER DATABASE jubilee_codex CONNECTION LIMIT 50';
END;
$$;
