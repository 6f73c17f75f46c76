ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
UPDATE teams SET motto = name WHERE motto IS NULL;
DELETE FROM bands WHERE name = '';
WITH gone AS (DELETE FROM singers WHERE name = '' RETURNING name)
INSERT INTO lost (name) SELECT name FROM gone ON CONFLICT DO NOTHING;
-- next migration
CREATE TABLE IF NOT EXISTS concerts (
    concert_id uuid CONSTRAINT concerts_pkey PRIMARY KEY,
    team_id uuid CONSTRAINT concerts_team_id_fkey REFERENCES teams (team_id)
);
CREATE INDEX IF NOT EXISTS concerts_team_id_idx ON concerts (team_id);
INSERT INTO concerts (concert_id, team_id)
(SELECT concert_id, team_id FROM plays) UNION SELECT play_id, team_id FROM bands
ON CONFLICT DO NOTHING;
-- next migration
CREATE TABLE IF NOT EXISTS pages (
    book text,
    number integer,
    CONSTRAINT pages_pkey PRIMARY KEY (book, number)
);
-- next migration
ALTER TABLE teams ADD COLUMN IF NOT EXISTS poem text;
UPDATE pages SET number = number WHERE book = 'one';
