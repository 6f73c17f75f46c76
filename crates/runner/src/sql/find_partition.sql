-- PostgreSQL 13 does not have inhdetachpending: by way of to_jsonb it may be absent.
SELECT i.inhrelid::pg_catalog.regclass, pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true'
FROM pg_catalog.pg_inherits AS i
WHERE i.inhparent = pg_catalog.to_regclass({table}) AND i.inhrelid = pg_catalog.to_regclass({partition})
