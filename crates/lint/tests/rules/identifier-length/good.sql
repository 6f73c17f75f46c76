CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    the_name_by_which_this_team_wishes_to_be_known_among_all_others text,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
