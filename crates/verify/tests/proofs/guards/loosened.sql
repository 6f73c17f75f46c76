-- case
-- expect 1: UPDATE, DELETE and TRUNCATE of `evidence` were refused (evidence is append-only: UPDATE is refused), and are accepted now
DROP TRIGGER evidence_refuse ON evidence;
-- case
-- expect 2: UPDATE, DELETE and TRUNCATE of `evidence` were refused
COMMENT ON TABLE evidence IS 'Evidence.';
ALTER TABLE evidence DISABLE TRIGGER evidence_refuse;
-- case
-- expect 1: of `evidence` were refused
ALTER TABLE evidence DISABLE TRIGGER USER;
-- case
-- expect 1: DELETE from `evidence` was refused
CREATE OR REPLACE TRIGGER evidence_refuse BEFORE UPDATE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- case
-- expect 1: TRUNCATE of `evidence` was refused
DROP TRIGGER evidence_refuse ON evidence;
CREATE TRIGGER evidence_refuse BEFORE UPDATE OR DELETE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- case
-- expect 1: of `evidence` were refused
-- expect 1: UPDATE and DELETE of `receipts` were refused
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN COALESCE(NEW, OLD); END $$;
-- case
-- expect 3: UPDATE and DELETE of `receipts` were refused
DO $$
BEGIN
    DROP TRIGGER receipts_refuse ON receipts;
END $$;
-- case
-- expect 1: UPDATE of `bills.total` was refused (the total stays), and is accepted now
DROP TRIGGER bills_keep_total ON bills;
-- case
-- expect 1: DELETE from `bills` was refused
CREATE OR REPLACE FUNCTION keep_paid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'paid' AND OLD.note = 'kept' THEN RAISE EXCEPTION 'bill % is paid', OLD.id; END IF; RETURN OLD; END $$;
-- case
-- expect 1: DELETE from `settings` was refused (it left the row as it was), and is accepted now
DROP RULE settings_keep ON settings;
-- case
-- expect 1: INSERT into `sealed` was refused
DROP TRIGGER sealed_refuse ON sealed;
-- case
-- expect 1: UPDATE and DELETE of `months` were refused
DROP TRIGGER months_refuse ON months;
-- case
-- expect 1: TRUNCATE of `months_rest` was refused
DROP TRIGGER months_rest_refuse ON months_rest;
-- case
-- expect 1: DELETE from `letter_heads` was refused
DROP TRIGGER letter_heads_refuse ON letter_heads;
-- case
-- expect 1: row-level security hid rows of `letters`, and is off now
ALTER TABLE letters DISABLE ROW LEVEL SECURITY;
-- case
-- expect 1: row-level security hid rows of `votes` from its owner too
ALTER TABLE votes NO FORCE ROW LEVEL SECURITY;
-- case
-- expect 1: of `letters` by a role that no policy names were refused
CREATE POLICY letters_all ON letters USING (true);
-- case
-- expect 1: SELECT from `letters` by the role `test_reader` was refused
CREATE POLICY letters_read ON letters FOR SELECT TO test_reader USING (true);
-- case
-- expect 1: of `letters` by a role that no policy names
ALTER POLICY letters_of_owner ON letters USING (id > 0);
-- case
-- expect 2: SELECT from `votes` by the role `test_reader` was refused
DROP POLICY votes_of_tenant ON votes;
CREATE POLICY votes_of_tenant ON votes TO test_reader USING (true);
-- case
-- expect 1: DELETE from `votes` by the role `test_writer` was refused
DROP POLICY votes_read ON votes;
-- case
-- expect 1: PUBLIC, and so every role, was refused DELETE on the table `evidence`, and may do so now
GRANT DELETE ON evidence TO PUBLIC;
-- case
-- expect 1: the role `test_writer` was refused DELETE and UPDATE on the table `evidence`, and may do so now
GRANT UPDATE, DELETE ON evidence TO test_writer;
-- case
-- expect 3: the role `refuses_other` was refused TRUNCATE on the table `bills`, `evidence`
DO $$
BEGIN
    GRANT TRUNCATE ON bills, evidence TO refuses_other;
END $$;
-- case
-- expect 1: the role `refuses_other` was refused SELECT on the table `authors`, `bills`, `evidence` and
GRANT SELECT ON ALL TABLES IN SCHEMA public TO refuses_other;
-- case
-- expect 1: the role `test_reader` was refused UPDATE on the column `bills.note`
GRANT UPDATE (note) ON bills TO test_reader;
-- case
-- expect 1: the role `test_writer` was refused SELECT WITH GRANT OPTION on the table `bills`
GRANT SELECT ON bills TO test_writer WITH GRANT OPTION;
-- case
-- expect 1: the role `test_reader` was refused EXECUTE on the function `close_bill(bigint)`
GRANT EXECUTE ON FUNCTION close_bill(bigint) TO test_reader;
-- case
-- expect 1: PUBLIC, and so every role, was refused EXECUTE on the function `close_bill(bigint)`
DROP FUNCTION close_bill(bigint); CREATE FUNCTION close_bill(bill bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'UPDATE public.bills SET note = ''closed'' WHERE id = bill';
-- case
-- expect 1: the role `test_reader` was refused CREATE on the schema `public`
GRANT CREATE ON SCHEMA public TO test_reader;
-- case
-- expect 2: the role `test_reader` was refused SELECT on the table `inner_part.secrets`
-- expect 1: the role `test_reader` was refused USAGE on the schema `inner_part`
GRANT USAGE ON SCHEMA inner_part TO test_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA inner_part TO test_reader;
-- case
-- expect 1: the role `test_reader` was refused USAGE on the sequence `counter`
GRANT USAGE ON SEQUENCE counter TO test_reader;
-- case
-- expect 1: the role `test_writer` was not the owner of the table `evidence`, and is now
ALTER TABLE evidence OWNER TO test_writer;
-- case
-- expect 1: the function `total_of(bigint)` ran with the privileges of its caller
ALTER FUNCTION total_of(bigint) SECURITY DEFINER;
-- case
-- expect 1: the function `total_of(bigint)` ran with the privileges of its caller
CREATE OR REPLACE FUNCTION total_of(bill bigint) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT total FROM public.bills WHERE id = bill';
-- case
-- expect 1: the function `close_bill(bigint)` ran with a search_path of its own
ALTER FUNCTION close_bill(bigint) RESET ALL;
-- case
-- expect 1: the view `own_letters` read with the privileges of whoever asks
ALTER VIEW own_letters SET (security_invoker = false);
-- case
-- expect 1: the view `own_letters` hid its other rows
CREATE OR REPLACE VIEW own_letters WITH (security_invoker = true) AS SELECT id, body FROM letters;
-- case
-- expect 1: TRUNCATE of `evidence` was refused
ALTER TABLE evidence RENAME TO proof; CREATE TABLE evidence (LIKE proof); CREATE TRIGGER evidence_refuse BEFORE UPDATE OR DELETE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- case
-- expect 2: SELECT from `votes` by the role `test_reader`, with `app.tenant` set, was refused
ALTER TABLE votes ADD COLUMN at date;
ALTER POLICY votes_of_tenant ON votes USING (current_setting('app.tenant') <> '');
