CREATE VIEW active_users AS SELECT id FROM users WHERE status = 'active';

CREATE FUNCTION double(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';
CREATE PROCEDURE tidy_up() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer);

CREATE TRIGGER users_set_updated_at
    BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- The trigger that is dropped is another table's.
DROP TRIGGER IF EXISTS teams_set_updated_at ON users;
CREATE TRIGGER teams_set_updated_at
    BEFORE UPDATE ON teams
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE OR REPLACE CONSTRAINT TRIGGER users_check
    AFTER UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION check_users();

CREATE RULE users_protect AS ON DELETE TO users DO INSTEAD NOTHING;
CREATE TRANSFORM FOR hstore LANGUAGE plpgsql (FROM SQL WITH FUNCTION hstore_out(internal));

-- The function that is dropped is another one of that name.
DROP FUNCTION IF EXISTS triple(text);
CREATE FUNCTION triple(a int4) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 3';
