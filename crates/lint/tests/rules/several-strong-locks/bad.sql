CREATE TABLE IF NOT EXISTS concerts (
    concert_id uuid CONSTRAINT concerts_pkey PRIMARY KEY,
    place_id uuid CONSTRAINT concerts_place_id_fkey REFERENCES places (place_id)
);
CREATE INDEX IF NOT EXISTS concerts_place_id_idx ON concerts (place_id);
ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = 'bands_name_check') THEN
        ALTER TABLE public.bands ADD CONSTRAINT bands_name_check CHECK (name <> '') NOT VALID;
    END IF;
END
$$;
DROP TRIGGER IF EXISTS singers_changed ON singers;
