-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS public.teams_name_idx_ccnew;
DROP INDEX CONCURRENTLY IF EXISTS public.teams_name_idx_ccold;
REINDEX INDEX CONCURRENTLY public.teams_name_idx;
-- next migration
-- Transaction: none
DO $$
BEGIN
    LOOP
        UPDATE teams SET name = trim(name)
        WHERE team_id IN (SELECT team_id FROM teams WHERE name <> trim(name) LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
