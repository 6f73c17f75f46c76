-- Destructive: an example
DROP TABLE copies;
CREATE TABLE copies (copy_id uuid PRIMARY KEY);
DROP INDEX IF EXISTS app.notes_at_idx;
CREATE INDEX notes_at_idx ON app.notes (at);
DO $$
BEGIN
    IF to_regclass('public.songs') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE songs (song_id uuid PRIMARY KEY);
    CREATE INDEX songs_id_idx ON songs (song_id);
END
$$;
