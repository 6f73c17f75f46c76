CREATE OR REPLACE FUNCTION files() RETURNS text LANGUAGE plpython3u AS $$ return '' $$;
CREATE OR REPLACE FUNCTION shell() RETURNS text AS $$ x $$ LANGUAGE 'plperlu';
CREATE OR REPLACE FUNCTION raw() RETURNS integer AS 'raw.so', 'raw' LANGUAGE c;
CREATE EXTENSION IF NOT EXISTS plpython3u;
DO LANGUAGE plpython3u $$ x = 1 $$;
