DO $$
BEGIN
    IF to_regclass('teams') IS NOT NULL AND to_regclass('archive.teams') IS NULL THEN
        ALTER TABLE teams SET SCHEMA archive;
    END IF;
    IF to_regclass('loud_teams') IS NOT NULL THEN
        ALTER VIEW loud_teams SET SCHEMA archive;
    END IF;
    IF to_regclass('team_sizes') IS NOT NULL THEN
        ALTER MATERIALIZED VIEW public.team_sizes SET SCHEMA archive;
    END IF;
    IF to_regtype('mood') IS NOT NULL THEN
        ALTER TYPE mood SET SCHEMA archive;
    END IF;
END
$$;
