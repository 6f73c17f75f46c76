SET LOCAL search_path = reporting, public;

SET SCHEMA 'reporting';

SET search_path TO reporting;

RESET search_path;

SELECT pg_catalog.set_config('search_path', '', true);
