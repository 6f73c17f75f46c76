REINDEX TABLE public.teams;
REINDEX INDEX teams_name_idx;
REINDEX (VERBOSE, CONCURRENTLY off) TABLE teams;
-- next migration
-- Transaction: none
REINDEX SCHEMA public;
-- next migration
-- Transaction: none
REINDEX SYSTEM jubilee_codex;
