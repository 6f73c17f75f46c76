CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    name varchar(100) NOT NULL,
    title CHARACTER VARYING ( 20 ),
    tags varchar(20)[],
    motto pg_catalog.varchar(80),
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
CREATE TYPE address AS (street varchar(80), city text);
CREATE DOMAIN email AS varchar(254);
-- next migration
ALTER TABLE teams
    ADD COLUMN IF NOT EXISTS slug varchar(63),
    ALTER COLUMN motto TYPE varchar(200);
