-- The roles of the server, and of each whether something in this database is its own or granted to it.
SELECT r.rolname::text, EXISTS (
    SELECT FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_database b ON b.oid = d.dbid
    WHERE b.datname = pg_catalog.current_database() AND d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.refobjid = r.oid
)
FROM pg_catalog.pg_roles r
WHERE r.rolname NOT LIKE 'pg\_%' AND r.rolname <> 'jubilee_anyone'
