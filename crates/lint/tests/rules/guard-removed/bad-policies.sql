CREATE TABLE IF NOT EXISTS notes (
    note_id uuid PRIMARY KEY,
    owner_id uuid NOT NULL
);
CREATE POLICY notes_of_owner ON notes USING (owner_id = current_setting('app.user_id')::uuid);
CREATE POLICY notes_added ON notes FOR INSERT WITH CHECK (owner_id = current_setting('app.user_id')::uuid);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
-- next migration
ALTER POLICY notes_added ON notes WITH CHECK (1 = 1);
-- next migration
CREATE POLICY notes_of_support ON notes FOR SELECT TO codex_readonly USING (note_id IS NOT NULL);
-- next migration
DROP POLICY IF EXISTS notes_of_owner ON notes;
CREATE POLICY notes_of_owner ON notes USING (true);
-- next migration
ALTER POLICY notes_of_support ON notes USING (owner_id = current_setting('app.user_id')::uuid);
-- next migration
ALTER POLICY notes_of_support ON notes USING (true OR owner_id IS NULL);
