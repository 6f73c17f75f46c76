CREATE SEQUENCE numbers;
CREATE TABLE settings (number integer UNIQUE DEFAULT nextval('numbers'), name text);
CREATE TABLE lines (line_id serial PRIMARY KEY, line text);
-- next migration
-- Destructive: numbers are given by hand
DROP SEQUENCE IF EXISTS numbers CASCADE;
-- The default is gone, so the number is NULL.
INSERT INTO settings (name) VALUES ('theme') ON CONFLICT (number) DO NOTHING;
