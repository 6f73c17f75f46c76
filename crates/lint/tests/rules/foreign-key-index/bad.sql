CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    owner_id uuid CONSTRAINT teams_owner_id_fkey REFERENCES users ON DELETE SET NULL,
    parent_id uuid,
    country_code text,
    region_code text,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id, owner_id),
    CONSTRAINT teams_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES teams (team_id) MATCH SIMPLE,
    CONSTRAINT teams_region_fkey
        FOREIGN KEY (country_code, region_code)
        -- ISO 3166-2
        REFERENCES regions (country_code, region_code)
);

-- Each of these serves something else.
CREATE INDEX IF NOT EXISTS teams_parent_expression_idx ON teams ((parent_id::text));
CREATE INDEX IF NOT EXISTS teams_parent_pages_idx ON teams USING brin (parent_id);
CREATE INDEX IF NOT EXISTS teams_parent_root_idx ON teams (parent_id) WHERE owner_id IS NULL;
CREATE INDEX IF NOT EXISTS teams_region_idx ON teams (region_code);
CREATE INDEX IF NOT EXISTS teams_region_split_idx ON teams (country_code, owner_id, region_code);
-- next migration
ALTER TABLE public.teams
    ADD COLUMN IF NOT EXISTS plan_code text CONSTRAINT teams_plan_code_fkey REFERENCES plans (plan_code);

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'teams_owner_id_fkey1') THEN
        ALTER TABLE teams
            ADD CONSTRAINT teams_owner_id_fkey1 FOREIGN KEY (owner_id) REFERENCES people (person_id) NOT VALID;
    END IF;
END
$$;
