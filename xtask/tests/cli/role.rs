//! `DB_CODEX_ROLE`: what a migration makes belongs to the owner, directly and behind a pooler.

use crate::pooler::Pooler;
use crate::support::{Place, Said, server};

/// A database whose owner cannot log in, and a role that migrates it in its place.
fn place(name: &str) -> (Place, String) {
    let place = Place::new();
    let database = place.text("codex", "SELECT current_database()");
    let password = server().password().unwrap();
    place.sql(
        "codex",
        &format!(
            "CREATE ROLE {name}_owner NOLOGIN;
             CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE {name}_owner;
             ALTER DATABASE {database} OWNER TO {name}_owner;
             ALTER SCHEMA public OWNER TO {name}_owner"
        ),
    );
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    // It changes the role that the session has, and the next one is the owner's again.
    place.migration(2, "strays", "", "SET ROLE NONE; SELECT 1;");
    place.migration(
        3,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    place.migration(4, "posts", "", "CREATE TABLE posts (id int);");
    let port = server().tcp_port().unwrap();
    let url = format!("postgres://{name}:{password}@127.0.0.1:{port}/{database}?sslmode=disable");
    let place = place
        .set("DB_CODEX_URL", &url)
        .set("DB_CODEX_ROLE", &format!("{name}_owner"));
    (place, url)
}

fn owners(place: &Place) -> String {
    let query = "SELECT string_agg(DISTINCT tableowner, ' '), count(*) FROM pg_tables \
                 WHERE schemaname = 'public'";
    place.text("codex", query)
}

fn migrate(place: &Place) -> Said {
    place.run("migrate codex --migrations m")
}

#[test]
fn what_a_migration_makes_belongs_to_the_role() {
    let (place, _) = place("direct");
    let said = migrate(&place);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(owners(&place), "direct_owner 3");
}

/// The option that sets the role does not get through a pooler, and the role must not stay on a
/// connection that the next client gets.
#[test]
fn behind_a_pooler_the_role_is_taken_or_the_run_is_refused() {
    let (place, url) = place("pooled");
    let Some(strict) = Pooler::start(server(), "") else {
        return;
    };
    let lenient = Pooler::start(server(), "ignore_startup_parameters = options").unwrap();
    let port = format!(":{}/", server().tcp_port().unwrap());
    let through = |pooler: &Pooler| url.replace(&port, &format!(":{}/", pooler.port()));

    let place = place.set("DB_CODEX_URL", &through(&strict));
    let said = migrate(&place);
    assert_eq!(said.code, Some(4));
    assert!(
        said.stderr.contains("a pooler takes no options"),
        "{}",
        said.stderr
    );
    let direct = "help: set DB_CODEX_DIRECT_URL to an address that goes around it";
    assert!(said.stderr.contains(direct), "{}", said.stderr);

    let place = place.set("DB_CODEX_URL", &through(&lenient));
    let said = migrate(&place);
    assert_eq!(said.code, Some(4));
    let fact = "it should be `pooled_owner`, and is `none`";
    assert!(said.stderr.contains(fact), "{}", said.stderr);
    assert!(
        said.stderr.contains("set DB_CODEX_DIRECT_URL to"),
        "{}",
        said.stderr
    );

    // As the error says, the server can set it: here for the one that PgBouncer logs in as.
    let database = place.text("codex", "SELECT quote_ident(current_database())");
    let set = format!("ALTER ROLE postgres IN DATABASE {database} SET role = pooled_owner");
    place.sql("codex", &set);
    let fresh = Pooler::start(server(), "ignore_startup_parameters = options").unwrap();
    let place = place.set("DB_CODEX_URL", &through(&fresh));
    let said = place.run("migrate status codex --migrations m");
    assert_eq!(said.code, Some(0), "{}", said.stderr);

    let place = place.set("DB_CODEX_DIRECT_URL", &url);
    let said = migrate(&place);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(owners(&place), "pooled_owner 3");
}
