CREATE TABEL IF NOT EXISTS teams (team_id uuid);
CREATE TABLE IF NOT EXISTS teams (id integer AUTO_INCREMENT);
CREATE TABLE IF NOT EXISTS `teams` (id integer);
REPLACE INTO teams VALUES (1);
CREATE OR REPLACE FUNCTION half(n integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF n > 1 THEN
        RETURN n / 2;
    RETURN n;
END
$$;
CREATE OR REPLACE FUNCTION none() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    RETRUN 1;
END
$$;
DO $$
BEGIN
    ALTER TABEL teams ADD COLUMN motto text;
END
$$;
