-- What the statements of statements.sql are about.

CREATE TABLE owners (id bigint CONSTRAINT owners_pkey PRIMARY KEY, name text);
CREATE TABLE teams (
    id bigint CONSTRAINT teams_pkey PRIMARY KEY,
    owner_id bigint,
    name text NOT NULL,
    note varchar(10),
    size integer,
    spare text,
    CONSTRAINT teams_size_check CHECK (size > 0),
    CONSTRAINT teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owners (id)
);
ALTER TABLE teams ADD CONSTRAINT teams_name_check CHECK (name <> '') NOT VALID;
CREATE INDEX teams_name_idx ON teams (name);
CREATE UNIQUE INDEX teams_note_idx ON teams (note);
CREATE INDEX ON teams (spare);
CREATE INDEX teams_first_idx ON teams (size);
ALTER INDEX teams_first_idx RENAME TO teams_second_idx;
CREATE INDEX a_name_that_is_much_longer_than_what_postgresql_keeps_of_the_names_idx ON teams (id);
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER teams_trigger BEFORE UPDATE ON teams FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE POLICY teams_policy ON teams USING (true);
CREATE RULE teams_rule AS ON DELETE TO teams DO ALSO NOTHING;

CREATE TABLE loose (id bigint NOT NULL, owner_id bigint);
ALTER TABLE loose ADD CONSTRAINT loose_owner_id_fkey
    FOREIGN KEY (owner_id) REFERENCES owners (id) NOT VALID;
CREATE UNIQUE INDEX loose_id_idx ON loose (id);

CREATE VIEW team_names AS SELECT name FROM teams;
CREATE MATERIALIZED VIEW team_counts AS SELECT owner_id, count(*) AS total FROM teams GROUP BY owner_id;
CREATE UNIQUE INDEX team_counts_idx ON team_counts (owner_id);

CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_new (id bigint NOT NULL, day date NOT NULL);
CREATE TABLE events_rest PARTITION OF events DEFAULT;

CREATE TABLE parent (id bigint);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE orphan (id bigint);

CREATE TABLE counted (
    id bigint GENERATED ALWAYS AS IDENTITY,
    double bigint GENERATED ALWAYS AS (2) STORED
);
CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE typed OF pair;
CREATE SCHEMA elsewhere;

CREATE TABLE bands (
    id bigint CONSTRAINT bands_pkey PRIMARY KEY,
    owner_id bigint REFERENCES owners (id)
);
CREATE TABLE members (
    id bigint PRIMARY KEY,
    band_id bigint CONSTRAINT members_band_id_fkey REFERENCES bands
);
CREATE VIEW owner_names AS SELECT name FROM owners;
CREATE VIEW first_names AS SELECT name FROM owner_names;
CREATE DOMAIN score AS integer;
CREATE TABLE scored (id bigint PRIMARY KEY, best score);
CREATE TYPE mood AS ENUM ('good');
CREATE TABLE moods (id bigint PRIMARY KEY, mood mood);
CREATE TABLE plays (id bigint NOT NULL, day date NOT NULL, owner_id bigint REFERENCES owners (id))
    PARTITION BY RANGE (day);
CREATE TABLE plays_old PARTITION OF plays FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE FUNCTION lock_owners() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE owners IN SHARE MODE;
END
$$;
CREATE FUNCTION widen(which text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ADD COLUMN wide text', which);
END
$$;

CREATE TABLE probed (id bigint);
INSERT INTO probed VALUES (1);
CREATE FUNCTION locks_now(id bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_setting('probe.active', true) = 'yes' THEN
        RAISE EXCEPTION USING MESSAGE = (
            SELECT string_agg(mode, ' ') FROM pg_catalog.pg_locks
            WHERE relation = 'public.probed'::regclass AND pid = pg_backend_pid()
        );
    END IF;
    RETURN id;
END
$$;
CREATE INDEX probed_idx ON probed (locks_now(id));
