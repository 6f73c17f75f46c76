//! With nothing configured: the checkout's own server.

use xtask::databases::ALL;

use crate::support::{Place, Said, absent, assert_said};

/// Stops and removes the server of a place when the test ends, however it ends.
pub(crate) struct Cleanup<'p>(pub(crate) &'p Place);

impl Drop for Cleanup<'_> {
    fn drop(&mut self) {
        let _ = self.0.command("db down --delete --yes").output();
    }
}

#[test]
fn migrate_all_from_nothing() {
    let place = Place::checkout();
    let cleanup = Cleanup(&place);
    let first = place.run("migrate all");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    for entry in ALL {
        let name = entry.database.name;
        let migrations = match entry.embedded.len() {
            1 => "1 migration".to_owned(),
            number => format!("{number} migrations"),
        };
        assert!(
            first
                .stdout
                .contains(&format!("{name:<12} {migrations} applied in ")),
            "{}",
            first.stdout
        );
    }
    assert!(
        first
            .stderr
            .contains("nothing is configured: using the local PostgreSQL of this checkout"),
        "{}",
        first.stderr
    );
    let again = place.run("migrate all");
    assert_eq!(
        (
            again.code,
            again.stdout.matches("nothing to do in ").count()
        ),
        (Some(0), ALL.len()),
        "{}",
        again.stdout
    );

    let status = place.run("db status");
    assert!(
        status.stdout.starts_with("running: PostgreSQL "),
        "{}",
        status.stdout
    );
    let url = place.run("db url codex");
    assert!(
        url.stdout.starts_with("postgres://postgres@%2F"),
        "{}",
        url.stdout
    );
    let folder = status
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("folder: "))
        .unwrap()
        .to_owned();

    assert_eq!(place.run("db down").stdout, "the local server is stopped\n");
    assert!(place.run("db status").stdout.starts_with("stopped: "));
    assert_eq!(
        place
            .run("migrate all")
            .stdout
            .matches("nothing to do in ")
            .count(),
        ALL.len(),
        "the data is kept"
    );
    let said = |mut said: Said| {
        said.stderr = said.stderr.replace(&folder, "<folder>");
        said
    };
    assert_said!(said(place.run("db down --delete")), @"
    ---- stderr
    local server in <folder>
    would delete it with all its databases


      error: deleting the local server needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: add --yes
    ---- exit 3
    ");
    assert_said!(said(place.answers("db down --delete", "yes")), @"
    ---- stderr
    local server in <folder>
    would delete it with all its databases

    Type `delete` to do it: 
      error: the answer did not match; nothing was changed
      help: run this again and type `delete`
    ---- exit 3
    ");
    assert!(place.run("db status").stdout.starts_with("running: "));
    assert_said!(said(place.answers("db down --delete", "delete")), @"
    the local server is deleted
    ---- stderr
    local server in <folder>
    would delete it with all its databases

    Type `delete` to do it: ---- exit 0
    ");
    assert!(absent(std::path::Path::new(&folder)), "{folder}");
    assert!(place.run("db status").stdout.starts_with("absent: "));
    drop(cleanup);
}

#[test]
fn two_at_once_from_nothing() {
    let place = Place::checkout();
    let cleanup = Cleanup(&place);
    let runs: Vec<_> = (0..2)
        .map(|_| {
            place
                .command("migrate all")
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for run in runs {
        let said = place.said(run.wait_with_output().unwrap());
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    }
    drop(cleanup);
}

#[test]
fn elsewhere_than_in_a_checkout_no_server_is_started() {
    crate::support::assert_said!(Place::unconfigured().run("migrate all"), @"
    ---- stderr

      error: no database is configured
      ╰─▶ there is no .env file and no DB_… variable, and only a checkout has a server of its own
      help: set DB_CODEX_URL and so on, see .env.example; or run it in a checkout
    ---- exit 4
    ");
    assert_eq!(Place::unconfigured().run("db up").code, Some(4));
}
