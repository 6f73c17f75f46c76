SELECT count(*) FROM jubilee_codex.public.users;

COMMENT ON TABLE codex.public.users IS 'People.';

DO $$
BEGIN
    PERFORM jubilee_codex.reporting.refresh_totals();
    EXECUTE 'SELECT 1 FROM staging.public.users';
END;
$$;
