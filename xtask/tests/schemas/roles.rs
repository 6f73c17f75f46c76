//! The roles of each database: what they may do, and how they come to be.

use std::sync::Barrier;
use std::thread;

use jubilee_pg_local::{Options, TempServer};
use postgres::error::SqlState;
use postgres::{Client, NoTls};

use crate::support::{files, lines, migrated, refusal, run};

/// The databases that have roles of their own.
const WITH_ROLES: [&str; 3] = ["codex", "inspire", "continuum"];
const DENIED: Option<SqlState> = Some(SqlState::INSUFFICIENT_PRIVILEGE);

/// A table of each database, and a change that it allows.
const TABLES: [(&str, &str, &str); 3] = [
    (
        "codex",
        "persona_tags",
        "INSERT INTO persona_tags (slug, display_name) VALUES ('x', 'x')",
    ),
    (
        "inspire",
        "conversations",
        "INSERT INTO conversations (user_id) VALUES (gen_random_uuid())",
    ),
    (
        "continuum",
        "user_settings",
        "INSERT INTO user_settings (user_id) VALUES (gen_random_uuid())",
    ),
];

#[test]
fn services_write_rows_and_reports_read_them() {
    for (name, table, insert) in TABLES {
        let mut client = migrated("roles", name);
        // A table of a later migration.
        client
            .batch_execute(
                "CREATE TABLE later (later_id uuid PRIMARY KEY DEFAULT gen_random_uuid())",
            )
            .unwrap();

        client
            .batch_execute(&format!("SET ROLE {name}_readwrite"))
            .unwrap();
        for allowed in [
            insert,
            &format!("DELETE FROM {table}"),
            "INSERT INTO later DEFAULT VALUES",
            "DELETE FROM later",
        ] {
            client.batch_execute(allowed).unwrap();
        }
        for denied in [
            "CREATE TABLE mine (id int)",
            &format!("ALTER TABLE {table} ADD COLUMN mine int"),
            &format!("TRUNCATE {table}"),
        ] {
            // Before PostgreSQL 15 everybody may create tables in `public`.
            if denied.starts_with("CREATE") && server_version(&mut client) < 150_000 {
                continue;
            }
            assert_eq!(refusal(&mut client, denied), DENIED, "{name}: {denied}");
        }

        client
            .batch_execute(&format!("SET ROLE {name}_readonly"))
            .unwrap();
        client
            .batch_execute(&format!("SELECT * FROM {table}, later"))
            .unwrap();
        for denied in [
            insert,
            &format!("DELETE FROM {table}"),
            "INSERT INTO later DEFAULT VALUES",
        ] {
            assert_eq!(refusal(&mut client, denied), DENIED, "{name}: {denied}");
        }

        client.batch_execute("RESET ROLE").unwrap();
        let member = format!("SELECT pg_has_role('{name}_migrator', '{name}_owner', 'USAGE')");
        assert_eq!(lines(&mut client, &member), ["t"]);
        let logins = format!(
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^{name}_' AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb)"
        );
        assert_eq!(lines(&mut client, &logins), Vec::<String>::new());
    }
}

fn server_version(client: &mut Client) -> u32 {
    lines(client, "SHOW server_version_num")[0].parse().unwrap()
}

#[test]
fn services_cannot_rewrite_evidence() {
    for (name, table) in [
        ("codex", "audit_log"),
        ("codex", "admin_task_history"),
        ("codex", "audit_log_history"),
        ("continuum", "invoice_numbers"),
    ] {
        let mut client = migrated(&format!("evidence_{table}"), name);
        client
            .batch_execute(&format!("SET ROLE {name}_readwrite"))
            .unwrap();
        assert_eq!(
            refusal(&mut client, &format!("DELETE FROM {table}")),
            DENIED,
            "{table}"
        );
    }

    // What a trigger writes on behalf of the service is written.
    let mut client = migrated("evidence_trigger", "codex");
    client
        .batch_execute("SET ROLE codex_readwrite; INSERT INTO admin_tasks (task_kind, title) VALUES ('x', 'x')")
        .unwrap();
    assert_eq!(
        lines(&mut client, "SELECT count(*) FROM admin_task_history"),
        ["1"]
    );
}

#[test]
fn a_service_may_make_the_partitions_of_the_activity_log() {
    let mut client = migrated("roles_partitions", "continuum");
    client
        .batch_execute("SET ROLE continuum_readwrite")
        .unwrap();
    assert_eq!(
        lines(&mut client, "SELECT create_activity_log_partitions(14)"),
        ["2"]
    );
    client
        .batch_execute("INSERT INTO activity_log (user_id, activity_type) VALUES (gen_random_uuid(), 'session.started')")
        .unwrap();
}

/// A server of its own: roles belong to the whole server.
fn server() -> TempServer {
    TempServer::start(&Options::default()).unwrap()
}

fn client(server: &TempServer, database: &str) -> Client {
    Client::connect(&server.url(database), NoTls).unwrap()
}

#[test]
fn runners_that_come_at_once_share_the_roles() {
    const COPIES: usize = 3;
    let server = server();
    let all_are_there = Barrier::new(COPIES * WITH_ROLES.len());
    thread::scope(|scope| {
        for name in WITH_ROLES {
            for copy in 0..COPIES {
                let database = format!("{name}_{copy}");
                server.create_database(&database).unwrap();
                let mut client = client(&server, &database);
                let all_are_there = &all_are_there;
                scope.spawn(move || {
                    let all = files(name);
                    let (add_roles, before) = all.split_last().unwrap();
                    before.iter().for_each(|file| run(&mut client, file));
                    all_are_there.wait();
                    run(&mut client, add_roles);
                });
            }
        }
    });
    let found = lines(
        &mut client(&server, "postgres"),
        "SELECT count(*) FROM pg_roles WHERE rolname ~ '^(codex|inspire|continuum)_(owner|migrator|readwrite|readonly)$'",
    );
    assert_eq!(found, [(4 * WITH_ROLES.len()).to_string()]);
}

#[test]
fn a_role_that_may_not_create_roles_migrates_all_the_same() {
    let server = server();
    client(&server, "postgres")
        .batch_execute("CREATE ROLE plain")
        .unwrap();
    for name in WITH_ROLES {
        server.create_database(name).unwrap();
        let mut client = client(&server, name);
        client
            .batch_execute(
                "GRANT CREATE ON SCHEMA public TO plain; SET SESSION AUTHORIZATION plain",
            )
            .unwrap();
        files(name).iter().for_each(|file| run(&mut client, file));
        let roles = format!("SELECT rolname FROM pg_roles WHERE rolname ~ '^{name}_'");
        assert_eq!(lines(&mut client, &roles), Vec::<String>::new());

        // Somebody creates them later, and the owner of the tables gives them what they need.
        client
            .batch_execute(&format!(
                "RESET SESSION AUTHORIZATION; CREATE ROLE {name}_readonly; CREATE ROLE {name}_readwrite;
                 SET SESSION AUTHORIZATION plain; SELECT grant_to_roles(); RESET SESSION AUTHORIZATION"
            ))
            .unwrap();
        let (_, table, insert) = TABLES.iter().find(|(of, ..)| *of == name).unwrap();
        client
            .batch_execute(&format!("SET ROLE {name}_readwrite; {insert}"))
            .unwrap();
        client
            .batch_execute(&format!("SET ROLE {name}_readonly; SELECT * FROM {table}"))
            .unwrap();
    }
}

#[test]
fn the_owner_role_can_take_over_and_go_on() {
    let server = server();
    client(&server, "postgres")
        .batch_execute("CREATE ROLE plain CREATEROLE")
        .unwrap();
    server.create_database("codex").unwrap();
    let mut client = client(&server, "codex");
    client
        .batch_execute("GRANT CREATE ON SCHEMA public TO plain; SET SESSION AUTHORIZATION plain")
        .unwrap();
    let all = files("codex");
    all.iter().for_each(|file| run(&mut client, file));
    client
        .batch_execute("RESET SESSION AUTHORIZATION; GRANT CREATE ON SCHEMA public TO codex_owner; REASSIGN OWNED BY plain TO codex_owner;
            CREATE ROLE deployer IN ROLE codex_migrator; SET SESSION AUTHORIZATION deployer; SET ROLE codex_owner")
        .unwrap();
    run(&mut client, all.last().unwrap());
    client
        .batch_execute("CREATE TABLE later (later_id uuid PRIMARY KEY)")
        .unwrap();
    client
        .batch_execute("RESET SESSION AUTHORIZATION; SET ROLE codex_readwrite; SELECT * FROM later, users; SELECT create_audit_log_partitions(13)")
        .unwrap();
}
