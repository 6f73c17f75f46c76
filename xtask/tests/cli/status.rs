//! Where the migrations of a database stand, as `migrate status` tells people and programs.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, assert_said};

#[test]
fn the_exit_status_tells_whether_everything_is_applied_where_that_is_asked_for() {
    let place = Place::new();
    let exit = |line: &str| {
        let said = place.run(&format!("migrate status codex --migrations m {line}"));
        said.code.unwrap()
    };
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_eq!([exit(""), exit("--exit-code")], [0, 1], "pending");
    place.run("migrate codex --migrations m");
    assert_eq!(exit("--exit-code"), 0, "all is applied");
    place.migration(2, "broken", "", "SELECT nope;");
    place.run("migrate codex --migrations m");
    assert_eq!([exit(""), exit("--exit-code")], [0, 1], "failed");
    std::fs::remove_file(place.folder.path().join("m/codex/0002_broken.sql")).unwrap();
    assert_eq!(exit("--exit-code"), 0, "abandoned: it stops nobody");
    place.migration(1, "users", "", "CREATE TABLE users (id bigint);");
    assert_eq!([exit(""), exit("--exit-code")], [0, 1], "modified");
}

#[test]
fn who_applied_what_with_which_program_is_shown_when_asked_for() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    place.run("migrate codex --target 1 --migrations m");
    // However the database writes numbers.
    let database = place.text("codex", "SELECT current_database()");
    let digits = format!("ALTER DATABASE {database} SET extra_float_digits = -15");
    place.sql("codex", &digits);
    let host = rustix::system::uname();
    let host = host.nodename().to_str().unwrap();
    let mut said = place.run("migrate status codex -v --migrations m");
    said.stdout = said.stdout.replace(&format!(" on {host}"), " on <host>");
    let time = regex::Regex::new(r" \d+ ms ").unwrap();
    said.stdout = time.replace(&said.stdout, " <time> ").into_owned();
    assert_said!(said, @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users  completed  <when>  <time>  postgres, xtask 0.1.0 on <host>
      0002_teams  pending
    ---- stderr
    ---- exit 0
    ");
    let json = place
        .run("migrate status codex --format json --migrations m")
        .stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let first = &json["databases"][0]["migrations"][0];
    assert_eq!(first["applied_by"], "postgres");
    assert!(first["runner"].as_str().unwrap().starts_with("xtask "));
    let day = "SELECT (started_at AT TIME ZONE 'UTC')::date FROM schema_migrations";
    let day = place.text("codex", day);
    assert!(first["started_at"].as_str().unwrap().starts_with(&day));
}

#[test]
fn the_files_of_another_database_are_not_called_modified() {
    let place = Place::new();
    assert_eq!(place.run("migrate inspire").code, Some(0));
    let url = place.url("inspire");
    let place = place.set("DB_CODEX_URL", &url);
    assert_said!(place.run("migrate status codex"), @"
    codex (development, postgres@/socket:5432/jubilee_inspire)
    ---- stderr

      error: codex: the history there says inspire
      ╰─▶ each database is isolated; these files would change the schema of inspire (postgres@/socket:5432/jubilee_inspire)
      help: point the configuration of codex at its own database, or, if inspire is meant:
            cargo xtask migrate inspire
    ---- exit 3
    ");
}

#[test]
fn a_role_that_may_not_read_the_history_is_told_so() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.run("migrate codex --migrations m");
    let database = place.text("codex", "SELECT current_database()");
    let role = format!("nobody_{database}");
    place.sql("codex", &format!("CREATE ROLE {role} LOGIN"));
    let url = place.url("codex").replace("postgres@", &format!("{role}@"));
    let mut said = place
        .set("DB_CODEX_URL", &url)
        .run("migrate status codex --migrations m");
    for stream in [&mut said.stdout, &mut said.stderr] {
        *stream = stream
            .replace(&role, "<role>")
            .replace("nobody_jubilee_codex", "<role>");
    }
    assert_said!(said, @"
    codex (development, <role>@/socket:5432/jubilee_codex)
    ---- stderr

      error: codex: the history cannot be read
      ╰─▶ role <role> lacks SELECT on public.schema_migrations, or USAGE on schema public (<role>@/socket:5432/jubilee_codex)
      help: as the table's owner: GRANT SELECT ON public.schema_migrations TO <role>
    ---- exit 3
    ");
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let teams = place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    place.run("migrate codex --migrations m");
    std::fs::remove_file(&teams).unwrap();
    std::os::unix::fs::symlink("nowhere", &teams).unwrap();
    place.file("m/codex/0003_binary.sql", b"\x7fELF\0");
    place.migration(5, "later", "", "SELECT 1;");
    place.file("m/codex/6_odd.sql", b"");
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users   completed   <when> <time>
      0002_teams   unreadable  <when> <time>
      0003_binary  unreadable
      0005_later   pending
    ---- stderr

      error: m/codex/0002_teams.sql: it cannot be read: a link that leads nowhere
      ╰─▶ what a migration does has to be known before anything is applied
      help: put a file that can be read in its place: restore it, mend the link, or chmod u+r

      error: m/codex/0003_binary.sql: NUL byte at byte 4 (line 1)
      ╰─▶ PostgreSQL does not accept a NUL byte in a query
      help: delete it; if the file is binary, it is not a migration

      error: m/codex/0005_later.sql: number 0004 is missing before it
      ╰─▶ a gap means that a migration was lost, or will be applied too late
      help: restore the missing file, or rename this one to 0004_later.sql

      error: m/codex/6_odd.sql: the name does not begin with four digits and `_`
      ╰─▶ migrations are named NNNN_descriptive_name.sql, and their folder holds nothing else
      help: rename it to NNNN_odd.sql with the next free number
    ---- exit 1
    ");
    let json = place
        .run("migrate status codex --format json --migrations m")
        .stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let of = |name: &str| &json["databases"][0][name];
    let statuses = of("migrations")
        .as_array()
        .unwrap()
        .iter()
        .map(|migration| &migration["status"]);
    let statuses: Vec<_> = statuses.collect();
    assert_eq!(
        statuses,
        ["completed", "unreadable", "unreadable", "pending"]
    );
    assert_eq!([of("applied"), of("pending")], [1, 1]);
    assert_eq!(of("more_errors").as_array().unwrap().len(), 3);
}

#[test]
fn a_watch_ends_when_nobody_reads_it_any_more() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let mut command = place.command("migrate status codex --watch --migrations m");
    let mut watch = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(watch.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("codex (development"), "{line}");
    drop(reader);
    assert!(watch.wait().unwrap().success());
}
