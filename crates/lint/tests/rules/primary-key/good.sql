CREATE TABLE IF NOT EXISTS teams (team_id uuid NOT NULL CONSTRAINT teams_pkey PRIMARY KEY);
CREATE TABLE IF NOT EXISTS old_teams (LIKE teams INCLUDING INDEXES);
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (team_id uuid) ON COMMIT DROP;
CREATE TABLE IF NOT EXISTS pg_temp.passing (team_id uuid) ON COMMIT DROP;
CREATE TABLE IF NOT EXISTS visits (
    visited_at timestamptz NOT NULL,
    CONSTRAINT visits_pkey PRIMARY KEY (visited_at)
) PARTITION BY RANGE (visited_at);
CREATE TABLE IF NOT EXISTS visits_2026 PARTITION OF visits
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE IF NOT EXISTS notes (note_id uuid NOT NULL);
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'notes_pkey') THEN
        ALTER TABLE public.notes ADD CONSTRAINT notes_pkey PRIMARY KEY (note_id);
    END IF;
END
$$;
CREATE TABLE IF NOT EXISTS ignored (user_id uuid NOT NULL, other_id uuid NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS ignored_key ON ignored (user_id, other_id);
