REFRESH MATERIALIZED VIEW team_sizes;
-- next migration
REFRESH MATERIALIZED VIEW public.team_ages WITH NO DATA;
