//! Whether a function may give another result for each row.

use super::ObjectName;

/// Whether a function may give another result for each row. PostgreSQL manual, "Function
/// Volatility Categories".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volatility {
    /// Stable or immutable.
    NotVolatile,
    /// Not one of those that are known here: volatile, unless it is declared otherwise.
    Unknown,
    /// Volatile.
    Volatile,
}

/// What is known of the functions of that name, whatever their arguments.
pub(crate) fn volatility(function: &ObjectName) -> Volatility {
    if !matches!(function.schema.as_deref(), None | Some("pg_catalog")) {
        return Volatility::Unknown;
    }
    let is_in = |list: &str| list.split_whitespace().any(|name| name == function.name);
    if is_in(VOLATILE) {
        Volatility::Volatile
    } else if is_in(NOT_VOLATILE) {
        Volatility::NotVolatile
    } else {
        Volatility::Unknown
    }
}

/// Built-in functions, and those of pgcrypto and uuid-ossp, that defaults call.
const VOLATILE: &str = "
    clock_timestamp currval gen_random_bytes gen_random_uuid gen_salt lastval nextval random
    random_normal setval timeofday uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4
    uuidv7";

/// Built-in functions that are stable or immutable with all arguments, as far as a default may
/// call them.
const NOT_VOLATILE: &str = "
    abs age array_append array_cat array_fill array_length array_lower array_position
    array_prepend array_remove array_replace array_to_json array_to_string array_upper ascii
    btrim cardinality ceil ceiling char_length character_length chr coalesce concat concat_ws
    convert_from convert_to current_database current_schema current_schemas current_setting
    current_user date date_bin date_part date_trunc daterange decode degrees div encode exp
    floor format get_byte greatest hashtext hex host inet_client_addr initcap int4range
    int8range isempty isfinite json_array_length json_build_array json_build_object json_object
    json_typeof jsonb_array_length jsonb_build_array jsonb_build_object jsonb_insert
    jsonb_object jsonb_set jsonb_strip_nulls jsonb_typeof justify_days justify_hours
    justify_interval least left length ln log lower lpad ltrim make_date make_interval make_time
    make_timestamp make_timestamptz md5 mod now nullif num_nonnulls num_nulls numeric numrange
    octet_length overlay pg_backend_pid pg_client_encoding pg_current_xact_id pi position power
    quote_ident quote_literal quote_nullable radians regexp_replace repeat replace reverse right
    round row_to_json rpad rtrim session_user setweight sha224 sha256 sha384 sha512 sign
    split_part sqrt starts_with statement_timestamp strpos substr substring text timezone to_ascii
    to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector
    transaction_timestamp translate trim trunc tsrange tstzrange txid_current unistr upper
    version width_bucket";
