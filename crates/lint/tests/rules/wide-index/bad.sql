CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid NOT NULL,
    team_id uuid,
    country_code text,
    page text,
    is_bot boolean,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
);
CREATE INDEX IF NOT EXISTS visits_search_idx ON visits (team_id, country_code, lower(page), is_bot DESC);
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS visits_all_idx
    ON public.visits (team_id, country_code, is_bot, page, visit_id);
