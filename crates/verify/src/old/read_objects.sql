-- What a client of this schema can use besides its tables and functions: what it is called, a statement, what is
-- asked of it, and which other statement says the same.
WITH own AS (
    SELECT n.oid AS schema, pg_catalog.quote_ident(n.nspname) || '.' AS prefix,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END AS shown
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
),
of_extension AS (
    SELECT x.classid, x.objid FROM pg_catalog.pg_depend x WHERE x.deptype = 'e'
),
view AS (
    SELECT c.oid, c.relkind, o.prefix || pg_catalog.quote_ident(c.relname) AS name, o.shown || c.relname AS shown,
        pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
        CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_relation_is_updatable(c.oid, true) ELSE 0 END AS takes,
        pg_catalog.string_agg(pg_catalog.format('%1$I = %1$I', a.attname), ', ' ORDER BY a.attnum)
            FILTER (WHERE c.relkind = 'v' AND pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true)) AS sets,
        pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
            FILTER (WHERE c.relkind = 'v' AND pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true)) AS settable
    FROM pg_catalog.pg_class c
    JOIN own o ON o.schema = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('v', 'm', 'f')
        AND NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid)
    GROUP BY c.oid, c.relkind, o.prefix, o.shown, c.relname
),
type AS (
    SELECT t.oid, o.shown || t.typname AS shown, pg_catalog.format_type(t.oid, NULL) AS name, t.typrelid, t.typtype
    FROM pg_catalog.pg_type t
    JOIN own o ON o.schema = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'd', 'c', 'r', 'b') AND NOT (t.typtype = 'b' AND t.typelem <> 0)
        AND (c.relkind IS NULL OR c.relkind = 'c')
        AND NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND x.objid = t.oid)
),
uses (kind, what, sql, asked, unless) AS (
    SELECT 1, 'SELECT from the view `' || shown || '`', 'SELECT ' || columns || ' FROM ' || name, 'prepared', NULL FROM view
    UNION ALL
    SELECT 2, 'SELECT * from `' || shown || '`', 'SELECT * FROM ' || name, 'prepared', 'SELECT from the view `' || shown || '`' FROM view
    UNION ALL
    SELECT 2, 'SELECT * from `' || shown || '`', 'SELECT * FROM ' || name || ' LIMIT 1', 'accepted', 'SELECT from the view `' || shown || '`'
    FROM view WHERE relkind <> 'f'
    UNION ALL
    SELECT 2, 'the rows of the view `' || shown || '`', 'SELECT pg_catalog.count(*) FROM ' || name, 'count', 'SELECT from the view `' || shown || '`'
    FROM view WHERE relkind = 'v'
    UNION ALL
    SELECT 2, 'UPDATE of the view `' || shown || '`', 'UPDATE ' || name || ' SET ' || sets, 'accepted', 'SELECT from the view `' || shown || '`'
    FROM view WHERE takes & 4 <> 0 AND sets <> ''
    UNION ALL
    SELECT 2, 'INSERT into the view `' || shown || '`', pg_catalog.format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM %1$s WHERE false', name, settable),
        'accepted', 'SELECT from the view `' || shown || '`'
    FROM view WHERE takes & 8 <> 0 AND settable <> ''
    UNION ALL
    SELECT 2, 'DELETE from the view `' || shown || '`', 'DELETE FROM ' || name || ' WHERE false', 'accepted', 'SELECT from the view `' || shown || '`'
    FROM view WHERE takes & 16 <> 0
    UNION ALL
    SELECT 2, 'REFRESH of `' || shown || '`', 'REFRESH MATERIALIZED VIEW ' || name, 'accepted', 'SELECT from the view `' || shown || '`'
    FROM view WHERE relkind = 'm'
    UNION ALL
    SELECT 3, 'REFRESH CONCURRENTLY of `' || shown || '`', 'REFRESH MATERIALIZED VIEW CONCURRENTLY ' || name, 'accepted', 'REFRESH of `' || shown || '`'
    FROM view WHERE relkind = 'm'
    UNION ALL
    SELECT 4, 'the type `' || shown || '`', 'SELECT NULL::' || name, 'prepared', NULL FROM type
    UNION ALL
    SELECT 5, 'a value of the type `' || t.shown || '`', pg_catalog.format('SELECT %L::%s', e.enumlabel, t.name), 'accepted', 'the type `' || t.shown || '`'
    FROM pg_catalog.pg_enum e JOIN type t ON t.oid = e.enumtypid
    UNION ALL
    SELECT 5, 'the attribute `' || t.shown || '.' || a.attname || '`', pg_catalog.format('SELECT (NULL::%s).%I', t.name, a.attname), 'prepared', 'the type `' || t.shown || '`'
    FROM type t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.typtype = 'c'
    UNION ALL
    SELECT 6, pg_catalog.format('the cast from `%s` to `%s`', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)),
        CASE c.castcontext
            WHEN 'e' THEN pg_catalog.format('SELECT NULL::%s::%s', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL))
            ELSE pg_catalog.format('CREATE TEMPORARY TABLE of_cast (v %2$s); INSERT INTO of_cast SELECT NULL::%1$s',
                pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL))
        END, CASE c.castcontext WHEN 'e' THEN 'prepared' ELSE 'accepted' END, NULL
    FROM pg_catalog.pg_cast c
    WHERE c.oid >= 16384
        AND NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND x.objid = c.oid)
    UNION ALL
    SELECT 6, 'the operator `' || o.shown || p.oprname || '`',
        pg_catalog.format('SELECT %s OPERATOR(%s%s) NULL::%s',
            CASE WHEN p.oprleft = 0 THEN '' ELSE 'NULL::' || pg_catalog.format_type(p.oprleft, NULL) END,
            o.prefix, p.oprname, pg_catalog.format_type(p.oprright, NULL)), 'prepared', NULL
    FROM pg_catalog.pg_operator p JOIN own o ON o.schema = p.oprnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND x.objid = p.oid)
    UNION ALL
    SELECT 6, 'the collation `' || o.shown || c.collname || '`',
        pg_catalog.format('SELECT ''a'' COLLATE %s%I', o.prefix, c.collname), 'prepared', NULL
    FROM pg_catalog.pg_collation c JOIN own o ON o.schema = c.collnamespace
    UNION ALL
    SELECT 6, 'the text search configuration `' || o.shown || c.cfgname || '`',
        pg_catalog.format('SELECT pg_catalog.to_tsvector(%L::pg_catalog.regconfig, ''a'')', o.prefix || pg_catalog.quote_ident(c.cfgname)), 'accepted', NULL
    FROM pg_catalog.pg_ts_config c JOIN own o ON o.schema = c.cfgnamespace
    UNION ALL
    SELECT 7, 'a number of the sequence `' || o.shown || c.relname || '`',
        pg_catalog.format('SELECT pg_catalog.nextval(%L::pg_catalog.regclass)', o.prefix || pg_catalog.quote_ident(c.relname)), 'accepted', NULL
    FROM pg_catalog.pg_class c JOIN own o ON o.schema = c.relnamespace
    WHERE c.relkind = 'S'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
            WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype IN ('i', 'e'))
    UNION ALL
    SELECT 8, 'the constraint `' || k.conname || '` deferred', pg_catalog.format('SET CONSTRAINTS %s%I DEFERRED', o.prefix, k.conname), 'accepted', NULL
    FROM pg_catalog.pg_constraint k JOIN own o ON o.schema = k.connamespace
    WHERE k.condeferrable AND k.conparentid = 0
    UNION ALL
    SELECT 9, 'the extension `' || e.extname || '`',
        'SELECT ' || pg_catalog.string_agg(pg_catalog.format('%L::pg_catalog.regprocedure', p.oid::pg_catalog.regprocedure), ', ' ORDER BY p.oid), 'accepted', NULL
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_depend x ON x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.refobjid = e.oid
        AND x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.deptype = 'e'
    JOIN pg_catalog.pg_proc p ON p.oid = x.objid
    WHERE e.extname <> 'plpgsql'
    GROUP BY e.extname
)
SELECT what, sql, asked, unless::text FROM uses WHERE sql IS NOT NULL ORDER BY kind, what, sql
