//! Every kind of object that has a `CREATE` or `DROP` of its own: how it is written, where the
//! catalogs know it, and how a second run fails.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxKind as S;
use squawk_syntax::SyntaxNode;

use super::SqlState;

/// A kind of object.
#[derive(Debug)]
pub(crate) struct Kind {
    /// As it is called in SQL: `MATERIALIZED VIEW`.
    pub(crate) words: &'static str,
    /// What makes its creation safe to run again.
    pub(crate) remedy: Remedy,
    /// How it fails to be created where it is there already.
    pub(crate) duplicate: SqlState,
    /// How it fails to be dropped where it is not there.
    pub(crate) missing: SqlState,
    /// Where a condition may look for it: catalogs, views and functions, without schema.
    pub(crate) catalogs: &'static [&'static str],
    /// The nodes that create and drop it.
    pub(super) nodes: (Option<SyntaxKind>, SyntaxKind),
    /// The nodes that hold its name when it is created, and when it is referred to; `None` where
    /// it has no name.
    pub(super) names: Option<(SyntaxKind, SyntaxKind)>,
    /// The last of its words.
    pub(super) keyword: SyntaxKind,
    /// Whether its name counts only within its table, domain or type.
    pub(super) is_part: bool,
}

/// What makes a `CREATE` safe to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// `IF NOT EXISTS`.
    IfNotExists,
    /// `OR REPLACE`.
    OrReplace,
    /// Nothing that belongs to the statement.
    Guard,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Kind {}

impl Kind {
    /// The kind that a node creates.
    pub(crate) fn created_by(node: SyntaxKind) -> Option<&'static Self> {
        ALL.iter().find(|kind| kind.nodes.0 == Some(node))
    }

    /// The kind that a node drops.
    pub(crate) fn dropped_by(node: SyntaxKind) -> Option<&'static Self> {
        ALL.iter().find(|kind| kind.nodes.1 == node)
    }

    /// The kind that a statement alters.
    pub(crate) fn altered_by(node: SyntaxKind) -> Option<&'static Self> {
        let (_, _, words) = ALTERED.iter().find(|(alter, ..)| *alter == node)?;
        Self::called(words)
    }

    /// Whether a node gives an object of this kind another name.
    pub(crate) fn is_renamed_by(&self, node: SyntaxKind) -> bool {
        let mut all = ALTERED.iter();
        all.any(|(_, rename, words)| *rename == node && *words == self.words)
    }

    /// Whether a node refers to an object of this kind.
    pub(crate) fn is_named_by(&self, node: &SyntaxNode) -> bool {
        self.names.is_some_and(|(_, name)| name == node.kind())
    }

    /// How an `ALTER` fails where it is not there.
    pub(crate) fn not_found(&self) -> SqlState {
        match self.words {
            "INDEX" | "FOREIGN TABLE" => SqlState::UNDEFINED_TABLE,
            _ => self.missing,
        }
    }

    /// Whether `ALTER … IF EXISTS` is about it.
    pub(crate) fn knows_if_exists(&self) -> bool {
        [
            "TABLE",
            "FOREIGN TABLE",
            "VIEW",
            "MATERIALIZED VIEW",
            "INDEX",
            "SEQUENCE",
        ]
        .contains(&self.words)
    }

    /// Whether its name counts only within its table, domain or type.
    pub(crate) fn names_parts(&self) -> bool {
        self.is_part
    }

    /// What is called so in SQL.
    pub(crate) fn called(words: &str) -> Option<&'static Self> {
        ALL.iter().find(|kind| kind.words == words)
    }
}

/// The column of a catalog that holds the name.
pub(crate) fn name_column(catalog: &str) -> &'static str {
    match catalog {
        "pg_attribute" => "attname",
        "pg_authid" | "pg_roles" => "rolname",
        "pg_class" => "relname",
        "pg_collation" => "collname",
        "pg_constraint" | "pg_conversion" => "conname",
        "pg_enum" => "enumlabel",
        "pg_event_trigger" => "evtname",
        "pg_language" => "lanname",
        "pg_namespace" => "nspname",
        "pg_opclass" => "opcname",
        "pg_operator" => "oprname",
        "pg_opfamily" => "opfname",
        "pg_policy" => "polname",
        "pg_proc" => "proname",
        "pg_rewrite" => "rulename",
        "pg_statistic_ext" => "stxname",
        "pg_tablespace" => "spcname",
        "pg_trigger" => "tgname",
        "pg_ts_config" => "cfgname",
        "pg_ts_dict" => "dictname",
        "pg_ts_parser" => "prsname",
        "pg_ts_template" => "tmplname",
        "pg_type" => "typname",
        _ => "…",
    }
}

/// What alters and renames which kind.
const ALTERED: [(SyntaxKind, SyntaxKind, &str); 32] = [
    (S::ALTER_AGGREGATE, S::AGGREGATE_RENAME_TO, "AGGREGATE"),
    (S::ALTER_COLLATION, S::COLLATION_RENAME_TO, "COLLATION"),
    (S::ALTER_CONVERSION, S::CONVERSION_RENAME_TO, "CONVERSION"),
    (S::ALTER_DOMAIN, S::DOMAIN_RENAME_TO, "DOMAIN"),
    (
        S::ALTER_EVENT_TRIGGER,
        S::EVENT_TRIGGER_RENAME_TO,
        "EVENT TRIGGER",
    ),
    (S::ALTER_FOREIGN_TABLE, S::TABLE_RENAME_TO, "FOREIGN TABLE"),
    (S::ALTER_FUNCTION, S::FUNCTION_RENAME_TO, "FUNCTION"),
    (S::ALTER_GROUP, S::ROLE_RENAME_TO, "GROUP"),
    (S::ALTER_INDEX, S::INDEX_RENAME_TO, "INDEX"),
    (S::ALTER_LANGUAGE, S::LANGUAGE_RENAME_TO, "LANGUAGE"),
    (
        S::ALTER_MATERIALIZED_VIEW,
        S::VIEW_RENAME_TO,
        "MATERIALIZED VIEW",
    ),
    (S::ALTER_OPERATOR, S::OP_CLASS_RENAME_TO, "OPERATOR"),
    (
        S::ALTER_OPERATOR_CLASS,
        S::OP_CLASS_RENAME_TO,
        "OPERATOR CLASS",
    ),
    (
        S::ALTER_OPERATOR_FAMILY,
        S::OP_FAMILY_RENAME_TO,
        "OPERATOR FAMILY",
    ),
    (S::ALTER_POLICY, S::POLICY_RENAME_TO, "POLICY"),
    (S::ALTER_PROCEDURE, S::PROCEDURE_RENAME_TO, "PROCEDURE"),
    (S::ALTER_ROLE, S::ROLE_RENAME_TO, "ROLE"),
    (S::ALTER_ROUTINE, S::ROUTINE_RENAME_TO, "ROUTINE"),
    (S::ALTER_RULE, S::RULE_RENAME_TO, "RULE"),
    (S::ALTER_SCHEMA, S::SCHEMA_RENAME_TO, "SCHEMA"),
    (S::ALTER_SEQUENCE, S::SEQUENCE_RENAME_TO, "SEQUENCE"),
    (S::ALTER_STATISTICS, S::STATISTICS_RENAME_TO, "STATISTICS"),
    (S::ALTER_TABLE, S::TABLE_RENAME_TO, "TABLE"),
    (S::ALTER_TABLESPACE, S::TABLESPACE_RENAME_TO, "TABLESPACE"),
    (
        S::ALTER_TEXT_SEARCH_CONFIGURATION,
        S::TEXT_SEARCH_CONFIGURATION_RENAME_TO,
        "TEXT SEARCH CONFIGURATION",
    ),
    (
        S::ALTER_TEXT_SEARCH_DICTIONARY,
        S::TEXT_SEARCH_DICTIONARY_RENAME_TO,
        "TEXT SEARCH DICTIONARY",
    ),
    (
        S::ALTER_TEXT_SEARCH_PARSER,
        S::TEXT_SEARCH_PARSER_RENAME_TO,
        "TEXT SEARCH PARSER",
    ),
    (
        S::ALTER_TEXT_SEARCH_TEMPLATE,
        S::TEXT_SEARCH_TEMPLATE_RENAME_TO,
        "TEXT SEARCH TEMPLATE",
    ),
    (S::ALTER_TRIGGER, S::TRIGGER_RENAME_TO, "TRIGGER"),
    (S::ALTER_TYPE, S::TYPE_RENAME_TO, "TYPE"),
    (S::ALTER_USER, S::ROLE_RENAME_TO, "USER"),
    (S::ALTER_VIEW, S::VIEW_RENAME_TO, "VIEW"),
];

macro_rules! kinds {
    ($($words:literal $remedy:ident: $create:tt $drop:ident $names:tt $keyword:ident $part:tt,
        $duplicate:ident $missing:ident, [$($catalog:literal)*];)*) => {
        /// All of them. `tests/lint/again.rs` holds the conditions against a server.
        pub(super) static ALL: &[Kind] = &[$(Kind {
            words: $words,
            remedy: Remedy::$remedy,
            duplicate: SqlState::$duplicate,
            missing: SqlState::$missing,
            catalogs: &[$($catalog),*],
            nodes: (kinds!(@one $create), S::$drop),
            names: kinds!(@two $names),
            keyword: S::$keyword,
            is_part: kinds!(@part $part),
        }),*];
    };
    (@one -) => { None };
    (@one $node:ident) => { Some(S::$node) };
    (@two -) => { None };
    (@two ($name:ident $reference:ident)) => { Some((S::$name, S::$reference)) };
    (@part whole) => { false };
    (@part part) => { true };
}

kinds! {
    "TABLE" IfNotExists: CREATE_TABLE DROP_TABLE (TABLE_NAME TABLE_NAME_REF) TABLE_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_tables" "tables"];
    "INDEX" IfNotExists: CREATE_INDEX DROP_INDEX (INDEX INDEX_REF) INDEX_KW whole,
        DUPLICATE_TABLE UNDEFINED_OBJECT, ["pg_class" "to_regclass" "pg_index" "pg_indexes"];
    "SCHEMA" IfNotExists: CREATE_SCHEMA DROP_SCHEMA (SCHEMA SCHEMA_REF) SCHEMA_KW whole,
        DUPLICATE_SCHEMA INVALID_SCHEMA_NAME, ["pg_namespace" "to_regnamespace" "schemata"];
    "SEQUENCE" IfNotExists: CREATE_SEQUENCE DROP_SEQUENCE (SEQUENCE SEQUENCE_REF) SEQUENCE_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_sequence" "pg_sequences" "sequences"];
    "EXTENSION" IfNotExists: CREATE_EXTENSION DROP_EXTENSION (EXTENSION EXTENSION_REF) EXTENSION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_extension"];
    "MATERIALIZED VIEW" IfNotExists: CREATE_MATERIALIZED_VIEW DROP_MATERIALIZED_VIEW (VIEW VIEW_REF) VIEW_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_matviews"];
    "FOREIGN TABLE" IfNotExists: CREATE_FOREIGN_TABLE DROP_FOREIGN_TABLE (TABLE_NAME TABLE_NAME_REF) TABLE_KW whole,
        DUPLICATE_TABLE UNDEFINED_OBJECT, ["pg_class" "to_regclass" "foreign_tables" "tables"];
    "STATISTICS" IfNotExists: CREATE_STATISTICS DROP_STATISTICS (STATISTICS STATISTICS_REF) STATISTICS_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_statistic_ext" "pg_stats_ext"];
    "COLLATION" IfNotExists: CREATE_COLLATION DROP_COLLATION (COLLATION COLLATION_REF) COLLATION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_collation" "to_regcollation" "collations"];
    "VIEW" OrReplace: CREATE_VIEW DROP_VIEW (VIEW VIEW_REF) VIEW_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_views" "views"];
    "FUNCTION" OrReplace: CREATE_FUNCTION DROP_FUNCTION (FUNCTION_NAME FUNCTION_NAME_REF) FUNCTION_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    "PROCEDURE" OrReplace: CREATE_PROCEDURE DROP_PROCEDURE (PROCEDURE_NAME PROCEDURE_NAME_REF) PROCEDURE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    "ROUTINE" OrReplace: - DROP_ROUTINE (ROUTINE_NAME_REF ROUTINE_NAME_REF) ROUTINE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    "AGGREGATE" OrReplace: CREATE_AGGREGATE DROP_AGGREGATE (AGGREGATE_NAME AGGREGATE) AGGREGATE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines" "pg_aggregate"];
    "TRIGGER" OrReplace: CREATE_TRIGGER DROP_TRIGGER (TRIGGER TRIGGER_REF) TRIGGER_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_trigger" "triggers"];
    "RULE" OrReplace: CREATE_RULE DROP_RULE (RULE RULE_REF) RULE_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_rewrite" "pg_rules"];
    "LANGUAGE" OrReplace: CREATE_LANGUAGE DROP_LANGUAGE (LANGUAGE LANGUAGE_REF) LANGUAGE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_language"];
    "TRANSFORM" OrReplace: CREATE_TRANSFORM DROP_TRANSFORM - TRANSFORM_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_transform"];
    "TYPE" Guard: CREATE_TYPE DROP_TYPE (TYPE_NAME TYPE_NAME_REF) TYPE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_type" "to_regtype" "user_defined_types"];
    "DOMAIN" Guard: CREATE_DOMAIN DROP_DOMAIN (DOMAIN DOMAIN_REF) DOMAIN_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_type" "to_regtype" "domains"];
    "POLICY" Guard: CREATE_POLICY DROP_POLICY (POLICY POLICY_REF) POLICY_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_policy" "pg_policies"];
    "ROLE" Guard: CREATE_ROLE DROP_ROLE (ROLE ROLE_REF) ROLE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    "USER" Guard: CREATE_USER DROP_USER (ROLE ROLE_REF) USER_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    "GROUP" Guard: CREATE_GROUP DROP_GROUP (ROLE ROLE_REF) GROUP_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    "CAST" Guard: CREATE_CAST DROP_CAST - CAST_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_cast"];
    "OPERATOR" Guard: CREATE_OPERATOR DROP_OPERATOR (OP OP) OPERATOR_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_operator" "to_regoper" "to_regoperator"];
    "OPERATOR CLASS" Guard: CREATE_OPERATOR_CLASS DROP_OPERATOR_CLASS (OP_CLASS_NAME OP_CLASS_REF) CLASS_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_opclass"];
    "OPERATOR FAMILY" Guard: CREATE_OPERATOR_FAMILY DROP_OPERATOR_FAMILY (OP_FAMILY_NAME OP_FAMILY_REF) FAMILY_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_opfamily"];
    "CONVERSION" Guard: CREATE_CONVERSION DROP_CONVERSION (CONVERSION CONVERSION_REF) CONVERSION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_conversion"];
    "TEXT SEARCH PARSER" Guard: CREATE_TEXT_SEARCH_PARSER DROP_TEXT_SEARCH_PARSER (TEXT_SEARCH_PARSER TEXT_SEARCH_PARSER_REF) PARSER_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_parser"];
    "TEXT SEARCH DICTIONARY" Guard: CREATE_TEXT_SEARCH_DICTIONARY DROP_TEXT_SEARCH_DICT (TEXT_SEARCH_DICTIONARY TEXT_SEARCH_DICTIONARY_REF) DICTIONARY_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_dict"];
    "TEXT SEARCH CONFIGURATION" Guard: CREATE_TEXT_SEARCH_CONFIGURATION DROP_TEXT_SEARCH_CONFIG (TEXT_SEARCH_CONFIGURATION TEXT_SEARCH_CONFIGURATION_REF) CONFIGURATION_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_config"];
    "TEXT SEARCH TEMPLATE" Guard: CREATE_TEXT_SEARCH_TEMPLATE DROP_TEXT_SEARCH_TEMPLATE (TEXT_SEARCH_TEMPLATE TEXT_SEARCH_TEMPLATE_REF) TEMPLATE_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_template"];
    "EVENT TRIGGER" Guard: CREATE_EVENT_TRIGGER DROP_EVENT_TRIGGER (EVENT_TRIGGER EVENT_TRIGGER_REF) TRIGGER_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_event_trigger"];
    "ACCESS METHOD" Guard: CREATE_ACCESS_METHOD DROP_ACCESS_METHOD (ACCESS_METHOD ACCESS_METHOD_REF) METHOD_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_am"];
    "TABLESPACE" Guard: CREATE_TABLESPACE DROP_TABLESPACE (TABLESPACE TABLESPACE_REF) TABLESPACE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_tablespace"];
    "COLUMN" IfNotExists: ADD_COLUMN DROP_COLUMN (COLUMN_NAME COLUMN_NAME_REF) COLUMN_KW part,
        DUPLICATE_COLUMN UNDEFINED_COLUMN, ["pg_attribute" "columns"];
    "CONSTRAINT" Guard: ADD_CONSTRAINT DROP_CONSTRAINT (CONSTRAINT_NAME CONSTRAINT_NAME_REF) CONSTRAINT_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_constraint" "check_constraints" "constraint_column_usage" "constraint_table_usage" "domain_constraints" "key_column_usage" "referential_constraints" "table_constraints"];
    "ATTRIBUTE" Guard: ADD_ATTRIBUTE DROP_ATTRIBUTE (COMPOSITE_FIELD COMPOSITE_FIELD_REF) ATTRIBUTE_KW part,
        DUPLICATE_COLUMN UNDEFINED_COLUMN, ["pg_attribute" "attributes"];
}
