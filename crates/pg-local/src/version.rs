//! The version of a PostgreSQL server, as `postgres --version` prints it.

use std::fmt;

/// The version of a PostgreSQL server. A development or beta version has minor 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerVersion {
    /// The major version: 15 in 15.18. Data folders of different majors are not compatible.
    pub major: u16,
    /// The minor version: 18 in 15.18.
    pub minor: u16,
}

impl ServerVersion {
    /// The oldest major version that this crate runs.
    pub const OLDEST_MAJOR: u16 = 13;

    /// Reads what `postgres --version` prints, such as
    /// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `postgres (PostgreSQL) 19devel`.
    ///
    /// Returns `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let after_product = text.strip_prefix("postgres (")?.split_once(')')?.1;
        let version = after_product.split_whitespace().next()?;
        let (major, rest) = leading_number(version)?;
        let minor = rest
            .strip_prefix('.')
            .and_then(leading_number)
            .map_or(0, |(minor, _)| minor);
        Some(Self { major, minor })
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The number at the start of `text`, and what follows it.
fn leading_number(text: &str) -> Option<(u16, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(u16, u16)> {
        ServerVersion::parse(text).map(|version| (version.major, version.minor))
    }

    #[test]
    fn released_versions() {
        assert_eq!(
            parsed("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some((15, 18))
        );
        assert_eq!(parsed("postgres (PostgreSQL) 18.4"), Some((18, 4)));
        assert_eq!(parsed("postgres (PostgreSQL) 9.6.24"), Some((9, 6)));
        assert_eq!(parsed("postgres (EnterpriseDB) 16.1.0"), Some((16, 1)));
    }

    #[test]
    fn versions_before_a_release() {
        assert_eq!(parsed("postgres (PostgreSQL) 18beta1"), Some((18, 0)));
        assert_eq!(parsed("postgres (PostgreSQL) 17rc1"), Some((17, 0)));
        assert_eq!(parsed("postgres (PostgreSQL) 19devel"), Some((19, 0)));
    }

    #[test]
    fn other_texts_are_no_version() {
        for text in [
            "",
            "postgres",
            "postgres (PostgreSQL)",
            "postgres (PostgreSQL) devel",
            "psql (PostgreSQL) 15.18",
            "postgres (PostgreSQL) 99999999.1",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_higher_minor_is_newer() {
        let older = ServerVersion {
            major: 15,
            minor: 9,
        };
        let newer = ServerVersion {
            major: 15,
            minor: 18,
        };
        assert!(older < newer);
        assert_eq!(newer.to_string(), "15.18");
    }
}
