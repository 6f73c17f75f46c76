//! The kinds of objects.

use std::fmt;

macro_rules! kinds {
    ($($variant:ident $name:literal,)*) => {
        /// A kind of object. The order is the one in which objects are shown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "each is what its name says")]
        pub enum Kind {
            $($variant,)*
        }

        impl Kind {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name in PostgreSQL's words, in lower case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

kinds! {
    Database "database",
    Setting "setting",
    Schema "schema",
    Extension "extension",
    Language "language",
    AccessMethod "access method",
    Enum "enum",
    Domain "domain",
    DomainConstraint "domain constraint",
    Type "type",
    Range "range",
    BaseType "base type",
    Function "function",
    Procedure "procedure",
    Aggregate "aggregate",
    Operator "operator",
    OperatorFamily "operator family",
    OperatorClass "operator class",
    Cast "cast",
    Transform "transform",
    Collation "collation",
    Conversion "conversion",
    TextSearchParser "text search parser",
    TextSearchTemplate "text search template",
    TextSearchDictionary "text search dictionary",
    TextSearchConfiguration "text search configuration",
    ForeignDataWrapper "foreign-data wrapper",
    Server "server",
    UserMapping "user mapping",
    Sequence "sequence",
    Table "table",
    ForeignTable "foreign table",
    View "view",
    MaterializedView "materialized view",
    Column "column",
    Constraint "constraint",
    Index "index",
    Statistics "statistics",
    Trigger "trigger",
    Rule "rule",
    Policy "policy",
    EventTrigger "event trigger",
    Publication "publication",
    Subscription "subscription",
    DefaultPrivileges "default privileges",
    NotRead "not read",
}

impl Kind {
    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// What ALTER, DROP and COMMENT call it.
    #[must_use]
    pub fn keyword(self) -> String {
        match self {
            Self::Enum | Self::Range | Self::BaseType => "TYPE".to_owned(),
            Self::ForeignDataWrapper => "FOREIGN DATA WRAPPER".to_owned(),
            Self::DomainConstraint => "CONSTRAINT".to_owned(),
            _ => self.name().to_uppercase(),
        }
    }

    /// The name for `count` of them.
    #[must_use]
    pub fn counted(self, count: usize) -> String {
        let name = self.name();
        let plural = match name {
            _ if count == 1 || name.ends_with('s') || self == Self::NotRead => name.to_owned(),
            "policy" => "policies".to_owned(),
            "operator family" => "operator families".to_owned(),
            "index" => "indexes".to_owned(),
            "operator class" => "operator classes".to_owned(),
            _ => format!("{name}s"),
        };
        format!("{count} {plural}")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
