CREATE SCHEMA teams;

DO $$
BEGIN
    CREATE SCHEMA bands;
END
$$;

CREATE TABLE teams.members (
    member_id uuid NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (member_id)
);
CREATE UNLOGGED TABLE "Visits" (visit_id uuid NOT NULL, CONSTRAINT visits_pkey PRIMARY KEY (visit_id));
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX ON users (status);
CREATE SEQUENCE users_number_seq;
CREATE EXTENSION citext;
CREATE MATERIALIZED VIEW active_users AS SELECT id FROM users;
CREATE STATISTICS users_status_stats ON status, locale FROM users;
CREATE COLLATION german (provider = icu, locale = 'de');

-- The guard asks for something else, wants it to be there, or hides every failure.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'users') THEN
        CREATE TABLE users_archive (id uuid NOT NULL, CONSTRAINT users_archive_pkey PRIMARY KEY (id));
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'visits') THEN
        CREATE TABLE visits (id uuid NOT NULL, CONSTRAINT visits_pkey PRIMARY KEY (id));
    END IF;
    BEGIN
        CREATE TABLE tours (id uuid NOT NULL, CONSTRAINT tours_pkey PRIMARY KEY (id));
    EXCEPTION
        WHEN OTHERS THEN NULL;
    END;
    BEGIN
        CREATE TABLE trips (id uuid NOT NULL, CONSTRAINT trips_pkey PRIMARY KEY (id));
    EXCEPTION
        WHEN duplicate_table THEN RAISE;
    END;
    EXECUTE 'CREATE TABLE drives (id uuid NOT NULL, CONSTRAINT drives_pkey PRIMARY KEY (id))';
END
$$;
