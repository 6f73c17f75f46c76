CREATE OR REPLACE FUNCTION conversation_count() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    -- jubilee_inspire in a comment is fine.
    PERFORM inspire.refresh_conversations(1);
    RETURN (SELECT count(*) FROM "inspire".conversations);
END;
$$;

GRANT CONNECT ON DATABASE jubilee_continuum TO reporting;

UPDATE jubilee_inspire.public.conversations SET title = trim(title) WHERE title <> trim(title);

DO $$
BEGIN
    PERFORM 1 FROM pg_catalog.pg_database WHERE datname = 'jubilee_inspire';
    EXECUTE 'COMMENT ON DATABASE jubilee_inspire IS NULL';
END;
$$;
