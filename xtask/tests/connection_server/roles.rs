//! Options, and the role that a session takes.

use jubilee_pg_local::TempServer;
use xtask::connection::Failure;

use crate::support::{administer, failure, open, outcome, over_socket, run, server, value};

/// A server with an owner that cannot log in, and a role that may take its place.
fn with_owner() -> TempServer {
    let server = server(None, &[]);
    run(administer(
        &server,
        &[
            "CREATE ROLE \"the \\owner\" NOLOGIN",
            "CREATE ROLE deploy LOGIN",
            "GRANT \"the \\owner\" TO deploy",
            "CREATE ROLE stranger LOGIN",
        ],
    ));
    server
}

const OWNER: (&str, &str) = ("ROLE", "the \\owner");

#[test]
fn the_session_takes_the_role_and_has_the_options() {
    let server = with_owner();
    let settings = over_socket(
        &server,
        &[
            ("USER", "deploy"),
            OWNER,
            ("OPTIONS", "-c lock_timeout=7s -c DateStyle=German"),
        ],
    );
    run(async {
        let connection = open(&settings).await;
        let who = value(&connection, "SELECT session_user || ' as ' || current_user").await;
        assert_eq!(who, "deploy as the \\owner");
        assert_eq!(value(&connection, "SHOW lock_timeout").await, "7s");
        assert_eq!(value(&connection, "SHOW DateStyle").await, "German, DMY");
        // It belongs to the session: `RESET` brings it back.
        connection
            .client
            .batch_execute("SET ROLE deploy; RESET ROLE")
            .await
            .unwrap();
        assert_eq!(
            value(&connection, "SELECT current_user").await,
            "the \\owner"
        );
    });
}

#[test]
fn a_role_that_cannot_be_taken_is_explained() {
    let server = with_owner();
    let stranger = over_socket(&server, &[("USER", "stranger"), OWNER]);
    let said = outcome(&stranger);
    assert!(
        said.contains(": the session cannot take its role\nwhy: permission denied to set role"),
        "{said}"
    );
    assert!(said.contains("hint: let the one that logs in take it: GRANT \"the \\owner\" TO \"stranger\"; or check the environment variable DB_CODEX_ROLE"), "{said}");
    let unknown = over_socket(&server, &[("ROLE", "nobody")]);
    assert_eq!(failure(&unknown), Failure::RoleMissing);
    let said = outcome(&unknown);
    let hint = "hint: check the environment variable DB_CODEX_ROLE; or make the role: CREATE ROLE \
                \"nobody\" NOLOGIN; GRANT \"nobody\" TO \"postgres\"";
    assert!(said.contains(hint), "{said}");
}

#[test]
fn an_option_that_the_server_refuses_is_explained() {
    let server = with_owner();
    for (option, why) in [
        (
            "-c nonsense=1",
            "unrecognized configuration parameter \"nonsense\"",
        ),
        (
            "-c lock_timeout=x",
            "invalid value for parameter \"lock_timeout\": \"x\"",
        ),
        (
            "-c max_connections=5",
            "parameter \"max_connections\" cannot be changed",
        ),
        (
            "lock_timeout=5s",
            "invalid command-line argument for server process",
        ),
    ] {
        let with = [("USER", "deploy"), OWNER, ("OPTIONS", option)];
        let said = outcome(&over_socket(&server, &with));
        let fact = format!(": the server does not take the session's options\nwhy: {why}");
        assert!(said.contains(&fact), "{said}");
        let hint = "hint: check the environment variable DB_CODEX_OPTIONS: each is `-c NAME=VALUE`";
        assert!(said.contains(hint), "{said}");
    }
}
