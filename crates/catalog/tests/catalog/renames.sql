CREATE SCHEMA shop;
CREATE SCHEMA old_shop;
CREATE TYPE shop.mood AS ENUM ('sad', 'ok');
CREATE TYPE shop.place AS (street text, town text);
CREATE DOMAIN shop.email AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE shop.numbers START 7;
CREATE TABLE shop.notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    "Sub Title" text NOT NULL,
    said_by text,
    feeling shop.mood,
    CONSTRAINT notes_title_check CHECK (title <> '')
);
CREATE TABLE shop.replies (id bigint PRIMARY KEY, note bigint REFERENCES shop.notes, said text);
CREATE TABLE shop.likes (id bigint PRIMARY KEY, note bigint, said text);
CREATE INDEX notes_title_idx ON shop.notes (title);
CREATE VIEW shop.titles AS SELECT title, said_by FROM shop.notes;
CREATE MATERIALIZED VIEW shop.totals AS SELECT count(*) AS n FROM shop.notes;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER notes_touch BEFORE UPDATE ON shop.notes FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE POLICY notes_all ON shop.notes USING (id > 0);
CREATE TABLE shop.logs (at date NOT NULL, said text) PARTITION BY RANGE (at);
CREATE TABLE shop.logs_2025 PARTITION OF shop.logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.logs_2026 PARTITION OF shop.logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
