DO $$
DECLARE
    part record;
    name text;
    field text;
    i integer;
BEGIN
    FOR i IN 2024..2025 LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', 'plays_' || i);
    END LOOP;
    FOR part IN SELECT * FROM (VALUES ('singers', 'nickname'), ('bands', 'motto')) AS v (tbl, col) LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN IF EXISTS %I', part.tbl, part.col);
    END LOOP;
    FOR field, name IN SELECT v.col, v.tbl FROM (VALUES ('teams', 'slogan')) AS v (tbl, col) LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN IF EXISTS %I', name, field);
    END LOOP;
    FOREACH name IN ARRAY '{drafts,"odd one"}'::text[] LOOP
        EXECUTE format('ANALYZE %I', name);
    END LOOP;
    FOREACH name IN ARRAY '{drafts,sketches}'::text[] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', name);
    END LOOP;
END
$$;
