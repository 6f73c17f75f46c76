CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    settings json NOT NULL DEFAULT '{}',
    history JSON[],
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
CREATE TYPE change AS (old_row json, new_row jsonb);
CREATE TABLE IF NOT EXISTS requests (
    request_id uuid NOT NULL,
    body json,
    CONSTRAINT requests_pkey PRIMARY KEY (request_id),
    CONSTRAINT requests_body_check CHECK (json_typeof(body) = 'object')
);
