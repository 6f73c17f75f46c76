CREATE TABLE IF NOT EXISTS notes (
    note_id uuid PRIMARY KEY,
    owner_id uuid NOT NULL
);
CREATE TABLE IF NOT EXISTS songs (song_id uuid PRIMARY KEY);
CREATE POLICY songs_of_all ON songs USING (true);
ALTER TABLE songs ENABLE ROW LEVEL SECURITY;
-- next migration
-- Nothing was kept back.
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_of_all ON notes USING (true);
DROP POLICY IF EXISTS songs_of_all ON songs;
CREATE POLICY songs_of_all ON songs USING (true);
CREATE POLICY songs_read ON songs FOR SELECT USING (true);
ALTER POLICY songs_of_all ON songs USING (true) WITH CHECK (true);
-- next migration
ALTER POLICY notes_of_all ON notes USING (owner_id = current_setting('app.user_id')::uuid);
CREATE POLICY notes_of_today ON notes USING (note_id = current_setting('app.note_id')::uuid);
-- next migration
-- What it lets pass, another one takes away.
CREATE POLICY notes_read ON notes FOR SELECT USING (true);
CREATE POLICY notes_limit ON notes AS RESTRICTIVE USING (owner_id = current_setting('app.user_id')::uuid);
