-- Who changed the label, from what and when, stands behind the runner's name in each row.
UPDATE public.schema_migrations
SET environment = {environment},
    runner = runner || '; relabelled from ' || {from} || ' by ' || current_user || ' with ' || {runner} || ' at '
        || pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
WHERE environment = {from} AND database = {database}
RETURNING version
