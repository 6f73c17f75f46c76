//! What statements cost on a real PostgreSQL, and whether the rules know it.

use std::collections::HashMap;
use std::sync::mpsc;

use crate::support::{Form, check, findings};
use jubilee_core::Position;
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

/// What PostgreSQL does to the rows of tables that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    /// Nothing: only the catalogs change.
    Nothing,
    /// They are read.
    Reads,
    /// An index is built.
    Builds,
    /// They are written anew.
    Rewrites,
    /// The statement fails where there are rows.
    Fails,
}

impl Cost {
    fn named(name: &str) -> Self {
        match name {
            "nothing" => Self::Nothing,
            "reads" => Self::Reads,
            "builds" => Self::Builds,
            "rewrites" => Self::Rewrites,
            "fails" => Self::Fails,
            other => panic!("no cost is called {other}"),
        }
    }
}

/// What was there before: a row in each table, and columns of many types, some with indexes.
const BEFORE: &str = include_str!("../rewrites/before.sql");

/// A statement, and what was found out about it.
struct Case {
    /// What was done before, migrations of their own.
    before: Vec<&'static str>,
    sql: &'static str,
    /// The rule that finds it.
    rule: Option<&'static str>,
    cost: Cost,
    /// The first version of PostgreSQL that knows the statement.
    since: u32,
}

/// The cases of `rewrites/cases.sql`.
fn cases() -> Vec<Case> {
    let blocks = include_str!("../rewrites/cases.sql").split("\n\n").skip(1);
    let case = |block: &'static str| {
        let (head, sql) = block.trim().split_once('\n').unwrap();
        let head = head.strip_prefix("-- ").unwrap();
        let (head, since) = head.split_once(", since ").unwrap_or((head, "13"));
        let (rule, cost) = match head.split_once(": ") {
            Some((rule, cost)) => (Some(rule), cost),
            None => (None, head),
        };
        let mut before: Vec<_> = sql.split("-- next migration\n").collect();
        Case {
            sql: before.pop().unwrap(),
            before,
            rule,
            cost: Cost::named(cost),
            since: since.parse().unwrap(),
        }
    };
    blocks.map(case).collect()
}

/// A connection, and what the server says meanwhile.
struct Server {
    _server: TempServer,
    client: Client,
    notices: mpsc::Receiver<String>,
    version: u32,
}

fn start() -> Server {
    let server = TempServer::start(&Options::default()).unwrap();
    server.create_database("costs").unwrap();
    let (send, notices) = mpsc::channel();
    let mut config: postgres::Config = server.url("costs").parse().unwrap();
    config.notice_callback(move |notice| {
        // The test may be over.
        let _ = send.send(notice.message().to_owned());
    });
    let client = config.connect(NoTls).unwrap();
    Server {
        version: server.version().major.into(),
        _server: server,
        client,
        notices,
    }
}

/// What the statement costs.
fn measure(server: &mut Server, case: &Case) -> Cost {
    const FILES: &str = "SELECT string_agg(relname || ' ' || relfilenode, ',' ORDER BY relname)
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let client = &mut server.client;
    let files = |client: &mut Client| client.query_one(FILES, &[]).unwrap().get::<_, String>(0);
    // Not UTC, where timestamps with and without time zone are the same bytes.
    let begin = "BEGIN; SET LOCAL TimeZone = 'Europe/Berlin'";
    client.batch_execute(begin).unwrap();
    client.batch_execute(&case.before.concat()).unwrap();
    let was = files(client);
    let talk = "SET LOCAL client_min_messages = debug1";
    client.batch_execute(talk).unwrap();
    while server.notices.try_recv().is_ok() {}
    let outcome = client.batch_execute(case.sql);
    let said: Vec<String> = server.notices.try_iter().collect();
    let said = |words: &str| {
        said.iter()
            .any(|said| said.contains(words) && !said.contains("pg_toast"))
    };
    let cost = match outcome {
        Err(error) => {
            assert_eq!(error.code().unwrap().code(), "23502", "{}", case.sql);
            Cost::Fails
        }
        Ok(()) if files(client) != was => Cost::Rewrites,
        Ok(()) if said("building index") => Cost::Builds,
        Ok(()) if said("verifying table") || said("validating foreign key") => Cost::Reads,
        Ok(()) => Cost::Nothing,
    };
    client.batch_execute("ROLLBACK").unwrap();
    cost
}

/// The rules about costs that find something in the statement.
fn found(case: &Case, rules: &[&str]) -> Vec<&'static str> {
    let migrations: Vec<&str> = [BEFORE]
        .into_iter()
        .chain(case.before.iter().copied())
        .chain([case.sql])
        .collect();
    let reports = check(Form::Sql, &migrations.join("\n-- next migration\n"));
    let last = reports.last().unwrap().name.clone();
    findings(&reports)
        .filter(|(report, _)| report.name == last)
        .map(|(_, finding)| finding.rule.name)
        .filter(|name| rules.contains(name))
        .collect()
}

#[test]
fn the_rules_find_what_costs_and_nothing_else() {
    let mut server = start();
    server.client.batch_execute(BEFORE).unwrap();
    let cases = cases();
    let rules: Vec<&str> = cases.iter().filter_map(|case| case.rule).collect();
    let mut wrong = Vec::new();
    for case in &cases {
        let sql = case.sql.trim();
        let found = found(case, &rules);
        if found != Vec::from_iter(case.rule) {
            wrong.push(format!("the check finds {found:?}: {sql}"));
        }
        if server.version < case.since {
            continue;
        }
        let measured = measure(&mut server, case);
        if measured != case.cost {
            wrong.push(format!("PostgreSQL: {measured:?}: {sql}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn functions_that_are_taken_for_harmless_are_not_volatile() {
    let mut server = start();
    let rows = server
        .client
        .query(
            "SELECT proname::text, bool_or(provolatile = 'v'), bool_and(provolatile = 'v')
             FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY proname",
            &[],
        )
        .unwrap();
    let functions: Vec<(String, bool, bool)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let text: String = functions
        .iter()
        .map(|(name, _, _)| {
            format!("ALTER TABLE t ADD COLUMN c text DEFAULT pg_catalog.\"{name}\"();\n")
        })
        .collect();
    let reports = check(Form::Sql, &text);
    let first = reports[0]
        .text
        .lines()
        .position(|line| line.starts_with("ALTER"))
        .unwrap();
    let said: HashMap<usize, bool> = findings(&reports)
        .filter(|(_, finding)| finding.rule.name == "add-column-rewrite")
        .map(|(report, finding)| {
            let line = Position::of(&report.text, finding.range.clone().unwrap().start).line;
            let surely = finding.what.contains("volatile function");
            (line - 1 - first, surely)
        })
        .collect();
    let mut harmless = 0;
    for (i, (name, some, all)) in functions.iter().enumerate() {
        match said.get(&i) {
            None => {
                harmless += 1;
                assert!(!some, "{name} is volatile");
            }
            Some(true) => assert!(all, "{name} is not volatile"),
            Some(false) => {}
        }
    }
    assert!(harmless > 100, "only {harmless} functions are known");
}

/// Each uses, or does not use, a value of an enum type that its transaction adds.
const ENUM_CASES: &[(bool, &str)] = &[
    (true, "SELECT 'calm'::mood"),
    (
        true,
        "ALTER TABLE people ALTER current_mood SET DEFAULT 'calm'",
    ),
    (true, "INSERT INTO people VALUES (2, 'calm')"),
    (true, "UPDATE people SET current_mood = 'calm'"),
    (
        true,
        "CREATE INDEX calm_people ON people (id) WHERE current_mood = 'calm'",
    ),
    (
        true,
        "CREATE VIEW calm_people AS SELECT id FROM people WHERE current_mood = 'calm'",
    ),
    (true, "CREATE TABLE pets (pet_mood mood DEFAULT 'calm')"),
    (false, "COMMENT ON COLUMN people.current_mood IS 'calm'"),
    (false, "ALTER TYPE mood ADD VALUE 'serene' AFTER 'calm'"),
    (false, "INSERT INTO notes VALUES ('calm')"),
    (false, "UPDATE people SET current_mood = 'glad'"),
];

#[test]
fn values_of_an_enum_type_are_used_too_early_as_the_server_says() {
    const BEFORE: &str = "CREATE TYPE mood AS ENUM ('glad');
        CREATE TABLE notes (note text);
        CREATE TABLE people (id integer, current_mood mood);
        INSERT INTO people VALUES (1, 'glad');";
    let mut server = start();
    server.client.batch_execute(BEFORE).unwrap();
    for (fails, case) in ENUM_CASES {
        let client = &mut server.client;
        client
            .batch_execute("BEGIN; ALTER TYPE mood ADD VALUE 'calm'")
            .unwrap();
        let outcome = client.batch_execute(case);
        let code = outcome
            .err()
            .map(|error| error.code().unwrap().code().to_owned());
        client.batch_execute("ROLLBACK").unwrap();
        assert_eq!(code.as_deref(), fails.then_some("55P04"), "{case}");
        let reports = check(
            Form::Sql,
            &format!("{BEFORE}\n-- next migration\nALTER TYPE mood ADD VALUE 'calm';\n{case};\n"),
        );
        let found = findings(&reports).any(|(_, finding)| finding.rule.name == "enum-value-used");
        assert_eq!(found, *fails, "{case}");
    }
}
