DO $$
BEGIN
    CREATE ROLE drift_reader;
EXCEPTION
    -- A test beside this one may make it at the same moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE numbers;
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY,
    title text NOT NULL DEFAULT 'new',
    size integer,
    said_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_title_check CHECK (title <> ''),
    CONSTRAINT notes_size_check CHECK (size > 0)
);
CREATE INDEX notes_size_idx ON notes (size);
CREATE INDEX notes_title_idx ON notes (title);
COMMENT ON TABLE notes IS 'What people wrote';
GRANT SELECT ON notes TO drift_reader;

CREATE TABLE logs (at timestamptz NOT NULL, said text) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE owned (a integer);
CREATE TABLE secured (a integer);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY secured_all ON secured USING (a > 0);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END
$$;
CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW titles AS SELECT n.title, o.a FROM notes n CROSS JOIN owned o;
CREATE FUNCTION unused() RETURNS integer LANGUAGE sql AS 'SELECT 1';
