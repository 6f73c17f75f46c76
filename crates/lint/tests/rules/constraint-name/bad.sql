CREATE TABLE IF NOT EXISTS teams (
    team_id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z]+$') CHECK (char_length(slug) < 50),
    owner_id uuid NOT NULL,
    starts_on date,
    ends_on date,
    CHECK (starts_on < ends_on),
    CHECK (lower(slug) = slug),
    UNIQUE (starts_on, ends_on) INCLUDE (slug),
    EXCLUDE USING gist (owner_id WITH =, slug WITH =),
    EXCLUDE USING gist (daterange(starts_on, ends_on) WITH &&)
);
CREATE TABLE IF NOT EXISTS the_team_members_of_all_teams_of_all_ministries (
    the_identity_of_the_team_that_they_are_members_of uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (the_identity_of_the_team_that_they_are_members_of, user_id),
    FOREIGN KEY (the_identity_of_the_team_that_they_are_members_of) REFERENCES teams (team_id)
);
-- next migration
ALTER TABLE teams ADD COLUMN IF NOT EXISTS rating smallint CHECK (rating BETWEEN 1 AND 5);
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'email_check') THEN
        CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
        -- The first one has the name already.
        ALTER TABLE teams ADD CHECK (slug <> 'admin') NOT VALID;
    END IF;
END
$$;
