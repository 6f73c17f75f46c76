CREATE OR REPLACE FUNCTION report() RETURNS bigint LANGUAGE sql SET search_path = ''
AS $$ SELECT 1::bigint $$;

ALTER FUNCTION report() SET search_path = '';

SELECT current_setting('search_path');
