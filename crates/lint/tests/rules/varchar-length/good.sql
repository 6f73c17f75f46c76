CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    name text NOT NULL,
    title varchar,
    flags bit varying(8),
    CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    CONSTRAINT teams_name_check CHECK (char_length(name) <= 100)
);
