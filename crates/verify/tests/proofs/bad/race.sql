-- case
-- expect race 4: of two runners at once, one fails: somebody else is here
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend') THEN
        RAISE EXCEPTION 'somebody else is here';
    END IF;
END $$;
-- case
-- expect race 0: two runners at once come to another end: table public.sessions
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend') THEN
        CREATE TABLE IF NOT EXISTS sessions (id integer);
    END IF;
END $$;
