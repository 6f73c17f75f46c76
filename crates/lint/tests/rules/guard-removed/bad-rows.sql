CREATE TABLE IF NOT EXISTS notes (
    note_id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    secret boolean NOT NULL DEFAULT false
);
CREATE POLICY notes_of_owner ON notes USING (owner_id = current_setting('app.user_id')::uuid);
CREATE POLICY notes_not_secret ON notes AS RESTRICTIVE FOR SELECT USING (NOT secret);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- next migration
DROP POLICY IF EXISTS notes_not_secret ON notes;
ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
-- next migration
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
-- next migration
-- Whether it was on is not known.
ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;
