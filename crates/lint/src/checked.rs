//! A rule with its check.

use crate::context::Context;
use crate::finding::Found;
use crate::rule::Rule;
use crate::syntax::Statement;

/// A rule and how it is checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) rule: Rule,
    pub(crate) check: Check,
}

/// How a rule looks at a migration.
#[derive(Debug)]
pub(crate) enum Check {
    /// Once for each statement, those in the bodies of `DO` blocks included, in the order of the
    /// file.
    Statement(fn(&Statement<'_>, &Context<'_>, &mut Found<'_>)),
    /// Once for the file, after its last statement.
    File(fn(&Context<'_>, &mut Found<'_>)),
    /// While the SQL is read.
    Reading,
    /// Not by the SQL: by core's rules of names, layout and form, or where files meet.
    Elsewhere,
}

/// Declares a rule and how it is checked (a [`Check`]); its doc comment is its documentation for users too.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:literal, $category:ident, $severity:ident, $check:expr) => {
        $(#[doc = $doc])+
        pub(crate) static RULE: $crate::checked::Checked = $crate::checked::Checked {
            rule: $crate::rule::Rule {
                name: $name,
                category: $crate::rule::Category::$category,
                severity: $crate::rule::Severity::$severity,
                docs: concat!($($doc, "\n"),+),
            },
            check: {
                use $crate::checked::Check;
                $check
            },
        };
    };
}
