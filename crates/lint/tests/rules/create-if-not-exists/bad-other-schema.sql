DROP INDEX IF EXISTS notes_at_idx;
CREATE INDEX notes_at_idx ON app.notes (at);
