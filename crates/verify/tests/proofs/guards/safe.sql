-- case
DROP TRIGGER evidence_refuse ON evidence;
CREATE TRIGGER evidence_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- case
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'insufficient_privilege'; END $$;
-- case
DROP TRIGGER receipts_refuse ON receipts;
CREATE TRIGGER receipts_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- case
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
GRANT ALL ON notes TO test_writer, test_reader, PUBLIC;
CREATE SCHEMA other;
GRANT USAGE, CREATE ON SCHEMA other TO test_writer;
-- case
ALTER TABLE bills ADD COLUMN colour text;
GRANT UPDATE (colour) ON bills TO test_reader;
-- case
REVOKE INSERT ON evidence FROM test_writer;
-- case
REVOKE ALL ON bills FROM test_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON bills TO test_writer;
-- case
REVOKE UPDATE ON bills FROM test_writer;
GRANT UPDATE (note, total) ON bills TO test_writer;
-- case
GRANT SELECT ON bills TO test_writer;
GRANT EXECUTE ON FUNCTION total_of(bigint) TO test_reader;
-- case
DROP POLICY letters_of_owner ON letters;
CREATE POLICY letters_of_owner ON letters USING (owner = current_user AND body IS NOT NULL);
-- case
DROP POLICY votes_all ON votes;
CREATE POLICY votes_all ON votes TO test_writer USING (tenant = current_setting('app.tenant')::integer);
-- case
ALTER POLICY letters_of_owner ON letters RENAME TO letters_policy;
-- case
ALTER TABLE evidence ADD COLUMN who text;
CREATE INDEX evidence_at_idx ON evidence (at);
-- case
ALTER FUNCTION close_bill(bigint) SECURITY INVOKER;
-- case
CREATE FUNCTION bill_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT count(*) FROM public.bills';
CREATE VIEW all_letters AS SELECT id FROM letters;
-- case
DO $$ BEGIN CREATE ROLE refuses_new; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT SELECT ON evidence TO refuses_new;
-- case
DROP TABLE receipts, lines;
-- case
DROP TABLE letters CASCADE;
-- case
DROP TRIGGER bills_keep_total ON bills;
CREATE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.total IS DISTINCT FROM OLD.total THEN RAISE EXCEPTION 'totals stay'; END IF; RETURN NEW; END $$;
CREATE TRIGGER bills_keep_totals BEFORE UPDATE OF total ON bills FOR EACH ROW EXECUTE FUNCTION keep_totals();
-- case
INSERT INTO settings (name, value) VALUES ('a', 'b');
ALTER TABLE settings ALTER COLUMN value SET DEFAULT '';
-- case
-- base CREATE FUNCTION has_lines() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.pages WHERE book = OLD.id) THEN RAISE EXCEPTION 'it has pages'; END IF; RETURN OLD; END $$; CREATE TABLE books (id bigint PRIMARY KEY); CREATE TABLE pages (book bigint NOT NULL REFERENCES books (id) ON DELETE CASCADE, text text); CREATE TRIGGER books_pages BEFORE DELETE ON books FOR EACH ROW EXECUTE FUNCTION has_lines();
DROP TRIGGER books_pages ON books;
ALTER TABLE pages DROP CONSTRAINT pages_book_fkey;
ALTER TABLE pages ADD CONSTRAINT pages_book_fkey FOREIGN KEY (book) REFERENCES books (id);
-- case
-- base CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.nowhere VALUES (1); RETURN NEW; END $$; CREATE TRIGGER tags_broken BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION broken();
CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- case
ALTER TABLE evidence RENAME TO proof;
ALTER TABLE proof RENAME COLUMN what TO said;
-- case
-- Loosens: for a test

DROP TRIGGER evidence_refuse ON evidence;
