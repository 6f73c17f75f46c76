//! Where the files of the repository can be read on the web.

use crate::exit::Exit;
use crate::git::Repository;
use crate::output::uri;
use crate::problem::Problem;

/// Makes links to files of the repository, as they are in one revision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    /// Before the path of a file: `https://github.com/OWNER/NAME/blob/REVISION`.
    base: Option<String>,
}

impl Links {
    /// Links that begin as somebody says.
    pub(crate) fn given(base: &str) -> Result<Self, Problem> {
        if base.starts_with("https://") || base.starts_with("http://") {
            return Ok(Self {
                base: Some(base.trim_end_matches('/').to_owned()),
            });
        }
        Err(
            Problem::new(Exit::Usage, format!("`{base}` cannot begin a link"))
                .why("a link begins with https:// or http://")
                .hint("--link-base https://github.com/OWNER/NAME/blob/REVISION"),
        )
    }

    /// Links to the present commit at the remote of a repository, where its kind is known.
    pub(crate) fn of(repository: &Repository) -> Self {
        let of_commit = || {
            let commit = repository.commit("HEAD")?;
            base(&repository.remote()?, &commit)
        };
        Self { base: of_commit() }
    }

    /// The address of a file, at a line if there is one; `None` where it is not known.
    pub(crate) fn to(&self, path: &str, line: Option<usize>) -> Option<String> {
        let base = self.base.as_ref()?;
        if path.starts_with(['/', '.']) {
            return None;
        }
        let line = line.map_or_else(String::new, |line| format!("#L{line}"));
        Some(format!("{base}/{}{line}", uri(path)))
    }

    /// A text of Markdown, as a link to a file where its address is known.
    pub(crate) fn around(&self, text: &str, path: &str, line: Option<usize>) -> String {
        match self.to(path, line) {
            Some(to) => format!("[{text}]({to})"),
            None => text.to_owned(),
        }
    }

    /// A file in Markdown, at a line if there is one.
    pub(crate) fn place(&self, path: &str, line: Option<usize>) -> String {
        let text = match line {
            Some(line) => format!("`{path}:{line}`"),
            None => format!("`{path}`"),
        };
        self.around(&text, path, line)
    }

    /// The address, or the path itself.
    pub(crate) fn or_path(&self, path: &str) -> String {
        self.to(path, None).unwrap_or_else(|| path.to_owned())
    }
}

/// What links to a commit begin with. What a remote says of users and passwords is left out.
fn base(remote: &str, commit: &str) -> Option<String> {
    let (host, path) = match remote.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/')?;
            let host = authority.rsplit('@').next()?;
            // The port of another protocol is not that of the web.
            let host = match scheme {
                "https" | "http" => host,
                _ => host.split(':').next()?,
            };
            (host, path)
        }
        // user@host:path
        None => {
            let (authority, path) = remote.split_once(':')?;
            (authority.rsplit('@').next()?, path)
        }
    };
    let path = path.trim_matches('/').trim_end_matches(".git");
    let blob = match host {
        host if host.contains("github") => "blob",
        host if host.contains("gitlab") => "-/blob",
        _ => return None,
    };
    Some(format!("https://{host}/{path}/{blob}/{commit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_of_each_form() {
        let base = |remote| base(remote, "1a2b").unwrap_or_else(|| "none".to_owned());
        for remote in [
            "git@github.com:jubilee/databases.git",
            "ssh://git@github.com:22/jubilee/databases",
            "https://github.com/jubilee/databases.git",
            "https://ada:secret@github.com/jubilee/databases",
        ] {
            assert_eq!(
                base(remote),
                "https://github.com/jubilee/databases/blob/1a2b"
            );
        }
        assert_eq!(
            base("git@gitlab.example.org:a/b/c.git"),
            "https://gitlab.example.org/a/b/c/-/blob/1a2b"
        );
        assert_eq!(base("/srv/git/databases.git"), "none");
        assert_eq!(base("git@example.org:databases.git"), "none");
    }

    #[test]
    fn only_files_of_the_repository_have_links() {
        let links = Links::given("https://example.org/blob/main/").unwrap();
        assert_eq!(
            links.to("migrations/a b.sql", Some(7)).as_deref(),
            Some("https://example.org/blob/main/migrations/a%20b.sql#L7")
        );
        assert_eq!(links.to("/tmp/a.sql", None), None);
        assert_eq!(links.or_path("../a.sql"), "../a.sql");
        assert!(Links::given("javascript:alert(1)").is_err());
    }
}
