CREATE TABEL IF NOT EXISTS teams (team_id uuid);

DO $$
BEGIN
    EXECUTE format('TRUNCATE %I', 'users');
    EXECUTE 'SELECT 1';
END
$$;
