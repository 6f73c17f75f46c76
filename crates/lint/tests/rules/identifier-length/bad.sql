CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    the_name_by_which_this_team_wishes_to_be_known_among_all_the_others_x text,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    CONSTRAINT teams_the_name_by_which_this_team_wishes_to_be_known_among_all_check
        CHECK (team_id IS NOT NULL)
);
DO $$
BEGIN
    CREATE INDEX IF NOT EXISTS teams_größe_größe_größe_größe_größe_größe_größe_größe_idx ON teams (team_id);
END
$$;
