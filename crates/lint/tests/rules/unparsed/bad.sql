CREATE TABEL IF NOT EXISTS teams (team_id uuid);
