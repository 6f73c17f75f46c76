//! Tests of a service against the real schema of codex: each in a database of its own.

use jubilee_codex::testing::{Template, TestDatabase};
use sqlx::Connection;

/// Two users, of whom each test below gets a copy.
static TWO_USERS: Template = Template::new("two users", |client| {
    client.batch_execute(
        "INSERT INTO users (email, display_name)
         VALUES ('ada@example.org', 'Ada'), ('grace@example.org', 'Grace')",
    )?;
    Ok(())
});

#[test]
fn a_user_begins_as_pending() {
    let database = TestDatabase::new().unwrap();
    let mut client = database.client().unwrap();
    let row = client
        .query_one(
            "INSERT INTO users (email, display_name) VALUES ('ada@example.org', 'Ada') RETURNING status",
            &[],
        )
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "pending");
}

#[test]
fn an_address_is_taken_once() {
    let database = TWO_USERS.database().unwrap();
    let error = database
        .client()
        .unwrap()
        .batch_execute("INSERT INTO users (email, display_name) VALUES ('ADA@example.org', 'Ada')")
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23505");
}

#[tokio::test]
async fn with_tokio_postgres() {
    let database = TWO_USERS.database_async().await.unwrap();
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    let row = client
        .query_one("SELECT count(*) FROM users", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 2);
}

#[tokio::test]
async fn with_sqlx() {
    let database = TWO_USERS.database_async().await.unwrap();
    let mut connection = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let names: Vec<String> = sqlx::query_scalar("SELECT display_name FROM users ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(names, ["Ada", "Grace"]);
}
