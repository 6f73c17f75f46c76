DO $$
DECLARE
    v text;
    w text;
    suffix text := '_old';
BEGIN
    SELECT 'ANALYZE users' INTO v;
    EXECUTE v;
    SELECT 'users', 'teams' INTO v, w;
    EXECUTE 'ANALYZE ' || w;
    EXECUTE replace('ANALYZE TABLE_NAME', 'TABLE_NAME', 'users' || suffix);
    v := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'ANALYZE users' ELSE 'ANALYZE teams' END;
    EXECUTE v;
    -- A text that is built up.
    v := 'ANALYZE';
    v := v || ' users';
    v := v || concat_ws('.', '', 'x');
    suffix := 'unused';
    EXECUTE v;
END
$$;
