SELECT 1;
CREATE OR REPLACE FUNCTION counted(which bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
    other record;
BEGIN
    SELECT CASE WHEN count(*) > 1 THEN 1 ELSE 0 END INTO STRICT total FROM teams WHERE id = which;
    INSERT INTO teams (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id INTO total;
    FOR other IN SELECT * FROM teams LOOP
        CONTINUE WHEN other.id IS NULL;
        RAISE NOTICE 'team %', other.id;
    END LOOP;
    GET DIAGNOSTICS total = ROW_COUNT;
    RETURN total;
EXCEPTION
    WHEN unique_violation OR no_data_found THEN
        RETURN 0;
END
$$;
-- A string need not be SQL.
CREATE TABLE IF NOT EXISTS hashes (
    id bigint CONSTRAINT hashes_pkey PRIMARY KEY,
    hash text NOT NULL DEFAULT '$2a$' CONSTRAINT hashes_hash_check CHECK (hash LIKE '$2a$%' OR hash <> 'it''s "open')
);
