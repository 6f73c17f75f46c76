CREATE SCHEMA IF NOT EXISTS teams;
CREATE TABLE IF NOT EXISTS teams.members (
    member_id uuid NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (member_id)
);
CREATE INDEX IF NOT EXISTS users_status_idx ON users (status);

-- Dropped before.
DROP MATERIALIZED VIEW IF EXISTS active_users;
CREATE MATERIALIZED VIEW active_users AS SELECT id FROM users;
CREATE UNIQUE INDEX active_users_key ON active_users (id);

-- Temporary.
CREATE TEMPORARY TABLE chosen (id uuid NOT NULL, CONSTRAINT chosen_pkey PRIMARY KEY (id));
CREATE INDEX ON chosen (id);
CREATE TEMP SEQUENCE counter;

DO $$
DECLARE
    is_there boolean := EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'tours');
    number integer;
BEGIN
    IF to_regclass('public.visits') IS NULL THEN
        CREATE TABLE visits (id uuid NOT NULL, CONSTRAINT visits_pkey PRIMARY KEY (id));
        CREATE INDEX visits_id_idx ON visits (id);
    END IF;
    IF NOT is_there THEN
        CREATE TABLE tours (id uuid NOT NULL, CONSTRAINT tours_pkey PRIMARY KEY (id));
    END IF;
    BEGIN
        CREATE TABLE trips (id uuid NOT NULL, CONSTRAINT trips_pkey PRIMARY KEY (id));
    EXCEPTION
        WHEN duplicate_table THEN RAISE NOTICE 'trips is there';
    END;
    BEGIN
        CREATE EXTENSION citext;
    EXCEPTION
        WHEN SQLSTATE '42710' THEN NULL;
    END;
    PERFORM 1 FROM pg_catalog.pg_class WHERE relname = 'drives';
    IF NOT FOUND THEN
        EXECUTE 'CREATE TABLE drives (id uuid NOT NULL, CONSTRAINT drives_pkey PRIMARY KEY (id))';
    END IF;
    SELECT count(*) INTO number FROM information_schema.tables WHERE table_name = 'flights';
    IF number = 0 THEN
        CREATE TABLE flights (id uuid NOT NULL, CONSTRAINT flights_pkey PRIMARY KEY (id));
    END IF;
END
$$;

-- Made anew each time, with what is in it.
DROP SCHEMA IF EXISTS scratch CASCADE;
CREATE SCHEMA scratch;
CREATE TABLE scratch.notes (id uuid NOT NULL, CONSTRAINT notes_pkey PRIMARY KEY (id));
CREATE INDEX ON scratch.notes (id);
