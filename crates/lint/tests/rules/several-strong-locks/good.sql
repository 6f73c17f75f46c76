-- One table, however it is called, and the one that a foreign key refers to.
ALTER TABLE teams ADD COLUMN IF NOT EXISTS owner_id uuid;
COMMENT ON TABLE owners IS 'who may change a team';
COMMENT ON TABLE bands IS 'who sings together';
ALTER TABLE public.teams ADD COLUMN IF NOT EXISTS motto text;
CREATE TABLE IF NOT EXISTS concerts (
    concert_id uuid CONSTRAINT concerts_pkey PRIMARY KEY,
    owner_id uuid CONSTRAINT concerts_owner_id_fkey REFERENCES owners (owner_id)
);
CREATE INDEX IF NOT EXISTS concerts_owner_id_idx ON concerts (owner_id);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = 'teams_owner_id_fkey') THEN
        ALTER TABLE teams ADD CONSTRAINT teams_owner_id_fkey
            FOREIGN KEY (owner_id) REFERENCES owners (owner_id) NOT VALID;
    END IF;
END
$$;
