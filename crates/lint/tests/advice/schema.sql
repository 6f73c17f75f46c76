-- The tables and other objects that the pages' examples are about. A part is put before an example that
-- names it and does not create it.

-- part mood
DO $$
BEGIN
    CREATE TYPE mood AS ENUM ('sad', 'glad');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

-- part address
DO $$
BEGIN
    CREATE TYPE address AS (street text);
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

-- part users
CREATE TABLE IF NOT EXISTS users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text,
    password text,
    password_hash text,
    locale text,
    status text,
    handle text,
    age integer,
    number bigint,
    updated_at timestamptz,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email)
);
CREATE SEQUENCE IF NOT EXISTS users_number_seq OWNED BY users.number;
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql
SET search_path = '' AS $$
BEGIN
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END;
$$;

-- part teams
CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    CONSTRAINT teams_name_key UNIQUE (name)
);

-- part bands
CREATE TABLE IF NOT EXISTS bands (
    band_id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT bands_pkey PRIMARY KEY (band_id)
);

-- part orders
CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    user_id uuid NOT NULL,
    total integer NOT NULL,
    reference text NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
CREATE INDEX IF NOT EXISTS orders_user_id_idx ON orders (user_id);

-- part products
CREATE TABLE IF NOT EXISTS products (
    product_id uuid NOT NULL,
    price numeric NOT NULL,
    price_cents bigint,
    currency text NOT NULL,
    CONSTRAINT products_pkey PRIMARY KEY (product_id)
);

-- part invoices
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);

-- part roles
CREATE TABLE IF NOT EXISTS roles (
    code text NOT NULL,
    display_name text NOT NULL,
    CONSTRAINT roles_pkey PRIMARY KEY (code)
);

-- part role_names
CREATE TABLE IF NOT EXISTS role_names (
    code text NOT NULL,
    CONSTRAINT role_names_pkey PRIMARY KEY (code)
);

-- part bible_books
CREATE TABLE IF NOT EXISTS bible_books (
    osis_code text NOT NULL,
    CONSTRAINT bible_books_pkey PRIMARY KEY (osis_code)
);

-- part people
CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL,
    current_mood mood,
    CONSTRAINT people_pkey PRIMARY KEY (person_id)
);

-- part singers
CREATE TABLE IF NOT EXISTS singers (
    singer_id uuid NOT NULL,
    choir_id uuid NOT NULL,
    name text,
    nickname text,
    CONSTRAINT singers_pkey PRIMARY KEY (singer_id)
);

-- part bookings
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE IF NOT EXISTS bookings (
    booking_id uuid NOT NULL,
    room_id integer NOT NULL,
    during tstzrange NOT NULL,
    CONSTRAINT bookings_pkey PRIMARY KEY (booking_id)
);

-- part legacy_sessions
CREATE TABLE IF NOT EXISTS legacy_sessions (
    session_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT legacy_sessions_pkey PRIMARY KEY (session_id)
);

-- part notes
CREATE TABLE IF NOT EXISTS notes (
    note_id uuid NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (note_id)
);

-- part events
CREATE TABLE IF NOT EXISTS events (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, happened_at)
) PARTITION BY RANGE (happened_at);

-- part events_2026
CREATE TABLE IF NOT EXISTS events_2026 (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_2026_pkey PRIMARY KEY (event_id, happened_at)
);

-- part visits
CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid NOT NULL,
    visited_at timestamptz NOT NULL,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id, visited_at)
) PARTITION BY RANGE (visited_at);

-- part visits_2024
CREATE TABLE IF NOT EXISTS visits_2024 PARTITION OF visits
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- part plays
CREATE TABLE IF NOT EXISTS plays (
    day date NOT NULL,
    CONSTRAINT plays_pkey PRIMARY KEY (day)
) PARTITION BY RANGE (day);

-- part daily_totals
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE TABLE IF NOT EXISTS reporting.daily_totals (
    day date NOT NULL,
    CONSTRAINT daily_totals_pkey PRIMARY KEY (day)
);

-- part staging
CREATE SCHEMA IF NOT EXISTS staging;
CREATE TABLE IF NOT EXISTS staging.singers (
    singer_id uuid NOT NULL,
    CONSTRAINT singers_pkey PRIMARY KEY (singer_id)
);
CREATE TABLE IF NOT EXISTS staging.rehearsals (
    rehearsal_id uuid NOT NULL,
    CONSTRAINT rehearsals_pkey PRIMARY KEY (rehearsal_id)
);

-- part team_sizes
CREATE MATERIALIZED VIEW IF NOT EXISTS team_sizes AS SELECT team_id, 1 AS size FROM teams;
CREATE UNIQUE INDEX IF NOT EXISTS team_sizes_team_id_key ON team_sizes (team_id);

-- part active_teams
CREATE OR REPLACE VIEW active_teams AS SELECT team_id FROM teams;

-- part teams_name_idx
CREATE INDEX IF NOT EXISTS teams_name_idx ON teams (name);

-- part old_mood
DO $$
BEGIN
    CREATE TYPE old_mood AS ENUM ('sad', 'glad');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

-- part report
CREATE OR REPLACE FUNCTION report() RETURNS bigint LANGUAGE sql RETURN 1;

-- part make_slug
CREATE OR REPLACE FUNCTION make_slug(name text) RETURNS text LANGUAGE sql RETURN lower(name);
