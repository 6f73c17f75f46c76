CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}'::json,
    json text,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
