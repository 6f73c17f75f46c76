-- What the policies of tables with row-level security compare with: the table, as people name it, a setting, in its
-- expression or in a function that it calls, or else a column, with its table.
WITH policy AS (
    SELECT p.oid, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS shown,
        pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) AS text
    FROM pg_catalog.pg_policy p
    JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
),
used AS (
    SELECT p.shown, d.refclassid, d.refobjid, d.refobjsubid
    FROM policy p JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
),
text AS (
    SELECT p.shown, p.text FROM policy p
    UNION ALL
    SELECT u.shown, f.prosrc
    FROM used u JOIN pg_catalog.pg_proc f ON u.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND f.oid = u.refobjid
)
SELECT DISTINCT t.shown::text, m.words[1]::text AS setting, NULL::text AS of_table, NULL::text AS of_column
FROM text t CROSS JOIN LATERAL pg_catalog.regexp_matches(t.text, 'current_setting\s*\(\s*''([^'']+\.[^'']+)''', 'gi') AS m (words)
UNION
SELECT u.shown, NULL, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname, a.attname
FROM used u
JOIN pg_catalog.pg_attribute a ON a.attrelid = u.refobjid AND a.attnum = u.refobjsubid AND a.attnum > 0
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
ORDER BY 1, 2, 3, 4
