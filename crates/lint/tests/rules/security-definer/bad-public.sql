CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS 'SELECT count(*) FROM teams';
CREATE OR REPLACE FUNCTION other() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path TO pg_catalog, "public" AS 'SELECT count(*) FROM teams';
REVOKE ALL ON FUNCTION total(), other() FROM PUBLIC;
