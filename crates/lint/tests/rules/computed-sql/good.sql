CREATE OR REPLACE FUNCTION touch(which text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ANALYZE %I', which);
END
$$;
SELECT touch('users');
SELECT set_config('app.tenant', '1', true), now();
DO $$
DECLARE
    name text;
    prefix text := 'staging';
BEGIN
    FOREACH name IN ARRAY ARRAY['singers', 'rehearsals'] LOOP
        EXECUTE format('ANALYZE %I.%I', prefix, name);
    END LOOP;
    FOR name IN SELECT unnest(ARRAY['a', 'b']) LOOP
        EXECUTE 'ANALYZE ' || quote_ident(name);
    END LOOP;
END
$$;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_catalog.pg_tables LOOP
        EXECUTE format('GRANT SELECT ON %I TO codex_reader', name);
        EXECUTE 'REVOKE ALL ON ' || quote_ident(name) || ' FROM PUBLIC';
    END LOOP;
END
$$;
