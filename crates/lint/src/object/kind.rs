//! Every kind of object that has a `CREATE` or `DROP` of its own: how it is written, where the
//! catalogs know it, and how a second run fails.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxKind as S;
use squawk_syntax::SyntaxNode;

use super::SqlState;

/// What is known of a kind of object.
struct Facts {
    words: &'static str,
    remedy: Remedy,
    duplicate: SqlState,
    missing: SqlState,
    catalogs: &'static [&'static str],
    /// The nodes that create and drop it.
    nodes: (Option<SyntaxKind>, SyntaxKind),
    /// The nodes that alter it, and that give it another name.
    alter: Option<(SyntaxKind, SyntaxKind)>,
    /// The nodes that hold its name when it is created, and when it is referred to; `None` where
    /// it has no name.
    names: Option<(SyntaxKind, SyntaxKind)>,
    /// The last of its words.
    keyword: SyntaxKind,
    /// Whether its name counts only within its table, domain or type.
    is_part: bool,
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

impl ObjectKind {
    /// The kind that a node creates.
    pub(crate) fn created_by(node: SyntaxKind) -> Option<Self> {
        Self::find(|facts| facts.nodes.0 == Some(node))
    }

    /// The kind that a node drops.
    pub(crate) fn dropped_by(node: SyntaxKind) -> Option<Self> {
        Self::find(|facts| facts.nodes.1 == node)
    }

    /// The kind that a statement alters.
    pub(crate) fn altered_by(node: SyntaxKind) -> Option<Self> {
        Self::find(|facts| facts.alter.is_some_and(|(alter, _)| alter == node))
    }

    fn find(test: impl Fn(&Facts) -> bool) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| test(kind.facts()))
    }

    /// As it is called in SQL: `MATERIALIZED VIEW`.
    pub(crate) fn words(self) -> &'static str {
        self.facts().words
    }

    /// What makes its creation safe to run again.
    pub(crate) fn remedy(self) -> Remedy {
        self.facts().remedy
    }

    /// How it fails to be created where it is there already.
    pub(crate) fn duplicate(self) -> SqlState {
        self.facts().duplicate
    }

    /// How it fails to be dropped where it is not there.
    pub(crate) fn missing(self) -> SqlState {
        self.facts().missing
    }

    /// How an `ALTER` fails where it is not there.
    pub(crate) fn not_found(self) -> SqlState {
        match self {
            Self::Index | Self::ForeignTable => SqlState::UNDEFINED_TABLE,
            _ => self.missing(),
        }
    }

    /// Where a condition may look for it: catalogs, views and functions, without schema.
    pub(crate) fn catalogs(self) -> &'static [&'static str] {
        self.facts().catalogs
    }

    /// Whether its name counts only within its table, domain or type.
    pub(crate) fn is_part(self) -> bool {
        self.facts().is_part
    }

    /// The nodes that hold its name when it is created, and when it is referred to.
    pub(super) fn names(self) -> Option<(SyntaxKind, SyntaxKind)> {
        self.facts().names
    }

    /// The last of its words.
    pub(super) fn keyword(self) -> SyntaxKind {
        self.facts().keyword
    }

    /// Whether a node gives an object of this kind another name.
    pub(crate) fn is_renamed_by(self, node: SyntaxKind) -> bool {
        self.facts().alter.is_some_and(|(_, rename)| rename == node)
    }

    /// Whether a node refers to an object of this kind.
    pub(crate) fn is_named_by(self, node: &SyntaxNode) -> bool {
        self.names().is_some_and(|(_, name)| name == node.kind())
    }

    /// Whether `DROP` of this kind drops objects of that one: `DROP ROUTINE` drops functions.
    pub(crate) fn drops(self, other: Self) -> bool {
        self == other
            || self == Self::Routine
                && matches!(other, Self::Function | Self::Procedure | Self::Aggregate)
    }

    /// Whether `ALTER … IF EXISTS` is about it.
    pub(crate) fn knows_if_exists(self) -> bool {
        matches!(
            self,
            Self::Table
                | Self::ForeignTable
                | Self::View
                | Self::MaterializedView
                | Self::Index
                | Self::Sequence
        )
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

macro_rules! kinds {
    ($($kind:ident $words:literal $remedy:ident: $create:tt $drop:ident $alter:tt $names:tt $keyword:ident $part:tt,
        $duplicate:ident $missing:ident, [$($catalog:literal)*];)*) => {
        /// A kind of object that has a `CREATE` or `DROP` of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ObjectKind {
            $(#[doc = $words] $kind),*
        }

        impl ObjectKind {
            /// All of them. `tests/lint/again.rs` holds the conditions against a server.
            const ALL: &[Self] = &[$(Self::$kind),*];

            fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$kind => &Facts {
                        words: $words,
                        remedy: Remedy::$remedy,
                        duplicate: SqlState::$duplicate,
                        missing: SqlState::$missing,
                        catalogs: &[$($catalog),*],
                        nodes: (kinds!(@one $create), S::$drop),
                        alter: kinds!(@two $alter),
                        names: kinds!(@two $names),
                        keyword: S::$keyword,
                        is_part: kinds!(@part $part),
                    }),*
                }
            }
        }
    };
    (@one -) => { None };
    (@one $node:ident) => { Some(S::$node) };
    (@two -) => { None };
    (@two ($first:ident $second:ident)) => { Some((S::$first, S::$second)) };
    (@part whole) => { false };
    (@part part) => { true };
}

kinds! {
    Table "TABLE" IfNotExists: CREATE_TABLE DROP_TABLE (ALTER_TABLE TABLE_RENAME_TO) (TABLE_NAME TABLE_NAME_REF) TABLE_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_tables" "tables"];
    Index "INDEX" IfNotExists: CREATE_INDEX DROP_INDEX (ALTER_INDEX INDEX_RENAME_TO) (INDEX INDEX_REF) INDEX_KW whole,
        DUPLICATE_TABLE UNDEFINED_OBJECT, ["pg_class" "to_regclass" "pg_index" "pg_indexes"];
    Schema "SCHEMA" IfNotExists: CREATE_SCHEMA DROP_SCHEMA (ALTER_SCHEMA SCHEMA_RENAME_TO) (SCHEMA SCHEMA_REF) SCHEMA_KW whole,
        DUPLICATE_SCHEMA INVALID_SCHEMA_NAME, ["pg_namespace" "to_regnamespace" "schemata"];
    Sequence "SEQUENCE" IfNotExists: CREATE_SEQUENCE DROP_SEQUENCE (ALTER_SEQUENCE SEQUENCE_RENAME_TO) (SEQUENCE SEQUENCE_REF) SEQUENCE_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_sequence" "pg_sequences" "sequences"];
    Extension "EXTENSION" IfNotExists: CREATE_EXTENSION DROP_EXTENSION - (EXTENSION EXTENSION_REF) EXTENSION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_extension"];
    MaterializedView "MATERIALIZED VIEW" IfNotExists: CREATE_MATERIALIZED_VIEW DROP_MATERIALIZED_VIEW (ALTER_MATERIALIZED_VIEW VIEW_RENAME_TO) (VIEW VIEW_REF) VIEW_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_matviews"];
    ForeignTable "FOREIGN TABLE" IfNotExists: CREATE_FOREIGN_TABLE DROP_FOREIGN_TABLE (ALTER_FOREIGN_TABLE TABLE_RENAME_TO) (TABLE_NAME TABLE_NAME_REF) TABLE_KW whole,
        DUPLICATE_TABLE UNDEFINED_OBJECT, ["pg_class" "to_regclass" "foreign_tables" "tables"];
    Statistics "STATISTICS" IfNotExists: CREATE_STATISTICS DROP_STATISTICS (ALTER_STATISTICS STATISTICS_RENAME_TO) (STATISTICS STATISTICS_REF) STATISTICS_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_statistic_ext" "pg_stats_ext"];
    Collation "COLLATION" IfNotExists: CREATE_COLLATION DROP_COLLATION (ALTER_COLLATION COLLATION_RENAME_TO) (COLLATION COLLATION_REF) COLLATION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_collation" "to_regcollation" "collations"];
    View "VIEW" OrReplace: CREATE_VIEW DROP_VIEW (ALTER_VIEW VIEW_RENAME_TO) (VIEW VIEW_REF) VIEW_KW whole,
        DUPLICATE_TABLE UNDEFINED_TABLE, ["pg_class" "to_regclass" "pg_views" "views"];
    Function "FUNCTION" OrReplace: CREATE_FUNCTION DROP_FUNCTION (ALTER_FUNCTION FUNCTION_RENAME_TO) (FUNCTION_NAME FUNCTION_NAME_REF) FUNCTION_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    Procedure "PROCEDURE" OrReplace: CREATE_PROCEDURE DROP_PROCEDURE (ALTER_PROCEDURE PROCEDURE_RENAME_TO) (PROCEDURE_NAME PROCEDURE_NAME_REF) PROCEDURE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    Routine "ROUTINE" OrReplace: - DROP_ROUTINE (ALTER_ROUTINE ROUTINE_RENAME_TO) (ROUTINE_NAME_REF ROUTINE_NAME_REF) ROUTINE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines"];
    Aggregate "AGGREGATE" OrReplace: CREATE_AGGREGATE DROP_AGGREGATE (ALTER_AGGREGATE AGGREGATE_RENAME_TO) (AGGREGATE_NAME AGGREGATE) AGGREGATE_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_proc" "to_regproc" "to_regprocedure" "routines" "pg_aggregate"];
    Trigger "TRIGGER" OrReplace: CREATE_TRIGGER DROP_TRIGGER (ALTER_TRIGGER TRIGGER_RENAME_TO) (TRIGGER TRIGGER_REF) TRIGGER_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_trigger" "triggers"];
    Rule "RULE" OrReplace: CREATE_RULE DROP_RULE (ALTER_RULE RULE_RENAME_TO) (RULE RULE_REF) RULE_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_rewrite" "pg_rules"];
    Language "LANGUAGE" OrReplace: CREATE_LANGUAGE DROP_LANGUAGE (ALTER_LANGUAGE LANGUAGE_RENAME_TO) (LANGUAGE LANGUAGE_REF) LANGUAGE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_language"];
    Transform "TRANSFORM" OrReplace: CREATE_TRANSFORM DROP_TRANSFORM - - TRANSFORM_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_transform"];
    Type "TYPE" Guard: CREATE_TYPE DROP_TYPE (ALTER_TYPE TYPE_RENAME_TO) (TYPE_NAME TYPE_NAME_REF) TYPE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_type" "to_regtype" "user_defined_types"];
    Domain "DOMAIN" Guard: CREATE_DOMAIN DROP_DOMAIN (ALTER_DOMAIN DOMAIN_RENAME_TO) (DOMAIN DOMAIN_REF) DOMAIN_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_type" "to_regtype" "domains"];
    Policy "POLICY" Guard: CREATE_POLICY DROP_POLICY (ALTER_POLICY POLICY_RENAME_TO) (POLICY POLICY_REF) POLICY_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_policy" "pg_policies"];
    Role "ROLE" Guard: CREATE_ROLE DROP_ROLE (ALTER_ROLE ROLE_RENAME_TO) (ROLE ROLE_REF) ROLE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    User "USER" Guard: CREATE_USER DROP_USER (ALTER_USER ROLE_RENAME_TO) (ROLE ROLE_REF) USER_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    Group "GROUP" Guard: CREATE_GROUP DROP_GROUP (ALTER_GROUP ROLE_RENAME_TO) (ROLE ROLE_REF) GROUP_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_roles" "pg_authid" "pg_user" "pg_group" "to_regrole"];
    Cast "CAST" Guard: CREATE_CAST DROP_CAST - - CAST_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_cast"];
    Operator "OPERATOR" Guard: CREATE_OPERATOR DROP_OPERATOR (ALTER_OPERATOR OP_CLASS_RENAME_TO) (OP OP) OPERATOR_KW whole,
        DUPLICATE_FUNCTION UNDEFINED_FUNCTION, ["pg_operator" "to_regoper" "to_regoperator"];
    OperatorClass "OPERATOR CLASS" Guard: CREATE_OPERATOR_CLASS DROP_OPERATOR_CLASS (ALTER_OPERATOR_CLASS OP_CLASS_RENAME_TO) (OP_CLASS_NAME OP_CLASS_REF) CLASS_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_opclass"];
    OperatorFamily "OPERATOR FAMILY" Guard: CREATE_OPERATOR_FAMILY DROP_OPERATOR_FAMILY (ALTER_OPERATOR_FAMILY OP_FAMILY_RENAME_TO) (OP_FAMILY_NAME OP_FAMILY_REF) FAMILY_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_opfamily"];
    Conversion "CONVERSION" Guard: CREATE_CONVERSION DROP_CONVERSION (ALTER_CONVERSION CONVERSION_RENAME_TO) (CONVERSION CONVERSION_REF) CONVERSION_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_conversion"];
    TextSearchParser "TEXT SEARCH PARSER" Guard: CREATE_TEXT_SEARCH_PARSER DROP_TEXT_SEARCH_PARSER (ALTER_TEXT_SEARCH_PARSER TEXT_SEARCH_PARSER_RENAME_TO) (TEXT_SEARCH_PARSER TEXT_SEARCH_PARSER_REF) PARSER_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_parser"];
    TextSearchDictionary "TEXT SEARCH DICTIONARY" Guard: CREATE_TEXT_SEARCH_DICTIONARY DROP_TEXT_SEARCH_DICT (ALTER_TEXT_SEARCH_DICTIONARY TEXT_SEARCH_DICTIONARY_RENAME_TO) (TEXT_SEARCH_DICTIONARY TEXT_SEARCH_DICTIONARY_REF) DICTIONARY_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_dict"];
    TextSearchConfiguration "TEXT SEARCH CONFIGURATION" Guard: CREATE_TEXT_SEARCH_CONFIGURATION DROP_TEXT_SEARCH_CONFIG (ALTER_TEXT_SEARCH_CONFIGURATION TEXT_SEARCH_CONFIGURATION_RENAME_TO) (TEXT_SEARCH_CONFIGURATION TEXT_SEARCH_CONFIGURATION_REF) CONFIGURATION_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_config"];
    TextSearchTemplate "TEXT SEARCH TEMPLATE" Guard: CREATE_TEXT_SEARCH_TEMPLATE DROP_TEXT_SEARCH_TEMPLATE (ALTER_TEXT_SEARCH_TEMPLATE TEXT_SEARCH_TEMPLATE_RENAME_TO) (TEXT_SEARCH_TEMPLATE TEXT_SEARCH_TEMPLATE_REF) TEMPLATE_KW whole,
        UNIQUE_VIOLATION UNDEFINED_OBJECT, ["pg_ts_template"];
    EventTrigger "EVENT TRIGGER" Guard: CREATE_EVENT_TRIGGER DROP_EVENT_TRIGGER (ALTER_EVENT_TRIGGER EVENT_TRIGGER_RENAME_TO) (EVENT_TRIGGER EVENT_TRIGGER_REF) TRIGGER_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_event_trigger"];
    AccessMethod "ACCESS METHOD" Guard: CREATE_ACCESS_METHOD DROP_ACCESS_METHOD - (ACCESS_METHOD ACCESS_METHOD_REF) METHOD_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_am"];
    Tablespace "TABLESPACE" Guard: CREATE_TABLESPACE DROP_TABLESPACE (ALTER_TABLESPACE TABLESPACE_RENAME_TO) (TABLESPACE TABLESPACE_REF) TABLESPACE_KW whole,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_tablespace"];
    Column "COLUMN" IfNotExists: ADD_COLUMN DROP_COLUMN - (COLUMN_NAME COLUMN_NAME_REF) COLUMN_KW part,
        DUPLICATE_COLUMN UNDEFINED_COLUMN, ["pg_attribute" "columns"];
    Constraint "CONSTRAINT" Guard: ADD_CONSTRAINT DROP_CONSTRAINT - (CONSTRAINT_NAME CONSTRAINT_NAME_REF) CONSTRAINT_KW part,
        DUPLICATE_OBJECT UNDEFINED_OBJECT, ["pg_constraint" "check_constraints" "constraint_column_usage" "constraint_table_usage" "domain_constraints" "key_column_usage" "referential_constraints" "table_constraints"];
    Attribute "ATTRIBUTE" Guard: ADD_ATTRIBUTE DROP_ATTRIBUTE - (COMPOSITE_FIELD COMPOSITE_FIELD_REF) ATTRIBUTE_KW part,
        DUPLICATE_COLUMN UNDEFINED_COLUMN, ["pg_attribute" "attributes"];
}
