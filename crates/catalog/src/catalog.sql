-- Reads every object of the current database that a migration can make, as rows of
-- (kind, identity, attribute, value). PostgreSQL 13 to 18; needs no grant beyond CONNECT.
--
-- A column that some of these versions lack is read in a subquery whose table may have it, below an
-- outer "absent" that certainly has: PostgreSQL looks for an unqualified name from the inside out.
WITH RECURSIVE
absent (attcompression, prattrs, prqual) AS (VALUES (''::"char", NULL::int2vector, NULL::pg_node_tree)),

namespace AS MATERIALIZED (
    SELECT n.oid, quote_ident(n.nspname) AS name, n.nspowner, n.nspacl
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
),

-- What belongs to an extension is the extension's affair.
member AS MATERIALIZED (
    SELECT d.classid, d.objid, e.oid AS extension
    FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
),

relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, n.name || '.' || quote_ident(c.relname) AS identity
    FROM pg_class c JOIN namespace n ON n.oid = c.relnamespace
),

-- Each object once: where it stands in the catalogs, what it belongs to (a table's column to the table), and
-- what it is called.
found (classid, objid, objsubid, parentclass, parent, kind, identity, owner, acltype, acl) AS (
    SELECT 'pg_namespace'::regclass::oid, n.oid, 0, 0::oid, 0::oid, 'schema', n.name, n.nspowner, 'n', n.nspacl
    FROM namespace n
UNION ALL
    SELECT 'pg_extension'::regclass, e.oid, 0, 0, 0, 'extension', quote_ident(e.extname), e.extowner, NULL, NULL
    FROM pg_extension e WHERE e.oid >= 16384
UNION ALL
    SELECT 'pg_class'::regclass, c.oid, 0, CASE WHEN c.relkind IN ('i', 'I') THEN 'pg_class'::regclass::oid ELSE 0 END,
        coalesce(i.indrelid, 0),
        CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END,
        r.identity,
        CASE WHEN c.relkind NOT IN ('i', 'I') THEN c.relowner END,
        CASE c.relkind WHEN 'S' THEN 's' WHEN 'i' THEN NULL WHEN 'I' THEN NULL WHEN 'c' THEN 'T' ELSE 'r' END,
        CASE c.relkind WHEN 'c' THEN (SELECT t.typacl FROM pg_type t WHERE t.oid = c.reltype) ELSE c.relacl END
    FROM pg_class c JOIN relation r ON r.oid = c.oid LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I')
        -- Those of constraints and of identity columns are read with these.
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.deptype = 'i' AND (d.refclassid = 'pg_constraint'::regclass
                OR c.relkind = 'S' AND d.refclassid = 'pg_class'::regclass))
UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, 'pg_class'::regclass, a.attrelid, 'column',
        r.identity || '.' || quote_ident(a.attname), NULL, 'c', a.attacl
    FROM pg_attribute a JOIN relation r ON r.oid = a.attrelid
    WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, 'pg_class'::regclass, k.conrelid, 'constraint',
        r.identity || '.' || quote_ident(k.conname), NULL, NULL, NULL
    FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
    WHERE k.contype NOT IN ('n', 't')
        -- A foreign key to a partitioned table has one more for each partition.
        AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, 'pg_type'::regclass, k.contypid, 'domain constraint',
        n.name || '.' || quote_ident(t.typname) || '.' || quote_ident(k.conname), NULL, NULL, NULL
    FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN namespace n ON n.oid = t.typnamespace
    WHERE k.contype = 'c'
UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 0, 'pg_class'::regclass, t.tgrelid, 'trigger',
        r.identity || '.' || quote_ident(t.tgname), NULL, NULL, NULL
    FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid
    WHERE NOT t.tgisinternal OR t.tgparentid <> 0 AND t.tgconstraint = 0
UNION ALL
    SELECT 'pg_rewrite'::regclass, w.oid, 0, 'pg_class'::regclass, w.ev_class, 'rule',
        r.identity || '.' || quote_ident(w.rulename), NULL, NULL, NULL
    FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class
    WHERE NOT (w.rulename = '_RETURN' AND w.ev_type = '1')
UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, 0, 'pg_class'::regclass, p.polrelid, 'policy',
        r.identity || '.' || quote_ident(p.polname), NULL, NULL, NULL
    FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, 0, 0,
        CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
        p.oid::regprocedure::text, p.proowner, 'f', p.proacl
    FROM pg_proc p JOIN namespace n ON n.oid = p.pronamespace
    -- Those of range types come with the type.
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
        AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i')
UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, 0, 0,
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'base type' END,
        n.name || '.' || quote_ident(t.typname), t.typowner, 'T', t.typacl
    FROM pg_type t JOIN namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r', 'b', 'p')
        AND NOT (t.typtype = 'b' AND t.typelem <> 0
            AND EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid))
UNION ALL
    SELECT 'pg_cast'::regclass, c.oid, 0, 0, 0, 'cast',
        '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')', NULL, NULL, NULL
    FROM pg_cast c
    WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid
        AND d.deptype = 'i')
UNION ALL
    SELECT 'pg_operator'::regclass, o.oid, 0, 0, 0, 'operator',
        n.name || '.' || o.oprname || ' (' || CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END
            || ', ' || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END || ')',
        o.oprowner, NULL, NULL
    FROM pg_operator o JOIN namespace n ON n.oid = o.oprnamespace
UNION ALL
    SELECT 'pg_opfamily'::regclass, f.oid, 0, 0, 0, 'operator family',
        n.name || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(m.amname), f.opfowner, NULL, NULL
    FROM pg_opfamily f JOIN namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
UNION ALL
    SELECT 'pg_opclass'::regclass, o.oid, 0, 0, 0, 'operator class',
        n.name || '.' || quote_ident(o.opcname) || ' USING ' || quote_ident(m.amname), o.opcowner, NULL, NULL
    FROM pg_opclass o JOIN namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
UNION ALL
    SELECT 'pg_collation'::regclass, c.oid, 0, 0, 0, 'collation',
        n.name || '.' || quote_ident(c.collname), c.collowner, NULL, NULL
    FROM pg_collation c JOIN namespace n ON n.oid = c.collnamespace
UNION ALL
    SELECT 'pg_conversion'::regclass, c.oid, 0, 0, 0, 'conversion',
        n.name || '.' || quote_ident(c.conname), c.conowner, NULL, NULL
    FROM pg_conversion c JOIN namespace n ON n.oid = c.connamespace
UNION ALL
    SELECT 'pg_ts_config'::regclass, c.oid, 0, 0, 0, 'text search configuration',
        n.name || '.' || quote_ident(c.cfgname), c.cfgowner, NULL, NULL
    FROM pg_ts_config c JOIN namespace n ON n.oid = c.cfgnamespace
UNION ALL
    SELECT 'pg_ts_dict'::regclass, d.oid, 0, 0, 0, 'text search dictionary',
        n.name || '.' || quote_ident(d.dictname), d.dictowner, NULL, NULL
    FROM pg_ts_dict d JOIN namespace n ON n.oid = d.dictnamespace
UNION ALL
    SELECT 'pg_ts_parser'::regclass, p.oid, 0, 0, 0, 'text search parser',
        n.name || '.' || quote_ident(p.prsname), NULL, NULL, NULL
    FROM pg_ts_parser p JOIN namespace n ON n.oid = p.prsnamespace
UNION ALL
    SELECT 'pg_ts_template'::regclass, t.oid, 0, 0, 0, 'text search template',
        n.name || '.' || quote_ident(t.tmplname), NULL, NULL, NULL
    FROM pg_ts_template t JOIN namespace n ON n.oid = t.tmplnamespace
UNION ALL
    SELECT 'pg_statistic_ext'::regclass, s.oid, 0, 'pg_class'::regclass, s.stxrelid, 'statistics',
        n.name || '.' || quote_ident(s.stxname), s.stxowner, NULL, NULL
    FROM pg_statistic_ext s JOIN namespace n ON n.oid = s.stxnamespace
UNION ALL
    SELECT 'pg_event_trigger'::regclass, e.oid, 0, 0, 0, 'event trigger', quote_ident(e.evtname), e.evtowner, NULL, NULL
    FROM pg_event_trigger e
UNION ALL
    SELECT 'pg_publication'::regclass, p.oid, 0, 0, 0, 'publication', quote_ident(p.pubname), p.pubowner, NULL, NULL
    FROM pg_publication p
UNION ALL
    SELECT 'pg_subscription'::regclass, s.oid, 0, 0, 0, 'subscription', quote_ident(s.subname), s.subowner, NULL, NULL
    FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 0, 0, 'foreign-data wrapper', quote_ident(w.fdwname),
        w.fdwowner, 'F', w.fdwacl
    FROM pg_foreign_data_wrapper w
UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 0, 0, 0, 'server', quote_ident(s.srvname), s.srvowner, 'S', s.srvacl
    FROM pg_foreign_server s
UNION ALL
    SELECT 'pg_user_mapping'::regclass, u.umid, 0, 'pg_foreign_server'::regclass, u.srvid, 'user mapping',
        CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END || ' SERVER ' || quote_ident(u.srvname),
        NULL, NULL, NULL
    FROM pg_user_mappings u
UNION ALL
    SELECT 'pg_language'::regclass, l.oid, 0, 0, 0, 'language', quote_ident(l.lanname), l.lanowner, 'l', l.lanacl
    FROM pg_language l WHERE l.oid >= 16384
UNION ALL
    SELECT 'pg_transform'::regclass, t.oid, 0, 0, 0, 'transform',
        format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname), NULL, NULL, NULL
    FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
UNION ALL
    SELECT 'pg_am'::regclass, m.oid, 0, 0, 0, 'access method', quote_ident(m.amname), NULL, NULL, NULL
    FROM pg_am m WHERE m.oid >= 16384
UNION ALL
    SELECT 'pg_default_acl'::regclass, d.oid, 0, 0, 0, 'default privileges',
        'FOR ROLE ' || quote_ident(pg_get_userbyid(d.defaclrole)) || coalesce(' IN SCHEMA ' || n.name, '') || ' ON '
            || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS'
                ELSE d.defaclobjtype::text END,
        NULL, NULL, NULL
    FROM pg_default_acl d LEFT JOIN namespace n ON n.oid = d.defaclnamespace
UNION ALL
    SELECT 'pg_database'::regclass, d.oid, 0, 0, 0, 'database', 'current', d.datdba, 'd', d.datacl
    FROM pg_database d WHERE d.datname = current_database()
),

object AS MATERIALIZED (
    SELECT f.*, NOT EXISTS (SELECT FROM member m WHERE m.classid = f.classid AND m.objid = f.objid)
        AND NOT EXISTS (SELECT FROM member m WHERE m.classid = f.parentclass AND m.objid = f.parent) AS is_ours
    FROM found f
),

ours AS MATERIALIZED (SELECT o.* FROM object o WHERE o.is_ours),

-- A foreign key to a partitioned table has one more for each partition, and these for theirs.
chained (oid, root) AS (
    SELECT k.oid, k.oid FROM pg_constraint k
    WHERE k.contype = 'f'
        AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
UNION ALL
    SELECT k.oid, c.root
    FROM chained c JOIN pg_constraint p ON p.oid = c.oid
    JOIN pg_constraint k ON k.conparentid = p.oid AND k.conrelid = p.conrelid
),

-- Parts that the catalogs hold as objects of their own, and the object that each is read with.
part (classid, objid, ownerclass, ownerid, ownersub) AS MATERIALIZED (
    SELECT 'pg_attrdef'::regclass::oid, d.oid, 'pg_class'::regclass::oid, d.adrelid, d.adnum::integer FROM pg_attrdef d
UNION ALL
    SELECT 'pg_rewrite'::regclass, w.oid, 'pg_class'::regclass, w.ev_class, 0
    FROM pg_rewrite w WHERE w.rulename = '_RETURN' AND w.ev_type = '1'
UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0 FROM pg_type t WHERE t.typrelid <> 0
UNION ALL
    SELECT 'pg_type'::regclass, t.typarray,
        CASE WHEN t.typrelid = 0 THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END,
        CASE WHEN t.typrelid = 0 THEN t.oid ELSE t.typrelid END, 0
    FROM pg_type t WHERE t.typarray <> 0
UNION ALL
    -- The indexes of constraints; the sequences of identity columns; multiranges and what makes them.
    SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_depend d
    WHERE d.deptype = 'i' AND (
        d.classid = 'pg_class'::regclass AND d.refclassid IN ('pg_constraint'::regclass, 'pg_class'::regclass)
        OR d.classid IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_cast'::regclass) AND d.refclassid = 'pg_type'::regclass
        OR d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass, 'pg_publication_rel'::regclass))
UNION ALL
    -- Before PostgreSQL 14 sequences have row types: that of an identity column's.
    SELECT 'pg_type'::regclass, t.oid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = t.typrelid
        AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass
    WHERE t.typrelid <> 0
UNION ALL
    -- What comes with a multirange comes with its range.
    SELECT f.classid, f.objid, d.refclassid, d.refobjid, 0
    FROM pg_depend d JOIN pg_depend f ON f.refclassid = d.classid AND f.refobjid = d.objid AND f.deptype = 'i'
    WHERE d.deptype = 'i' AND d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_type'::regclass
UNION ALL
    SELECT 'pg_type'::regclass, m.typarray, d.refclassid, d.refobjid, 0
    FROM pg_depend d JOIN pg_type m ON m.oid = d.objid
    WHERE d.deptype = 'i' AND d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_type'::regclass AND m.typarray <> 0
UNION ALL
    SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_depend d
    WHERE d.deptype = 'a' AND (d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
        AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
        OR d.classid = to_regclass('pg_publication_rel') AND d.refclassid = 'pg_publication'::regclass
        OR d.classid = to_regclass('pg_publication_namespace') AND d.refclassid = 'pg_publication'::regclass)
UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 'pg_class'::regclass, k.conrelid, k.conkey[1]::integer
    FROM pg_constraint k WHERE k.contype = 'n' AND k.conrelid <> 0
UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 'pg_type'::regclass, k.contypid, 0
    FROM pg_constraint k WHERE k.contype = 'n' AND k.conrelid = 0
UNION ALL
    SELECT 'pg_constraint'::regclass, c.oid, 'pg_constraint'::regclass, c.root, 0
    FROM chained c WHERE c.oid <> c.root
UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 'pg_constraint'::regclass, coalesce(c.root, t.tgconstraint), 0
    FROM pg_trigger t LEFT JOIN chained c ON c.oid = t.tgconstraint
    WHERE t.tgisinternal AND t.tgconstraint <> 0
UNION ALL
    -- A constraint trigger's constraint.
    SELECT 'pg_constraint'::regclass, t.tgconstraint, 'pg_trigger'::regclass, t.oid, 0
    FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgconstraint <> 0
),

place AS MATERIALIZED (
    SELECT o.classid, o.objid, o.objsubid, o.kind, o.identity, o.is_ours FROM object o
UNION ALL
    SELECT p.classid, p.objid, 0, o.kind, o.identity, o.is_ours
    FROM part p JOIN object o ON (o.classid, o.objid, o.objsubid) = (p.ownerclass, p.ownerid, p.ownersub)
),

-- Where an object of an extension is needed, the extension is.
needed AS MATERIALIZED (
    SELECT p.classid, p.objid, p.objsubid, p.kind, p.identity
    FROM place p WHERE NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = (p.classid, p.objid))
UNION ALL
    SELECT m.classid, m.objid, 0, o.kind, o.identity
    FROM member m JOIN object o ON o.classid = 'pg_extension'::regclass AND o.objid = m.extension
),

-- The relation or schema that hides what belongs to it: temporary tables and the like.
within (classid, objid, relid, namespace) AS (
    SELECT c.tableoid, c.oid, NULL::oid, c.relnamespace FROM pg_class c WHERE c.oid >= 16384
    UNION ALL SELECT t.tableoid, t.oid, NULL, t.typnamespace FROM pg_type t WHERE t.oid >= 16384
    UNION ALL SELECT k.tableoid, k.oid, k.conrelid, NULL FROM pg_constraint k WHERE k.conrelid >= 16384
    UNION ALL SELECT t.tableoid, t.oid, t.tgrelid, NULL FROM pg_trigger t
    UNION ALL SELECT w.tableoid, w.oid, w.ev_class, NULL FROM pg_rewrite w WHERE w.oid >= 16384
    UNION ALL SELECT d.tableoid, d.oid, d.adrelid, NULL FROM pg_attrdef d
    UNION ALL SELECT p.tableoid, p.oid, p.polrelid, NULL FROM pg_policy p
),

-- Where something was granted or revoked; also on the sequence of an identity column, which is read with the column.
granted (classid, objid, objsubid, kind, identity, whose, owner, acltype, acl) AS MATERIALIZED (
    SELECT o.classid, o.objid, o.objsubid, o.kind, o.identity, '', o.owner, o.acltype, o.acl FROM ours o WHERE o.acl IS NOT NULL
UNION ALL
    SELECT p.classid, p.objid, 0, p.kind, p.identity, 'sequence ', c.relowner, 's', c.relacl
    FROM place p JOIN pg_class c ON p.classid = 'pg_class'::regclass AND c.oid = p.objid
    WHERE p.kind = 'column' AND p.objsubid = 0 AND p.is_ours AND c.relacl IS NOT NULL
),

held AS (
    SELECT o.classid, o.objid, o.objsubid, x.grantee,
        string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
            ORDER BY x.privilege_type COLLATE "C") AS privileges
    FROM granted o
    CROSS JOIN LATERAL (SELECT e.grantee, e.privilege_type, bool_or(e.is_grantable) AS is_grantable
        FROM aclexplode(o.acl) e GROUP BY 1, 2) x
    GROUP BY 1, 2, 3, 4
),

usual AS (
    SELECT o.classid, o.objid, o.objsubid, x.grantee, x.grantee = o.owner AS is_owner,
        string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type COLLATE "C") AS privileges
    FROM granted o
    CROSS JOIN LATERAL aclexplode(acldefault(o.acltype::"char", o.owner)) x
    GROUP BY 1, 2, 3, 4, 5
),

-- Only what differs from the privileges that such an object has when nothing was granted or revoked. "ALL" is
-- what an owner has, so that a privilege which newer servers know makes no difference.
privilege (kind, identity, attribute, value) AS (
    SELECT o.kind, o.identity, o.whose || 'privileges of ' || CASE WHEN p.grantee = 0 THEN 'PUBLIC'
            ELSE quote_ident(pg_get_userbyid(p.grantee)) END,
        CASE p.held WHEN a.privileges THEN 'ALL'
            WHEN replace(a.privileges, ', ', ' WITH GRANT OPTION, ') || ' WITH GRANT OPTION' THEN 'ALL WITH GRANT OPTION'
            ELSE coalesce(p.held, 'none') END
    FROM (SELECT classid, objid, objsubid, grantee, h.privileges AS held, u.privileges AS usual
        FROM held h FULL JOIN usual u USING (classid, objid, objsubid, grantee)) p
    JOIN granted o USING (classid, objid, objsubid)
    LEFT JOIN usual a ON a.is_owner AND (a.classid, a.objid, a.objsubid) = (o.classid, o.objid, o.objsubid)
    WHERE p.held IS DISTINCT FROM p.usual
),

detail (kind, identity, attributes) AS (
    -- Tables, views and sequences.
    SELECT o.kind, o.identity, json_build_object(
        'definition', CASE c.relkind
            WHEN 'v' THEN rtrim(pg_get_viewdef(c.oid), ';') WHEN 'm' THEN rtrim(pg_get_viewdef(c.oid), ';')
            WHEN 'i' THEN pg_get_indexdef(c.oid) WHEN 'I' THEN pg_get_indexdef(c.oid) END,
        'persistence', CASE WHEN c.relpersistence = 'u' AND c.relkind NOT IN ('i', 'I') THEN 'unlogged' END,
        'options', CASE WHEN c.relkind NOT IN ('i', 'I') THEN array_to_string(ARRAY(SELECT unnest(c.reloptions) COLLATE "C" ORDER BY 1), ', ') END,
        'toast options', (SELECT array_to_string(ARRAY(SELECT unnest(t.reloptions) COLLATE "C" ORDER BY 1), ', ')
            FROM pg_class t WHERE t.oid = c.reltoastrelid),
        'tablespace', (SELECT quote_ident(t.spcname) FROM pg_tablespace t WHERE t.oid = c.reltablespace),
        'access method', (SELECT quote_ident(m.amname) FROM pg_am m
            WHERE m.oid = c.relam AND c.relkind IN ('r', 'p', 'm') AND m.amname <> 'heap'),
        'replica identity', CASE WHEN c.relkind IN ('r', 'p', 'm') THEN CASE c.relreplident
            WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full'
            WHEN 'i' THEN 'index ' || (SELECT quote_ident(x.relname) FROM pg_index i
                JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END END,
        'clustered on', (SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = c.oid AND i.indisclustered),
        'row security', CASE WHEN c.relrowsecurity THEN 'enabled' END,
        'row security for the owner', CASE WHEN c.relforcerowsecurity THEN 'forced' END,
        'partition key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        'partition of', CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h
            WHERE h.inhrelid = c.oid) END,
        'partition bound', CASE WHEN c.relispartition AND c.relkind NOT IN ('i', 'I')
            THEN pg_get_expr(c.relpartbound, c.oid) END,
        'inherits', CASE WHEN NOT c.relispartition AND c.relkind NOT IN ('i', 'I') THEN
            (SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) FROM pg_inherits h
                WHERE h.inhrelid = c.oid) END,
        'of type', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
        'server', (SELECT quote_ident(s.srvname) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
            WHERE f.ftrelid = c.oid),
        'foreign options', (SELECT string_agg(quote_ident(x.option_name) || ' ' || quote_literal(x.option_value), ', '
            ORDER BY x.option_name COLLATE "C")
            FROM pg_foreign_table f CROSS JOIN pg_options_to_table(f.ftoptions) x WHERE f.ftrelid = c.oid),
        'kind of table', CASE c.relkind WHEN 'p' THEN 'partitioned' END
    ) FROM ours o JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid AND o.objsubid = 0
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'validity', CASE WHEN NOT i.indisvalid AND c.relkind = 'i' THEN 'INVALID' END,
        -- An index of a partitioned table is invalid until each partition has one.
        'attached', CASE WHEN NOT i.indisvalid AND c.relkind = 'I' THEN 'incomplete' END,
        'statistics', (SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
    ) FROM ours o JOIN pg_index i ON o.classid = 'pg_class'::regclass AND i.indexrelid = o.objid
        JOIN pg_class c ON c.oid = i.indexrelid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement, 'minimum', s.seqmin,
        'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', CASE WHEN s.seqcycle THEN 'yes' END,
        'owned by', (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname) FROM pg_depend d
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype = 'a'
                AND d.refclassid = 'pg_class'::regclass)
    ) FROM ours o JOIN pg_sequence s ON o.classid = 'pg_class'::regclass AND s.seqrelid = o.objid AND o.objsubid = 0
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'position', a.attnum,
        'type', format_type(a.atttypid, a.atttypmod),
        'collation', (SELECT l.oid::regcollation::text FROM pg_collation l
            WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation),
        'not null', CASE WHEN a.attnotnull THEN coalesce(
            (SELECT CASE WHEN NOT k.convalidated THEN 'not valid' WHEN k.connoinherit THEN 'no inherit' END
                FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey[1] = a.attnum),
            'yes') END,
        'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
        'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)
            || CASE a.attgenerated WHEN 's' THEN ' STORED' WHEN 'v' THEN ' VIRTUAL' ELSE ' ' || a.attgenerated::text END END,
        'identity', CASE WHEN a.attidentity <> '' THEN CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
            || (SELECT format(' (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s)',
                    x.objid::regclass, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                    CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)
                FROM pg_depend x JOIN pg_sequence s ON s.seqrelid = x.objid
                WHERE a.attidentity <> '' AND x.classid = 'pg_class'::regclass AND x.refclassid = 'pg_class'::regclass
                    AND x.refobjid = a.attrelid AND x.refobjsubid = a.attnum AND x.deptype = 'i') END,
        'storage', CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'
            WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END END,
        'compression', CASE (SELECT attcompression FROM pg_attribute v
                WHERE v.attrelid = a.attrelid AND v.attnum = a.attnum)
            WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
        'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
        'options', array_to_string(ARRAY(SELECT unnest(a.attoptions) COLLATE "C" ORDER BY 1), ', '),
        'foreign options', (SELECT string_agg(quote_ident(x.option_name) || ' ' || quote_literal(x.option_value), ', '
            ORDER BY x.option_name COLLATE "C") FROM pg_options_to_table(a.attfdwoptions) x),
        'inherited', CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'and local' ELSE 'yes' END END
    ) FROM ours o
    JOIN pg_attribute a ON o.classid = 'pg_class'::regclass AND a.attrelid = o.objid AND a.attnum = o.objsubid
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN absent
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE o.kind = 'column'
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'definition', pg_get_constraintdef(k.oid),
        'inherited', CASE WHEN k.conparentid <> 0 OR k.coninhcount > 0
            THEN CASE WHEN k.conislocal AND k.conparentid = 0 THEN 'and local' ELSE 'yes' END END,
        'references', CASE WHEN k.confrelid <> 0 THEN k.confrelid::regclass::text END,
        -- Those that enforce a foreign key, on either table, where they are not as usual.
        'triggers', (SELECT string_agg(DISTINCT (t.tgrelid::regclass::text || CASE t.tgenabled WHEN 'D' THEN ' disabled'
                WHEN 'R' THEN ' replica' ELSE ' always' END) COLLATE "C", ', ')
            FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgisinternal AND t.tgenabled <> 'O'),
        -- The definition of an exclusion constraint has them.
        'index options', CASE WHEN k.contype <> 'x' THEN
            array_to_string(ARRAY(SELECT unnest(c.reloptions) COLLATE "C" ORDER BY 1), ', ') END,
        'index tablespace', (SELECT quote_ident(t.spcname) FROM pg_tablespace t WHERE t.oid = c.reltablespace),
        'index validity', CASE WHEN NOT i.indisvalid AND c.relkind = 'i' THEN 'INVALID' END,
        'index comment', obj_description(c.oid, 'pg_class')
    ) FROM ours o JOIN pg_constraint k ON o.classid = 'pg_constraint'::regclass AND k.oid = o.objid
    LEFT JOIN (pg_class c JOIN pg_index i ON i.indexrelid = c.oid) ON c.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
            ELSE format('SFUNC = %s, STYPE = %s, SSPACE = %s', g.aggtransfn::oid::regproc, format_type(g.aggtranstype, NULL),
                    g.aggtransspace)
                || CASE WHEN g.aggfinalfn::oid <> 0 THEN format(', FINALFUNC = %s, FINALFUNC_MODIFY = %s%s',
                    g.aggfinalfn::oid::regproc, CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                        ELSE 'READ_WRITE' END, CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END) ELSE '' END
                || CASE WHEN g.aggcombinefn::oid <> 0 THEN format(', COMBINEFUNC = %s', g.aggcombinefn::oid::regproc) ELSE '' END
                || CASE WHEN g.aggserialfn::oid <> 0 THEN format(', SERIALFUNC = %s, DESERIALFUNC = %s',
                    g.aggserialfn::oid::regproc, g.aggdeserialfn::oid::regproc) ELSE '' END
                || CASE WHEN g.agginitval IS NOT NULL THEN format(', INITCOND = %L', g.agginitval) ELSE '' END
                || CASE WHEN g.aggmtransfn::oid <> 0 THEN format(', MSFUNC = %s, MINVFUNC = %s, MSTYPE = %s, MSSPACE = %s',
                    g.aggmtransfn::oid::regproc, g.aggminvtransfn::oid::regproc, format_type(g.aggmtranstype, NULL),
                    g.aggmtransspace) ELSE '' END
                || CASE WHEN g.aggmfinalfn::oid <> 0 THEN format(', MFINALFUNC = %s, MFINALFUNC_MODIFY = %s%s',
                    g.aggmfinalfn::oid::regproc, CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                        ELSE 'READ_WRITE' END, CASE WHEN g.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END) ELSE '' END
                || CASE WHEN g.aggminitval IS NOT NULL THEN format(', MINITCOND = %L', g.aggminitval) ELSE '' END
                || CASE WHEN g.aggsortop <> 0 THEN format(', SORTOP = OPERATOR(%s.%s)',
                    (SELECT quote_ident(n.nspname) FROM pg_operator x JOIN pg_namespace n ON n.oid = x.oprnamespace
                        WHERE x.oid = g.aggsortop),
                    (SELECT x.oprname FROM pg_operator x WHERE x.oid = g.aggsortop)) ELSE '' END
                || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
                || CASE WHEN g.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END END,
        'arguments', CASE p.prokind WHEN 'a' THEN pg_get_function_arguments(p.oid) END,
        'returns', CASE WHEN p.prokind <> 'a' THEN pg_get_function_result(p.oid) END,
        'names of arguments', CASE WHEN p.prokind <> 'a' THEN pg_get_function_identity_arguments(p.oid) END
    ) FROM ours o JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
    LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'definition', pg_get_triggerdef(t.oid),
        'enabled', CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
        'inherited', CASE WHEN t.tgparentid <> 0 THEN 'yes' END
    ) FROM ours o JOIN pg_trigger t ON o.classid = 'pg_trigger'::regclass AND t.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'definition', rtrim(pg_get_ruledef(w.oid), ';'),
        'enabled', CASE w.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    ) FROM ours o JOIN pg_rewrite w ON o.classid = 'pg_rewrite'::regclass AND w.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'permissive', CASE WHEN NOT p.polpermissive THEN 'restrictive' END,
        'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END,
        'roles', (SELECT string_agg(CASE WHEN r.role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r.role)) END, ', '
            ORDER BY pg_get_userbyid(r.role)::text COLLATE "C") FROM unnest(p.polroles) r (role)),
        'using', pg_get_expr(p.polqual, p.polrelid),
        'with check', pg_get_expr(p.polwithcheck, p.polrelid)
    ) FROM ours o JOIN pg_policy p ON o.classid = 'pg_policy'::regclass AND p.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, CASE t.typtype
        WHEN 'e' THEN json_build_object('labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
            FROM pg_enum e WHERE e.enumtypid = t.oid))
        WHEN 'd' THEN json_build_object('type', format_type(t.typbasetype, t.typtypmod),
            'collation', (SELECT l.oid::regcollation::text FROM pg_collation l JOIN pg_type b ON b.oid = t.typbasetype
                WHERE l.oid = t.typcollation AND l.oid <> b.typcollation),
            'not null', CASE WHEN t.typnotnull THEN 'yes' END,
            'default', coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault))
        WHEN 'r' THEN (SELECT json_build_object('definition', concat_ws(', ',
            'SUBTYPE = ' || format_type(r.rngsubtype, NULL),
            'SUBTYPE_OPCLASS = ' || (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.opcname) FROM pg_opclass c
                JOIN pg_namespace n ON n.oid = c.opcnamespace WHERE c.oid = r.rngsubopc),
            CASE WHEN r.rngcollation <> 0 THEN 'COLLATION = ' || r.rngcollation::regcollation END,
            CASE WHEN r.rngcanonical::oid <> 0 THEN 'CANONICAL = ' || r.rngcanonical::oid::regproc END,
            CASE WHEN r.rngsubdiff::oid <> 0 THEN 'SUBTYPE_DIFF = ' || r.rngsubdiff::oid::regproc END,
            -- Not before PostgreSQL 14.
            'MULTIRANGE_TYPE_NAME = ' || (SELECT quote_ident(n.nspname) || '.' || quote_ident(m.typname) FROM pg_type m
                JOIN pg_namespace n ON n.oid = m.typnamespace WHERE m.oid = (to_json(r) ->> 'rngmultitypid')::oid)))
            FROM pg_range r WHERE r.rngtypid = t.oid)
        ELSE (to_jsonb(t) - '{oid,typname,typnamespace,typowner,typacl,typrelid,typarray,typelem,typbasetype,typcollation,typdefaultbin,typsubscript,typtype,typisdefined}'::text[])::json
        END
    FROM ours o JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('schema', quote_ident(n.nspname), 'version', e.extversion)
    FROM ours o JOIN pg_extension e ON o.classid = 'pg_extension'::regclass AND e.oid = o.objid
    JOIN pg_namespace n ON n.oid = e.extnamespace
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition',
        CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::oid::regprocedure WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITHOUT FUNCTION' END
        || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)
    FROM ours o JOIN pg_cast c ON o.classid = 'pg_cast'::regclass AND c.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'result', CASE WHEN p.oprresult <> 0 THEN format_type(p.oprresult, NULL) END,
        'definition', concat_ws(', ',
            'FUNCTION = ' || p.oprcode::oid::regproc,
            CASE WHEN p.oprleft <> 0 THEN 'LEFTARG = ' || format_type(p.oprleft, NULL) END,
            CASE WHEN p.oprright <> 0 THEN 'RIGHTARG = ' || format_type(p.oprright, NULL) END,
            (SELECT 'COMMUTATOR = OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')' FROM pg_operator x
                JOIN pg_namespace n ON n.oid = x.oprnamespace WHERE x.oid = p.oprcom),
            (SELECT 'NEGATOR = OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')' FROM pg_operator x
                JOIN pg_namespace n ON n.oid = x.oprnamespace WHERE x.oid = p.oprnegate),
            CASE WHEN p.oprrest::oid <> 0 THEN 'RESTRICT = ' || p.oprrest::oid::regproc END,
            CASE WHEN p.oprjoin::oid <> 0 THEN 'JOIN = ' || p.oprjoin::oid::regproc END,
            CASE WHEN p.oprcanhash THEN 'HASHES' END, CASE WHEN p.oprcanmerge THEN 'MERGES' END))
    FROM ours o JOIN pg_operator p ON o.classid = 'pg_operator'::regclass AND p.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'operators', (SELECT string_agg(format('OPERATOR %s %s.%s (%s, %s)%s', a.amopstrategy, quote_ident(n.nspname), p.oprname,
                format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL),
                CASE WHEN a.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || (SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
                    FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily) ELSE '' END),
                '; ' ORDER BY a.amopstrategy, format_type(a.amoplefttype, NULL) COLLATE "C",
                    format_type(a.amoprighttype, NULL) COLLATE "C")
            FROM pg_amop a JOIN pg_operator p ON p.oid = a.amopopr JOIN pg_namespace n ON n.oid = p.oprnamespace
            WHERE a.amopfamily = f.oid),
        'functions', (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                format_type(a.amprocrighttype, NULL), a.amproc::oid::regprocedure), '; ' ORDER BY a.amprocnum,
                format_type(a.amproclefttype, NULL) COLLATE "C", format_type(a.amprocrighttype, NULL) COLLATE "C")
            FROM pg_amproc a WHERE a.amprocfamily = f.oid))
    FROM ours o JOIN pg_opfamily f ON o.classid = 'pg_opfamily'::regclass AND f.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'default', CASE WHEN c.opcdefault THEN 'yes' END, 'type', format_type(c.opcintype, NULL),
        'family', (SELECT quote_ident(n.nspname) || '.' || quote_ident(f.opfname) FROM pg_opfamily f
            JOIN pg_namespace n ON n.oid = f.opfnamespace WHERE f.oid = c.opcfamily),
        'storage', CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END,
        -- What stands and falls with the class, not with the family.
        'operators', (SELECT string_agg(format('OPERATOR %s %s.%s (%s, %s)%s', a.amopstrategy, quote_ident(n.nspname), p.oprname,
                format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL),
                CASE WHEN a.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || (SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
                    FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily) ELSE '' END),
                '; ' ORDER BY a.amopstrategy, format_type(a.amoplefttype, NULL) COLLATE "C",
                    format_type(a.amoprighttype, NULL) COLLATE "C")
            FROM pg_amop a JOIN pg_operator p ON p.oid = a.amopopr JOIN pg_namespace n ON n.oid = p.oprnamespace
            JOIN pg_depend d ON d.classid = a.tableoid AND d.objid = a.oid AND d.deptype = 'i'
                AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid),
        'functions', (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                format_type(a.amprocrighttype, NULL), a.amproc::oid::regprocedure), '; ' ORDER BY a.amprocnum,
                format_type(a.amproclefttype, NULL) COLLATE "C", format_type(a.amprocrighttype, NULL) COLLATE "C")
            FROM pg_amproc a JOIN pg_depend d ON d.classid = a.tableoid AND d.objid = a.oid AND d.deptype = 'i'
                AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid))
    FROM ours o JOIN pg_opclass c ON o.classid = 'pg_opclass'::regclass AND c.oid = o.objid
UNION ALL
    -- The names of a locale's columns have changed with the versions.
    SELECT o.kind, o.identity, json_build_object(
        'provider', CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default'
            ELSE c.collprovider::text END,
        'locale', coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale',
            CASE WHEN c.collprovider = 'i' THEN j.row ->> 'collcollate' END),
        'lc_collate', CASE WHEN c.collprovider = 'c' THEN j.row ->> 'collcollate' END,
        'lc_ctype', CASE WHEN c.collprovider = 'c' THEN j.row ->> 'collctype' END,
        'rules', j.row ->> 'collicurules',
        'encoding', CASE WHEN c.collencoding >= 0 THEN pg_encoding_to_char(c.collencoding) END,
        'deterministic', CASE WHEN NOT c.collisdeterministic THEN 'no' END)
    FROM ours o JOIN pg_collation c ON o.classid = 'pg_collation'::regclass AND c.oid = o.objid
    CROSS JOIN LATERAL (SELECT to_json(c)) j (row)
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', format('FOR %L TO %L FROM %s', pg_encoding_to_char(c.conforencoding),
        pg_encoding_to_char(c.contoencoding), c.conproc::oid::regproc), 'default', CASE WHEN c.condefault THEN 'yes' END)
    FROM ours o JOIN pg_conversion c ON o.classid = 'pg_conversion'::regclass AND c.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'parser', (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.prsname) FROM pg_ts_parser p
            JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE p.oid = c.cfgparser),
        'mappings', (SELECT string_agg(m.alias || ' WITH ' || m.dictionaries, '; ' ORDER BY m.alias COLLATE "C") FROM (
            SELECT t.alias, string_agg(quote_ident(n.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY x.mapseqno) AS dictionaries
            FROM pg_ts_config_map x JOIN ts_token_type(c.cfgparser) t ON t.tokid = x.maptokentype
            JOIN pg_ts_dict d ON d.oid = x.mapdict JOIN pg_namespace n ON n.oid = d.dictnamespace
            WHERE x.mapcfg = c.oid GROUP BY t.alias) m))
    FROM ours o JOIN pg_ts_config c ON o.classid = 'pg_ts_config'::regclass AND c.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'template', (SELECT quote_ident(n.nspname) || '.' || quote_ident(t.tmplname) FROM pg_ts_template t
            JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE t.oid = d.dicttemplate),
        'options', d.dictinitoption)
    FROM ours o JOIN pg_ts_dict d ON o.classid = 'pg_ts_dict'::regclass AND d.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', concat_ws(', ', 'START = ' || p.prsstart::oid::regproc,
        'GETTOKEN = ' || p.prstoken::oid::regproc, 'END = ' || p.prsend::oid::regproc, 'LEXTYPES = ' || p.prslextype::oid::regproc,
        CASE WHEN p.prsheadline::oid <> 0 THEN 'HEADLINE = ' || p.prsheadline::oid::regproc END))
    FROM ours o JOIN pg_ts_parser p ON o.classid = 'pg_ts_parser'::regclass AND p.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', concat_ws(', ', CASE WHEN t.tmplinit::oid <> 0 THEN
        'INIT = ' || t.tmplinit::oid::regproc END, 'LEXIZE = ' || t.tmpllexize::oid::regproc))
    FROM ours o JOIN pg_ts_template t ON o.classid = 'pg_ts_template'::regclass AND t.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', pg_get_statisticsobjdef(s.oid),
        'target', CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END)
    FROM ours o JOIN pg_statistic_ext s ON o.classid = 'pg_statistic_ext'::regclass AND s.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('event', e.evtevent, 'function', e.evtfoid::regprocedure::text,
        'tags', array_to_string(ARRAY(SELECT quote_literal(unnest(e.evttags)) COLLATE "C" ORDER BY 1), ', '),
        'enabled', CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END)
    FROM ours o JOIN pg_event_trigger e ON o.classid = 'pg_event_trigger'::regclass AND e.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'all tables', CASE WHEN p.puballtables THEN 'yes' END,
        'publish', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
        'via root', CASE WHEN p.pubviaroot THEN 'yes' END,
        'generated columns', nullif(to_json(p) ->> 'pubgencols', 'n'),
        'tables', (SELECT string_agg(r.identity
                || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = x.prrelid AND a.attnum = ANY (j.columns)) || ')', '')
                || coalesce(' WHERE (' || pg_get_expr(j.filter, x.prrelid) || ')', ''),
                ', ' ORDER BY r.identity COLLATE "C")
            FROM pg_publication_rel x JOIN relation r ON r.oid = x.prrelid CROSS JOIN absent
            CROSS JOIN LATERAL (SELECT prattrs, prqual FROM pg_publication_rel v WHERE v.oid = x.oid) j (columns, filter)
            WHERE x.prpubid = p.oid),
        -- Not before PostgreSQL 15.
        'schemas', (SELECT string_agg(n.name, ', ' ORDER BY n.name COLLATE "C")
            FROM pg_depend d JOIN pg_depend s ON (s.classid, s.objid) = (d.classid, d.objid)
                AND s.refclassid = 'pg_namespace'::regclass JOIN namespace n ON n.oid = s.refobjid
            WHERE d.classid = to_regclass('pg_publication_namespace') AND d.refclassid = 'pg_publication'::regclass
                AND d.refobjid = p.oid))
    FROM ours o JOIN pg_publication p ON o.classid = 'pg_publication'::regclass AND p.oid = o.objid
UNION ALL
    -- The connection string is not read, and not what only newer versions show to everybody.
    SELECT o.kind, o.identity, json_build_object('enabled', CASE WHEN s.subenabled THEN 'yes' END, 'slot', s.subslotname,
        'publications', array_to_string(ARRAY(SELECT quote_ident(unnest(s.subpublications)) COLLATE "C" ORDER BY 1), ', '))
    FROM ours o JOIN pg_subscription s ON o.classid = 'pg_subscription'::regclass AND s.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'handler', CASE WHEN w.fdwhandler::oid <> 0 THEN w.fdwhandler::oid::regproc::text END,
        'validator', CASE WHEN w.fdwvalidator::oid <> 0 THEN w.fdwvalidator::oid::regproc::text END,
        'foreign options', (SELECT string_agg(quote_ident(x.option_name) || ' ' || quote_literal(x.option_value), ', '
            ORDER BY x.option_name COLLATE "C") FROM pg_options_to_table(w.fdwoptions) x))
    FROM ours o JOIN pg_foreign_data_wrapper w ON o.classid = 'pg_foreign_data_wrapper'::regclass AND w.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object(
        'wrapper', (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw),
        'type', s.srvtype, 'version', s.srvversion,
        'foreign options', (SELECT string_agg(quote_ident(x.option_name) || ' '
                || CASE WHEN x.option_name ~* 'pass|secret|key|token' THEN quote_literal('(hidden)') ELSE quote_literal(x.option_value) END,
            ', ' ORDER BY x.option_name COLLATE "C") FROM pg_options_to_table(s.srvoptions) x))
    FROM ours o JOIN pg_foreign_server s ON o.classid = 'pg_foreign_server'::regclass AND s.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('trusted', CASE WHEN l.lanpltrusted THEN 'yes' END,
        'handler', CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc::text END,
        'inline', CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END,
        'validator', CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END)
    FROM ours o JOIN pg_language l ON o.classid = 'pg_language'::regclass AND l.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', concat_ws(', ',
        CASE WHEN t.trffromsql::oid <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::oid::regprocedure END,
        CASE WHEN t.trftosql::oid <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::oid::regprocedure END))
    FROM ours o JOIN pg_transform t ON o.classid = 'pg_transform'::regclass AND t.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, json_build_object('definition', CASE m.amtype WHEN 'i' THEN 'TYPE INDEX' ELSE 'TYPE TABLE' END
        || ' HANDLER ' || m.amhandler::oid::regproc)
    FROM ours o JOIN pg_am m ON o.classid = 'pg_am'::regclass AND m.oid = o.objid
UNION ALL
    SELECT o.kind, o.identity, (SELECT json_object_agg('privileges of ' || CASE WHEN x.grantee = 0 THEN 'PUBLIC'
            ELSE quote_ident(pg_get_userbyid(x.grantee)) END, x.privileges)
        FROM (SELECT e.grantee, CASE WHEN string_agg(e.privilege_type, ', ' ORDER BY e.privilege_type COLLATE "C") =
                (SELECT string_agg(u.privilege_type, ', ' ORDER BY u.privilege_type COLLATE "C")
                    FROM aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, 10)) u
                    WHERE u.grantee = 10)
                AND bool_and(e.is_grantable) = bool_or(e.is_grantable)
                THEN 'ALL' || CASE WHEN bool_and(e.is_grantable) THEN ' WITH GRANT OPTION' ELSE '' END
            ELSE string_agg(e.privilege_type || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
                ORDER BY e.privilege_type COLLATE "C") END AS privileges
            FROM aclexplode(d.defaclacl) e GROUP BY e.grantee) x)
    FROM ours o JOIN pg_default_acl d ON o.classid = 'pg_default_acl'::regclass AND d.oid = o.objid
UNION ALL
    SELECT 'setting', CASE WHEN s.setrole = 0 THEN 'of all roles' ELSE 'of ' || quote_ident(pg_get_userbyid(s.setrole)) END,
        (SELECT json_object_agg(split_part(c.line, '=', 1), substr(c.line, strpos(c.line, '=') + 1)) FROM unnest(s.setconfig) c (line))
    FROM pg_db_role_setting s WHERE s.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
)

SELECT d.kind, d.identity, a.key AS attribute, a.value
FROM detail d CROSS JOIN LATERAL json_each_text(d.attributes) a
-- A setting may be empty.
WHERE a.value <> '' OR d.kind = 'setting'
UNION ALL
SELECT p.kind, p.identity, p.attribute, p.value FROM privilege p
UNION ALL
SELECT o.kind, o.identity, 'owner', quote_ident(pg_get_userbyid(o.owner)) FROM ours o
WHERE o.owner IS NOT NULL AND o.kind <> 'database'
UNION ALL
SELECT o.kind, o.identity, 'comment', c.description
FROM ours o JOIN pg_description c ON (c.classoid, c.objoid, c.objsubid) = (o.classid, o.objid, o.objsubid)
UNION ALL
-- Of an identity column's.
SELECT p.kind, p.identity, 'sequence comment', c.description
FROM place p JOIN pg_description c ON (c.classoid, c.objoid, c.objsubid) = (p.classid, p.objid, 0)
WHERE p.kind = 'column' AND p.objsubid = 0 AND p.is_ours AND p.classid = 'pg_class'::regclass
UNION ALL
SELECT o.kind, o.identity, 'security label for ' || quote_ident(l.provider), l.label
FROM ours o JOIN pg_seclabel l ON (l.classoid, l.objoid, l.objsubid) = (o.classid, o.objid, o.objsubid)
UNION ALL
-- Every object has this row or the next.
SELECT o.kind, o.identity, 'is', '' FROM ours o WHERE o.parent = 0
UNION ALL
-- What it is a part of, which the reader of a row knows as "kind identity".
SELECT o.kind, o.identity, 'part of', p.kind || ' ' || p.identity
FROM ours o JOIN object p ON (p.classid, p.objid, p.objsubid) = (o.parentclass, o.parent, 0)
UNION ALL
SELECT DISTINCT a.kind, a.identity, 'needs', b.kind || ' ' || b.identity
FROM pg_depend d
JOIN place a ON (a.classid, a.objid, a.objsubid) = (d.classid, d.objid, d.objsubid)
JOIN needed b ON (b.classid, b.objid) = (d.refclassid, d.refobjid)
    AND (b.objsubid = d.refobjsubid OR b.objsubid = 0 AND b.kind = 'extension')
WHERE a.is_ours AND (a.kind, a.identity) <> (b.kind, b.identity) AND d.deptype <> 'e'
UNION ALL
-- An object that is neither read above, nor part of one that is, nor of an extension, nor temporary.
SELECT DISTINCT 'not read', i.type || ' ' || i.identity, 'is', ''
FROM (SELECT classid, objid FROM pg_depend UNION SELECT refclassid, refobjid FROM pg_depend
    UNION SELECT classid, objid FROM pg_shdepend WHERE dbid = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())
    -- What depends on nothing but PostgreSQL's own objects.
    UNION SELECT tableoid, oid FROM pg_class UNION SELECT tableoid, oid FROM pg_proc UNION SELECT tableoid, oid FROM pg_type
    UNION SELECT tableoid, oid FROM pg_operator UNION SELECT tableoid, oid FROM pg_opclass UNION SELECT tableoid, oid FROM pg_opfamily
    UNION SELECT tableoid, oid FROM pg_collation UNION SELECT tableoid, oid FROM pg_conversion
    UNION SELECT tableoid, oid FROM pg_ts_config UNION SELECT tableoid, oid FROM pg_ts_dict UNION SELECT tableoid, oid FROM pg_ts_parser
    UNION SELECT tableoid, oid FROM pg_ts_template UNION SELECT tableoid, oid FROM pg_statistic_ext
    UNION SELECT tableoid, oid FROM pg_namespace) d
LEFT JOIN within w ON (w.classid, w.objid) = (d.classid, d.objid)
LEFT JOIN pg_class c ON c.oid = w.relid
LEFT JOIN pg_namespace n ON n.oid = coalesce(w.namespace, c.relnamespace)
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
WHERE d.objid >= 16384 AND d.classid <> 'pg_largeobject'::regclass
    AND coalesce(n.nspname, i.schema, '') !~ '^pg_(toast|temp)'
    AND NOT (d.classid = 'pg_namespace'::regclass AND i.identity ~ '^pg_(toast|temp)')
    AND NOT EXISTS (SELECT FROM place p WHERE (p.classid, p.objid) = (d.classid, d.objid))
    AND NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = (d.classid, d.objid))
