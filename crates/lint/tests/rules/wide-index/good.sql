CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid NOT NULL,
    team_id uuid,
    country_code text,
    page text,
    is_bot boolean,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
);
CREATE INDEX IF NOT EXISTS visits_three_idx ON visits (team_id, country_code, page) INCLUDE (is_bot, visit_id);
-- What makes rows unique is no matter of choice.
CREATE UNIQUE INDEX IF NOT EXISTS visits_four_key ON visits (team_id, country_code, page, is_bot);
