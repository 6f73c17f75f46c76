//! The conditions under which statements fail when they run a second time.

/// The name of a condition in PL/pgSQL, and its SQLSTATE. PostgreSQL manual, appendix
/// "PostgreSQL Error Codes".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SqlState {
    names: &'static [&'static str; 2],
}

macro_rules! conditions {
    ($($constant:ident $name:literal $code:literal;)*) => {
        impl SqlState {
            $(pub(crate) const $constant: Self = Self { names: &[$name, $code] };)*
        }
    };
}

conditions! {
    DUPLICATE_COLUMN "duplicate_column" "42701";
    DUPLICATE_FUNCTION "duplicate_function" "42723";
    DUPLICATE_OBJECT "duplicate_object" "42710";
    DUPLICATE_SCHEMA "duplicate_schema" "42P06";
    DUPLICATE_TABLE "duplicate_table" "42P07";
    INVALID_PARAMETER_VALUE "invalid_parameter_value" "22023";
    INVALID_SCHEMA_NAME "invalid_schema_name" "3F000";
    INVALID_TABLE_DEFINITION "invalid_table_definition" "42P16";
    OBJECT_NOT_IN_PREREQUISITE_STATE "object_not_in_prerequisite_state" "55000";
    UNDEFINED_COLUMN "undefined_column" "42703";
    UNDEFINED_FUNCTION "undefined_function" "42883";
    UNDEFINED_OBJECT "undefined_object" "42704";
    UNDEFINED_TABLE "undefined_table" "42P01";
    UNIQUE_VIOLATION "unique_violation" "23505";
    WRONG_OBJECT_TYPE "wrong_object_type" "42809";
}

impl SqlState {
    /// Its name in PL/pgSQL.
    pub(crate) fn name(self) -> &'static str {
        self.names[0]
    }

    /// Its SQLSTATE.
    pub(crate) fn code(self) -> &'static str {
        self.names[1]
    }

    /// What becomes of a second run, as a phrase.
    pub(crate) fn fails(self) -> String {
        format!(
            "if the migration runs again, this fails with {} (`{}`)",
            self.code(),
            self.name()
        )
    }

    /// As an `EXCEPTION` clause may call it.
    pub(crate) fn names(self) -> &'static [&'static str] {
        self.names
    }
}
