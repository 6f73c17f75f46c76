use std::fmt;

/// How far TLS is demanded: libpq's `sslmode` without `allow` (PostgreSQL manual, section 34.19.3).
///
/// TLS is not spoken over unix sockets, whatever the mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// No TLS.
    Disable,
    /// TLS if the server offers it, without looking at its certificate.
    Prefer,
    /// TLS. The certificate is checked only where a root certificate file is configured, and then
    /// as in [`SslMode::VerifyCa`].
    Require,
    /// TLS, and a certificate from a known authority, for whatever host.
    VerifyCa,
    /// TLS, and a certificate from a known authority for the very host.
    VerifyFull,
}

impl SslMode {
    /// All of them, the weakest first.
    pub const ALL: [Self; 5] = [
        Self::Disable,
        Self::Prefer,
        Self::Require,
        Self::VerifyCa,
        Self::VerifyFull,
    ];

    /// Its name in variables and URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether a connection without TLS is out of the question.
    pub(super) fn demands_tls(self) -> bool {
        self >= Self::Require
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
