CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    owner_id uuid CONSTRAINT teams_owner_id_fkey REFERENCES users (user_id),
    deputy_id uuid,
    country_code text,
    region_code text,
    room_id uuid,
    lease tstzrange,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    CONSTRAINT teams_team_id_fkey FOREIGN KEY (team_id) REFERENCES groups (group_id),
    CONSTRAINT teams_deputy_id_key UNIQUE (deputy_id),
    CONSTRAINT teams_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES users (user_id),
    CONSTRAINT teams_region_fkey
        FOREIGN KEY (country_code, region_code) REFERENCES regions (country_code, region_code),
    CONSTRAINT teams_room_id_fkey FOREIGN KEY (room_id) REFERENCES rooms (room_id),
    CONSTRAINT teams_room_id_lease_excl EXCLUDE USING gist (room_id WITH =, lease WITH &&)
);
CREATE INDEX IF NOT EXISTS teams_owner_id_idx ON public.teams (owner_id DESC) WHERE (owner_id IS NOT NULL);
-- In any order.
CREATE INDEX IF NOT EXISTS teams_region_idx ON teams (region_code COLLATE "C", country_code, room_id);

-- Nobody has to live with it.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (team_id uuid REFERENCES teams (team_id)) ON COMMIT DROP;

-- It has the indexes of the other one.
CREATE TABLE IF NOT EXISTS old_teams (
    LIKE teams INCLUDING ALL,
    CONSTRAINT old_teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (user_id)
);

CREATE TABLE IF NOT EXISTS notes (
    note_id uuid NOT NULL,
    team_id uuid NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (note_id)
);
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_team_id_idx ON notes (team_id);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'notes_team_id_fkey') THEN
        ALTER TABLE notes
            ADD CONSTRAINT notes_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (team_id) NOT VALID;
    END IF;
END
$$;
