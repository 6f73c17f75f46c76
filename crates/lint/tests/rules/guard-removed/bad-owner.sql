CREATE OR REPLACE FUNCTION team_count(of_city text) RETURNS bigint LANGUAGE sql
    AS 'SELECT count(*) FROM public.teams WHERE city = of_city';
CREATE OR REPLACE FUNCTION rename_team(id int, name text) RETURNS void LANGUAGE sql
    AS 'UPDATE public.teams SET name = $2 WHERE team_id = $1';
-- next migration
CREATE OR REPLACE FUNCTION team_count(city text) RETURNS bigint LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'SELECT count(*) FROM public.teams WHERE teams.city = $1';
ALTER FUNCTION rename_team(integer, text) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
