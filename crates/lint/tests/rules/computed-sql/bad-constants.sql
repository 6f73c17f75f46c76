DO $$
DECLARE
    v text;
    n int := 1;
BEGIN
    SELECT 'ANALYZE ' || relname INTO v FROM pg_class LIMIT 1;
    EXECUTE v;
    SELECT 'ANALYZE users' INTO v WHERE random() > 0.5;
    EXECUTE v;
    -- Without ELSE it may be NULL.
    EXECUTE CASE WHEN n > 0 THEN 'ANALYZE users' END;
    EXECUTE replace('ANALYZE x', 'x', current_user);
    v := 'ANALYZE ';
    v := v || current_user;
    EXECUTE v;
END
$$;
