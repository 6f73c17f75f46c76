CREATE TYPE mood AS ENUM ('good');
CREATE DOMAIN score AS integer;
CREATE TABLE IF NOT EXISTS teams (
    a double precision, b numeric(10, 2), c varchar(10), d timestamptz(3), e interval day to second,
    f bit varying(3), g text[], h mood, i score, j citext, k geometry(Point, 4326), l "char", m int4,
    n bigserial, o character(3), p timestamp(3) without time zone, q pg_catalog.int8, r _text,
    s float(24), t dec(3), u vector(3)
);
-- next migration
ALTER TABLE teams ADD COLUMN IF NOT EXISTS v teams, ADD COLUMN IF NOT EXISTS w mood[];
CREATE EXTENSION IF NOT EXISTS postgis;
ALTER TABLE teams ADD COLUMN IF NOT EXISTS x topology.layer, ADD COLUMN IF NOT EXISTS y unheard_of;
