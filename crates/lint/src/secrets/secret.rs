//! A secret in a text.

use std::ops::Range;

/// Something that must stay secret and stands in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    /// How it was recognised.
    pub(crate) kind: SecretKind,
    /// Where the secret itself stands.
    pub(crate) range: Range<usize>,
    /// What it is: "a GitHub token"; for a literal, whose value it is.
    pub(crate) subject: String,
}

impl Secret {
    pub(super) fn new(kind: SecretKind, range: Range<usize>, subject: impl Into<String>) -> Self {
        Self {
            kind,
            range,
            subject: subject.into(),
        }
    }
}

/// How a secret was recognised; where two see the same, the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SecretKind {
    /// A private key in PEM form.
    PrivateKey,
    /// A token of a well-known form.
    AccessToken,
    /// The password in a connection string.
    ConnectionString,
    /// A string constant behind `PASSWORD`.
    Password,
    /// A string constant given to a name that says secret.
    Literal,
}
