//! Where the migrations of a database stand, as `migrate status` tells people and programs.

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
    assert!(first["started_at"].is_string());
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
