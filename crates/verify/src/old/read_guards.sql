-- What refuses something by itself: kind, the object that it is on as number, as SQL names it and as people do, its
-- own name, what it says, and a number of its own if it says the same as long as it has that. Each object that something may be on is a row of the kind `there`.
WITH own AS (
    SELECT n.oid AS schema, pg_catalog.quote_ident(n.nspname) || '.' AS prefix,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END AS shown
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
),
object (oid, kind, name, shown, relation, routine) AS MATERIALIZED (
    SELECT c.oid, c.relkind, o.prefix || pg_catalog.quote_ident(c.relname), o.shown || c.relname, c.oid, NULL::oid
    FROM pg_catalog.pg_class c JOIN own o ON o.schema = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S') AND NOT (o.prefix = 'public.' AND c.relname = 'schema_migrations')
    UNION ALL
    SELECT p.oid, 'F', p.oid::pg_catalog.regprocedure::text, p.oid::pg_catalog.regprocedure::text, NULL, p.oid
    FROM pg_catalog.pg_proc p JOIN own o ON o.schema = p.pronamespace
    WHERE p.prokind IN ('f', 'p', 'w') AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e')
    UNION ALL
    SELECT t.oid, 'D', o.prefix || pg_catalog.quote_ident(t.typname), o.shown || t.typname, NULL, NULL
    FROM pg_catalog.pg_type t JOIN own o ON o.schema = t.typnamespace
    WHERE t.typtype = 'd'
),
-- Partitions have what the whole table has.
whole AS (
    SELECT o.* FROM object o JOIN pg_catalog.pg_class c ON c.oid = o.relation AND NOT c.relispartition
),
guard (kind, object, own_name, definition) AS (
    SELECT 'there', o.oid, '', '' FROM object o
    UNION ALL
    SELECT 'row security', c.oid, '', '' FROM pg_catalog.pg_class c WHERE c.relrowsecurity
    UNION ALL
    SELECT 'forced', c.oid, '', '' FROM pg_catalog.pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity
    UNION ALL
    SELECT x.option_name, c.oid, '', ''
    FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.pg_options_to_table(c.reloptions) x
    WHERE c.relkind = 'v' AND x.option_name IN ('security_invoker', 'security_barrier') AND x.option_value::boolean
    UNION ALL
    SELECT 'definer', p.oid, '', '' FROM pg_catalog.pg_proc p WHERE p.prosecdef
    UNION ALL
    SELECT 'invoker', p.oid, '', '' FROM pg_catalog.pg_proc p WHERE NOT p.prosecdef
    UNION ALL
    SELECT 'search_path', p.oid, '', '' FROM pg_catalog.pg_proc p
    WHERE NOT p.prosecdef OR EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS s (setting) WHERE s.setting LIKE 'search\_path=%')
    UNION ALL
    SELECT CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'foreign key' ELSE 'exclusion constraint' END,
        COALESCE(NULLIF(k.conrelid, 0), k.contypid), k.conname, pg_catalog.replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID', '')
    FROM pg_catalog.pg_constraint k
    WHERE k.contype IN ('c', 'f', 'x') AND k.conparentid = 0
        AND (k.conrelid IN (SELECT w.relation FROM whole w) OR k.contypid IN (SELECT o.oid FROM object o WHERE o.kind = 'D'))
    UNION ALL
    -- A unique index may take the place of a constraint, and the other way around.
    SELECT 'unique key', i.indrelid, c.relname, pg_catalog.substring(pg_catalog.pg_get_indexdef(i.indexrelid), ' USING .*')
        || CASE WHEN i.indimmediate THEN '' ELSE ' DEFERRABLE' END
    FROM pg_catalog.pg_index i JOIN whole w ON w.relation = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indisunique
    UNION ALL
    SELECT CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL' END, a.attrelid, a.attname, ''
    FROM pg_catalog.pg_attribute a JOIN whole w ON w.relation = a.attrelid AND w.kind IN ('r', 'p')
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'limits', s.seqrelid, '', pg_catalog.format('MINVALUE %s MAXVALUE %s%s', s.seqmin, s.seqmax, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
    FROM pg_catalog.pg_sequence s
    UNION ALL
    -- Those whose function may refuse something, with a digest of when and how.
    SELECT 'trigger', t.tgrelid, t.tgname, pg_catalog.md5(pg_catalog.concat(p.prosrc, t.tgtype, t.tgattr,
        pg_catalog.substring(pg_catalog.pg_get_triggerdef(t.oid), ' WHEN .* EXECUTE ')))
    FROM pg_catalog.pg_trigger t
    JOIN whole w ON w.relation = t.tgrelid
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND (l.lanname <> 'plpgsql' OR p.prosrc ~* '\m(raise|assert|return\s+null)\M')
    UNION ALL
    SELECT 'rule', r.ev_class, r.rulename, '' FROM pg_catalog.pg_rewrite r WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'
    UNION ALL
    SELECT CASE WHEN p.polpermissive THEN 'policy' ELSE 'restrictive policy' END, p.polrelid, p.polname, pg_catalog.concat_ws(' ',
        'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'TO', (SELECT pg_catalog.string_agg(CASE r.oid WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(r.oid) END, ', ' ORDER BY pg_catalog.pg_get_userbyid(r.oid))
            FROM pg_catalog.unnest(p.polroles) AS r (oid)),
        'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
        'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
)
SELECT g.kind::text, o.oid::bigint, o.name::text, o.shown::text, g.own_name::text, g.definition::text, COALESCE((
    -- Where a column is renamed, only the words are others.
    SELECT k.oid::bigint FROM pg_catalog.pg_constraint k
    WHERE g.kind IN ('CHECK', 'foreign key', 'exclusion constraint') AND g.definition NOT LIKE '%NOT ENFORCED%'
        AND k.conname = g.own_name AND g.object IN (k.conrelid, k.contypid)
    UNION ALL
    SELECT i.indexrelid::bigint FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE g.kind = 'unique key' AND i.indrelid = g.object AND c.relname = g.own_name
    UNION ALL
    SELECT pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', p.polcmd, p.polroles, p.polqual, p.polwithcheck), 0)
    FROM pg_catalog.pg_policy p
    WHERE g.kind IN ('policy', 'restrictive policy') AND p.polrelid = g.object AND p.polname = g.own_name
    LIMIT 1
), 0)::bigint
FROM guard g JOIN object o ON o.oid = g.object
ORDER BY g.kind <> 'row security', g.kind, o.shown, g.own_name
