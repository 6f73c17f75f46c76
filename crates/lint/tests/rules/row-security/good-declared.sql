-- Destructive: the notes are public now
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
