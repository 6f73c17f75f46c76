//! The URL of a server that somebody else started.

/// A URL with a place for the name of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// `postgres://user@host:port`.
    before: String,
    /// The database that is named.
    database: String,
    /// `?parameters`, or nothing.
    after: String,
}

impl Given {
    /// Takes a URL apart; none if it is not one of PostgreSQL's.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let rest = ["postgres://", "postgresql://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme))?;
        let authority = rest.find(['/', '?']).unwrap_or(rest.len());
        let start = url.len() - rest.len();
        let (before, rest) = url.split_at(start + authority);
        let (path, after) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        Some(Self {
            before: before.to_owned(),
            database: match path.trim_start_matches('/') {
                "" => "postgres".to_owned(),
                name => name.to_owned(),
            },
            after: after.to_owned(),
        })
    }

    /// The URL of a database; none for the one that was named.
    pub(crate) fn url(&self, database: Option<&str>) -> String {
        let Self { before, after, .. } = self;
        format!("{before}/{}{after}", database.unwrap_or(&self.database))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_database_is_replaced() {
        for (url, expected) in [
            (
                "postgres://u:p@h:5432/app?x=1",
                "postgres://u:p@h:5432/t?x=1",
            ),
            ("postgresql://h", "postgresql://h/t"),
            ("postgres:///?host=/tmp", "postgres:///t?host=/tmp"),
            (
                "postgres://u@h?sslmode=disable",
                "postgres://u@h/t?sslmode=disable",
            ),
        ] {
            let given = Given::parse(url).unwrap();
            assert_eq!(given.url(Some("t")), expected, "{url}");
        }
        let given = Given::parse("postgres://h/").unwrap();
        assert_eq!(given.url(None), "postgres://h/postgres");
        assert_eq!(Given::parse("host=localhost"), None);
    }
}
