//! What is seen of a run that takes its time: who holds the lock, how far an index is, whom the run
//! keeps waiting.

use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};
use serde_json::Value;

use crate::heard::{Run, assert_documented, pid, place_with_users, report, same, session, until};
use crate::pooler::Pooler;
use crate::support::{Place, filters, server};
use crate::terminal::Terminal;

#[test]
fn a_lock_that_is_waited_for_is_named_with_who_holds_it_and_who_waits_behind() {
    let place = place_with_users();
    let (mut report, holder) = report(&place);
    let mut run = Run::start(place.command("migrate codex --migrations m --lock-timeout 1h"));
    run.hears("0002_add_phone: waits for ACCESS EXCLUSIVE on users");
    run.hears("held by");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            session(&place, "reader")
                .batch_execute("SELECT FROM users")
                .unwrap()
        });
        run.hears("1 session waits behind it");
        report.batch_execute("COMMIT").unwrap();
        reader.join().unwrap();
    });
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
    insta::assert_snapshot!(same(&heard, &[(holder, "<pid>")]), @"
    codex: applying 0002_add_phone
    codex: 0002_add_phone: waits for ACCESS EXCLUSIVE on users, for <time> so far
      held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users
    codex: 0002_add_phone: waits for ACCESS EXCLUSIVE on users, for <time> so far
      held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users
      1 session waits behind it, for <time>
    codex: applied 0002_add_phone in <time>
    ");
}

#[test]
fn a_lock_time_out_names_who_held_it_and_how_to_end_that_session() {
    let place = place_with_users();
    let (_report, holder) = report(&place);
    let run = place.run("migrate codex --migrations m --lock-timeout 6s --retries 0");
    assert_eq!(run.code, Some(1));
    assert_documented(&run.stderr);
    insta::assert_snapshot!(same(&run.stderr, &[(holder, "<pid>")]), @"
    codex: applying 0002_add_phone
    codex: 0002_add_phone: waits for ACCESS EXCLUSIVE on users, for <time> so far
      held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users

      error: 0002_add_phone failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: canceling statement due to lock timeout (SQLSTATE 55P03)
          it waited for ACCESS EXCLUSIVE on users
          held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users
       ╭─[m/codex/0002_add_phone.sql:7:1]
     6 │ 
     7 │ ALTER TABLE users ADD COLUMN phone text;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            wait until the lock is free, or end whoever holds it, then run this again:
            cargo xtask migrate codex --migrations m --lock-timeout 6s --retries 0
            to end the session that holds it:
            SELECT pg_terminate_backend(<pid>)
    ");
}

/// Without `pg_read_all_stats` a role sees neither state nor query of others.
#[test]
fn a_role_that_may_see_less_is_told_what_it_may_see() {
    let place = place_with_users();
    let database = place.text("codex", "SELECT current_database()");
    let role = format!("deployer_{database}");
    place.sql(
        "codex",
        &format!(
            "CREATE ROLE {role} LOGIN; GRANT ALL ON schema_migrations TO {role}; GRANT CREATE ON SCHEMA public TO {role};
             ALTER TABLE users OWNER TO {role}"
        ),
    );
    let (mut report, holder) = report(&place);
    let url = place.url("codex").replace("postgres@", &format!("{role}@"));
    let place = place.set("DB_CODEX_URL", &url);
    let mut run = Run::start(place.command("migrate codex --migrations m --lock-timeout 1h"));
    run.hears("held by");
    report.batch_execute("COMMIT").unwrap();
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
    insta::assert_snapshot!(same(&heard, &[(holder, "<pid>")]), @"
    codex: applying 0002_add_phone
    codex: 0002_add_phone: waits for ACCESS EXCLUSIVE on users, for <time> so far
      held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, pg_read_all_stats would show what it does)
    codex: applied 0002_add_phone in <time>
    ");
}

#[test]
fn a_claim_that_a_killed_runner_left_behind_is_named_with_how_to_end_it() {
    let place = Place::new();
    place.migration(1, "slow", "", "SELECT pg_sleep(600);");
    let mut killed = Run::start(place.command("migrate codex --migrations m"));
    until(
        &place,
        "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()",
    );
    killed.child.kill().unwrap();
    let (_, heard) = killed.end();
    assert_eq!(heard, "codex: applying 0001_slow\n");
    let holder: i32 = place
        .text("codex", "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'jubilee-migrate %' AND datname = current_database()")
        .parse()
        .unwrap();

    let status = place.run("migrate status codex --migrations m --exit-code");
    assert_eq!(status.code, Some(1), "{}", status.stderr);
    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!(same(&status.stdout, &[(holder, "<pid>")]), @"
        codex (development, postgres@/socket:5432/jubilee_codex)
          0001_slow  running, pid <pid>  for <time>
        ");
    });

    let next = place.run("migrate codex --migrations m --wait 1s");
    assert_eq!(next.code, Some(1));
    let said = same(&next.stderr, &[(holder, "<pid>")]);
    let (_, problem) = next.stderr.split_once("\n\n").unwrap();
    assert_documented(problem);
    insta::assert_snapshot!(said, @"
    codex: applying 0001_slow
    codex: waiting for process <pid> of role postgres, at work since <when>
      if its runner is gone, end its session: SELECT pg_terminate_backend(<pid>)

      error: codex: another runner is still at work after <time>
      ╰─▶ it is process <pid> of role postgres, at work since <when>
      help: wait longer with --wait 30m; if its runner is gone (killed, say), end its session, which rolls back what is under way:
            SELECT pg_terminate_backend(<pid>)
    ");

    // What the hint says helps.
    place.sql("codex", &format!("SELECT pg_terminate_backend({holder})"));
    place.migration(1, "slow", "", "SELECT 1;");
    let after = place.run("migrate codex --migrations m");
    assert_eq!(after.code, Some(0), "{}", after.stderr);
}

/// The build waits for a transaction that is older, in a phase that has a name.
#[test]
fn an_index_build_says_how_far_it_is() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    let first = place.run("migrate codex --target 1 --migrations m");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let mut writer = session(&place, "import");
    writer
        .batch_execute("BEGIN; INSERT INTO users VALUES (1)")
        .unwrap();
    let holder = pid(&mut writer);
    let mut run = Run::start(place.command("migrate codex --migrations m --heartbeat 100ms"));
    run.hears("waiting for writers before build");
    // Ending it rolls nothing back.
    let second = place.run("migrate codex --migrations m --wait 0s");
    assert_eq!(second.code, Some(1));
    let what_then = "end its session; 0002_index runs without a transaction, so what it has done by then stays, \
                     and `migrate resolve` goes on from there";
    assert!(second.stderr.contains(what_then), "{}", second.stderr);
    writer.batch_execute("COMMIT").unwrap();
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
    let line = heard
        .lines()
        .find(|line| line.contains("waiting for writers"))
        .unwrap();
    assert_eq!(
        line,
        "  CREATE INDEX CONCURRENTLY on users: 0 % of 1 session, waiting for writers before build"
    );
    let held = format!("held by pid {holder} (import, role postgres, idle in transaction for ");
    assert!(heard.contains(&held), "{heard}");
}

/// Each is held up in the middle: by an index whose expression waits for a lock, or by a page that
/// another session has in use.
#[test]
fn what_rewrites_or_reads_a_whole_table_says_how_far_it_is() {
    // Of its own: a transaction in any database keeps VACUUM from freezing rows, and so from waiting.
    let server = TempServer::start(&Options {
        settings: vec![("autovacuum".to_owned(), "off".to_owned())],
        ..Options::default()
    })
    .unwrap();
    server.create_database("whole").unwrap();
    let place = Place::unconfigured().set("DB_CODEX_URL", &server.url("whole"));
    place.migration(
        1,
        "users",
        "",
        "CREATE TABLE users (id int);
         INSERT INTO users SELECT generate_series(1, 10);
         CREATE FUNCTION waiting(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
            $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN i; END $$;
         CREATE INDEX users_waiting ON users (waiting(id));",
    );
    place.migration(2, "cluster", "", "CLUSTER users USING users_waiting;");
    // The rows are not frozen any more then, so that VACUUM has to wait for the page.
    let update = "UPDATE users SET id = id; ANALYZE users;";
    place.migration(3, "analyze", "", update);
    place.migration(
        4,
        "vacuum",
        "-- Transaction: none",
        "VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) users;\n",
    );
    let first = place.run("migrate codex --target 1 --migrations m");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let locked = (
        "SELECT pg_advisory_lock(4711)",
        "SELECT pg_advisory_unlock(4711)",
    );
    let pinned = (
        "BEGIN; DECLARE c CURSOR FOR SELECT FROM users; FETCH c",
        "COMMIT",
    );
    let mut other = Client::connect(&server.url("whole"), NoTls).unwrap();
    let mut shown = Vec::new();
    for (target, (hold, release)) in [(2, locked), (3, locked), (4, pinned)] {
        other.batch_execute(hold).unwrap();
        let command = format!("migrate codex --target {target} --migrations m --heartbeat 100ms");
        let mut run = Run::start(place.command(&command));
        run.hears(" on users: ");
        other.batch_execute(release).unwrap();
        let (code, heard) = run.end();
        assert_eq!(code, Some(0), "{heard}");
        let line = heard.lines().find(|line| line.contains(" on users: "));
        shown.extend(line.map(str::to_owned));
    }
    insta::assert_snapshot!(shown.join("\n"), @"
    CLUSTER on users: rebuilding index
    ANALYZE on users: 100 % of 1 block, computing statistics
    VACUUM on users: 0 % of 1 block, scanning heap
    ");
}

#[test]
fn without_a_terminal_a_migration_that_takes_long_is_heard_of_now_and_then() {
    let place = place_with_users();
    let (mut report, _) = report(&place);
    let mut run = Run::start(
        place.command("migrate codex --migrations m --lock-timeout 1h --heartbeat 50ms"),
    );
    for _ in 0..3 {
        run.hears("codex: 0002_add_phone is running, for ");
    }
    report.batch_execute("COMMIT").unwrap();
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
    assert!(
        heard.contains("codex: applying 0002_add_phone\n"),
        "{heard}"
    );
    assert!(
        same(&heard, &[]).ends_with("codex: applied 0002_add_phone in <time>\n"),
        "{heard}"
    );
}

#[test]
fn only_what_is_out_of_the_ordinary_is_said_without_progress() {
    let place = place_with_users();
    let said = place.run("migrate codex --migrations m --progress none --heartbeat 1ms");
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_log_for_programs_is_an_object_a_line() {
    let place = place_with_users();
    place.migration(3, "broken", "", "SELECT nope;");
    let said = place.run("migrate codex --migrations m --log-format json");
    assert_eq!(said.code, Some(1));
    let lines: Vec<Value> = said
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let shown: Vec<String> = lines
        .iter()
        .map(|line| {
            let field = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {}",
                field("level"),
                field("event"),
                field("database"),
                field("migration")
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "INFO applying codex 0002_add_phone",
            "INFO applied codex 0002_add_phone",
            "INFO applying codex 0003_broken",
            "ERROR - - -",
        ]
    );
    assert!(lines[1]["execution_ms"].is_u64());
    assert!(
        lines[3]["why"].as_str().unwrap().contains("42703"),
        "{}",
        lines[3]
    );
}

#[test]
fn a_copy_says_how_far_it_is() {
    let place = place_with_users();
    let version = place.text(
        "codex",
        "SELECT current_setting('server_version_num')::int >= 140000",
    );
    if version != "t" {
        return; // PostgreSQL 13 tells nothing of it.
    }
    let barrier = place.text("codex", "SELECT 'copied_' || current_database()");
    place.migration(
        2,
        "add_phone",
        "",
        &format!("COPY users FROM PROGRAM 'echo 1; while [ ! -e {barrier} ]; do sleep 0.1; done';"),
    );
    let mut run = Run::start(place.command("migrate codex --migrations m --heartbeat 100ms"));
    run.hears("  COPY on users: ");
    place.sql(
        "codex",
        &format!("COPY (SELECT 1) TO PROGRAM 'cat > {barrier}'"),
    );
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
}

/// The process that serves the run is not the one that the client was told of.
#[test]
fn behind_a_pooler_a_lock_that_is_waited_for_is_named_too() {
    let place = place_with_users();
    let Some(pooler) = Pooler::start(server(), "") else {
        return;
    };
    let (mut report, holder) = report(&place);
    let database = place.text("codex", "SELECT current_database()");
    let place = place.set("DB_CODEX_URL", &pooler.url(&database));
    let mut run = Run::start(place.command("migrate codex --migrations m --lock-timeout 1h"));
    run.hears("0002_add_phone: waits for ACCESS EXCLUSIVE on users");
    run.hears(&format!("held by pid {holder} with ACCESS SHARE"));
    report.batch_execute("COMMIT").unwrap();
    let (code, heard) = run.end();
    assert_eq!(code, Some(0), "{heard}");
}

/// One is done, one has failed, and one waits: each says so, in the order of the command, as long as
/// the last one is at work.
#[test]
fn a_terminal_shows_what_is_true_of_each_database() {
    let place = place_with_users();
    for (database, body) in [("inspire", "SELECT nope;"), ("continuum", "SELECT 1;")] {
        let text = format!(
            "-- Migration: 0001_first\n-- Database: {database}\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n\n{body}"
        );
        place.file(&format!("m/{database}/0001_first.sql"), text.as_bytes());
    }
    let (mut report, holder) = report(&place);
    let command = place.command("migrate all --migrations m --lock-timeout 1h --color never");
    let mut terminal = Terminal::start(command);
    let seen = terminal
        .shows(|seen| seen.contains("held by") && seen.contains("done") && seen.contains("failed"));
    assert_documented(&seen);
    insta::assert_snapshot!(same(&seen, &[(holder, "<pid>")]), @"
    codex  ────────────────────────  0/1  <time>  0002_add_phone for <time>
                 waits for ACCESS EXCLUSIVE on users, for <time> so far
                 held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users
    inspire  ────────────────────────  0/1  <time>  failed at 0001_first
    continuum  ━━━━━━━━━━━━━━━━━━━━━━━━  1/1  <time>  done
    ");
    report.batch_execute("COMMIT").unwrap();
    let (status, left) = terminal.end();
    assert_eq!(status.code(), Some(1));
    assert!(
        !left.contains('━') && !left.contains("────────────"),
        "no bar is left:\n{left}"
    );
    let order: Vec<usize> = [
        "codex        1 migration applied",
        "inspire      not migrated",
        "continuum    1 migration applied",
    ]
    .iter()
    .map(|line| left.find(line).unwrap_or_else(|| panic!("{line}:\n{left}")))
    .collect();
    assert!(order.is_sorted(), "{left}");
}

#[test]
fn a_status_that_is_watched_shows_what_a_run_waits_for_and_ends_with_it() {
    let place = place_with_users();
    let (mut report, holder) = report(&place);
    let run = Run::start(place.command("migrate codex --migrations m --lock-timeout 1h"));
    let mut terminal =
        Terminal::start(place.command("migrate status codex --migrations m --watch"));
    let seen = terminal.shows(|seen| seen.contains("held by"));
    let at_work: i32 = place
        .text("codex", "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'jubilee-migrate %' AND datname = current_database()")
        .parse()
        .unwrap();
    let seen = seen.replace(&server().socket_dir().display().to_string(), "/socket");
    let lines: Vec<&str> = seen.lines().skip(1).collect();
    insta::assert_snapshot!(same(&lines.join("\n"), &[(holder, "<pid>"), (at_work, "<run>")]), @"
    1 migration completed
    0002_add_phone  running, pid <run>  for <time>
      waits for ACCESS EXCLUSIVE on users, for <time> so far
      held by pid <pid> with ACCESS SHARE (nightly_report, role postgres, idle in transaction for <time>): BEGIN; SELECT id FROM users
    ");
    report.batch_execute("COMMIT").unwrap();
    assert_eq!(run.end().0, Some(0));
    let (status, left) = terminal.end();
    assert_eq!(status.code(), Some(0), "{left}");
    assert!(left.contains("2 migrations completed"), "{left}");
}

#[test]
fn a_status_behind_a_lock_on_the_history_says_who_holds_it() {
    let place = place_with_users();
    let mut client = session(&place, "maintenance");
    let holder = pid(&mut client);
    client
        .batch_execute("BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let said = place.run("migrate status codex --migrations m --wait 5s");
    assert_eq!(said.code, Some(1));
    assert_documented(&said.stderr);
    insta::assert_snapshot!(same(&said.all(), &[(holder, "<pid>")]), @"
    codex (development): not read
    ---- stderr
    codex: waits for ACCESS SHARE on schema_migrations, for <time> so far
      held by pid <pid> with ACCESS EXCLUSIVE (maintenance, role postgres, idle in transaction for <time>): BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE

      error: codex: the history could not be read within <time>
      ╰─▶ it waited for ACCESS SHARE on schema_migrations
          held by pid <pid> with ACCESS EXCLUSIVE (maintenance, role postgres, idle in transaction for <time>): BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE
      help: wait longer with --wait 1m
            to end the session that holds it:
            SELECT pg_terminate_backend(<pid>)
    ---- exit 1
    ");
    // Nobody waits for it any more.
    until(
        &place,
        "SELECT WHERE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'schema_migrations'::regclass)",
    );
}

#[test]
fn a_terminal_that_is_dumb_gets_lines() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let mut command = place.command("migrate codex --migrations m");
    command.env("TERM", "dumb");
    let (ended, seen) = Terminal::start(command).end();
    assert!(ended.success());
    assert!(seen.contains("codex: applied 0001_users in "), "{seen}");
}
