CREATE OR REPLACE VIEW active_users AS SELECT id FROM users WHERE status = 'active';
CREATE TEMPORARY VIEW chosen AS SELECT id FROM users;
CREATE OR REPLACE FUNCTION double(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';

DROP FUNCTION IF EXISTS triple(integer);
CREATE FUNCTION triple(a int4, OUT b integer) LANGUAGE sql AS 'SELECT $1 * 3';

DROP TRIGGER IF EXISTS users_set_updated_at ON public.users;
CREATE TRIGGER users_set_updated_at
    BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE OR REPLACE TRIGGER users_touch
    BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_trigger
        WHERE tgname = 'users_check' AND tgrelid = 'public.users'::regclass
    ) THEN
        CREATE CONSTRAINT TRIGGER users_check
            AFTER UPDATE ON users
            FOR EACH ROW EXECUTE FUNCTION check_users();
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_rules WHERE rulename = 'users_protect') THEN
        DROP RULE users_protect ON users;
    END IF;
    CREATE RULE users_protect AS ON DELETE TO users DO INSTEAD NOTHING;
END
$$;
