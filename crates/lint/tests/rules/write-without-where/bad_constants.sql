DO $$
DECLARE
    v text;
    t text := 'users';
BEGIN
    SELECT 'DELETE FROM sessions' INTO v;
    EXECUTE v;
    EXECUTE replace('DELETE FROM {t}', '{t}', 'tokens');
    -- Each of them is read.
    EXECUTE CASE WHEN pg_is_in_recovery() THEN 'SELECT 1' ELSE 'DELETE FROM visits' END;
    -- What v was computed from is another text by now.
    v := 'DELETE FROM ' || t;
    t := 'teams';
    EXECUTE v;
    v := 'DELETE';
    v := v || ' FROM ';
    v := v || quote_ident(t);
    EXECUTE v;
    EXECUTE CASE t WHEN 'users' THEN 'DELETE FROM never' ELSE 'SELECT 1' END;
END
$$;
