//! The types of `pg_catalog`.

use crate::syntax::SqlType;

/// Types that a column, a parameter or a cast may have, by PostgreSQL's own names and by those that
/// its grammar gives them.
pub(crate) const BUILTIN_TYPES: &str = "
    aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange
    anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange
    bigint bigserial bit bool boolean box bpchar bytea char character cid cidr circle cstring date
    datemultirange daterange dec decimal double event_trigger fdw_handler float float4 float8
    gtsvector index_am_handler inet int int2 int2vector int4 int4multirange int4range int8
    int8multirange int8range integer internal interval json jsonb jsonpath language_handler line
    lseg macaddr macaddr8 money name nchar numeric nummultirange numrange oid oidvector path
    pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command pg_dependencies pg_lsn
    pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon real record refcursor regclass
    regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
    regrole regtype serial serial2 serial4 serial8 smallint smallserial table_am_handler text tid
    time timestamp timestamptz timetz trigger tsm_handler tsmultirange tsquery tsrange
    tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml";

/// Whether PostgreSQL has a type of that name; `_text` is how it calls `text[]`.
pub(crate) fn is_builtin_type(name: &str) -> bool {
    let is_known = |name: &str| BUILTIN_TYPES.split_whitespace().any(|known| known == name);
    is_known(name)
        || name.strip_prefix('_').is_some_and(is_known)
        // Made of two words: PostgreSQL's own names for `float8`, `varbit` and others.
        || ["double precision", "character varying", "bit varying", "timestamp with time zone", "time with time zone"]
            .contains(&name)
}

/// Built-in types that have a length, a precision or a scale: `numeric(10, 2)`.
const WITH_MODIFIERS: [&str; 14] = [
    "bit",
    "bit varying",
    "bpchar",
    "char",
    "character",
    "character varying",
    "interval",
    "name",
    "numeric",
    "double precision",
    "time",
    "time with time zone",
    "timestamp",
    "timestamp with time zone",
];

/// Whether the server accepts something in brackets behind that built-in type: not `integer(11)`.
pub(crate) fn takes_modifiers(ty: &SqlType) -> bool {
    WITH_MODIFIERS.contains(&ty.name.name.as_str())
}
