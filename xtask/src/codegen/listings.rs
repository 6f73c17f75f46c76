//! The files that list the databases.

use std::path::Path;

use super::block::{self, Comment};
use crate::databases::{Database, Review};
use crate::files::Change;
use crate::problem::Problem;

/// Who reviews what a senior must review.
const SENIORS: &str = "@jubilee-solutions/senior-database-reviewers";

/// What the list of a file looks like.
type Body = fn(&[Database]) -> String;

const FILES: [(&str, Comment, Body); 4] = [
    (".env.example", Comment::Hash, environment),
    (".github/CODEOWNERS", Comment::Hash, reviewers),
    ("README.md", Comment::Html, table),
    ("docker-compose.yml", Comment::Hash, services),
];

/// The files of the checkout that list the databases, as they are and as they should be.
pub(crate) fn listings(root: &Path, databases: &[Database]) -> Vec<Result<Change, Problem>> {
    let files = FILES.iter().map(|(path, comment, body)| {
        Change::edit(root, path, |text| {
            block::replace(text, *comment, &body(databases))
        })
    });
    files.collect()
}

/// The keys of all databases but the first, whose section explains them.
fn environment(databases: &[Database]) -> String {
    let mut text = String::new();
    for database in databases.iter().skip(1) {
        let Database {
            name,
            holds,
            development_port: port,
            ..
        } = database;
        let prefix = database.variable_prefix();
        text.push_str(&format!(
            "
# {name}: {holds}
{prefix}_HOST=localhost
{prefix}_PORT={port}
{prefix}_NAME=jubilee_{name}
{prefix}_USER=jubilee
{prefix}_PASSWORD=jubilee_dev_{name}
{prefix}_SSLMODE=prefer
# {prefix}_URL=postgres://jubilee:jubilee_dev_{name}@localhost:{port}/jubilee_{name}
"
        ));
    }
    text
}

/// Owners of the databases that a senior reviews; for the others the rule for all files is enough.
fn reviewers(databases: &[Database]) -> String {
    let reviewed = databases
        .iter()
        .filter(|database| database.review == Review::Senior);
    reviewed
        .map(|Database { name, .. }| {
            format!("/migrations/{name}/ {SENIORS}\n/crates/{name}/ {SENIORS}\n")
        })
        .collect()
}

fn table(databases: &[Database]) -> String {
    let mut rows = vec![["database", "holds", "changes", "review"].map(str::to_owned)];
    rows.extend(databases.iter().map(|database| {
        [
            format!("**{}**", database.name),
            database.holds.to_owned(),
            database.change_rate.to_string(),
            database.review.to_string(),
        ]
    }));
    let widths = [0, 1, 2, 3].map(|column| {
        let cells = rows
            .iter()
            .map(|row: &[String; 4]| row[column].chars().count());
        cells.max().unwrap_or_default()
    });
    let line = |cells: [String; 4]| format!("| {} |\n", cells.join(" | "));
    let mut lines = rows
        .iter()
        .map(|row| line([0, 1, 2, 3].map(|column| format!("{:<1$}", row[column], widths[column]))));
    let heading = lines.next().unwrap_or_default();
    let rule = format!(
        "|-{}-|\n",
        widths.map(|width| "-".repeat(width)).join("-|-")
    );
    [heading, rule].into_iter().chain(lines).collect()
}

/// The servers, and `migrate`, which knows them all.
fn services(databases: &[Database]) -> String {
    let each = |line: &dyn Fn(&Database) -> String| databases.iter().map(line).collect::<String>();
    let servers = each(&|database| {
        let (name, port) = (database.name, database.development_port);
        format!(
            "  {name}:
    <<: *server
    environment:
      POSTGRES_DB: jubilee_{name}
      POSTGRES_USER: jubilee
      POSTGRES_PASSWORD: jubilee_dev_{name}
    ports: [\"127.0.0.1:{port}:5432\"]
    volumes: [\"{name}:/var/lib/postgresql\"]

"
        )
    });
    let waits =
        each(&|Database { name, .. }| format!("      {name}: {{ condition: service_healthy }}\n"));
    let urls = each(&|database| {
        let (name, prefix) = (database.name, database.variable_prefix());
        format!(
            "      {prefix}_URL: postgres://jubilee:jubilee_dev_{name}@{name}:5432/jubilee_{name}\n"
        )
    });
    let volumes = each(&|Database { name, .. }| format!("  {name}:\n"));
    format!(
        "services:
{servers}  migrate:
    <<: *migrate
    depends_on:
{waits}    environment:
      JUBILEE_ENV: development
{urls}
volumes:
{volumes}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::databases::ChangeRate;

    #[test]
    fn each_file_lists_every_database() {
        let database = |name, review, development_port| Database {
            name,
            holds: "closed accounts",
            change_rate: ChangeRate::Frequent,
            review,
            development_port,
        };
        let databases = [
            database("first", Review::Senior, 5432),
            database("audit_log", Review::Standard, 5433),
        ];
        let all: String = FILES
            .iter()
            .map(|(name, _, body)| format!("== {name}\n{}", body(&databases)))
            .collect();
        insta::assert_snapshot!(all, @r#"
        == .env.example

        # audit_log: closed accounts
        DB_AUDIT_LOG_HOST=localhost
        DB_AUDIT_LOG_PORT=5433
        DB_AUDIT_LOG_NAME=jubilee_audit_log
        DB_AUDIT_LOG_USER=jubilee
        DB_AUDIT_LOG_PASSWORD=jubilee_dev_audit_log
        DB_AUDIT_LOG_SSLMODE=prefer
        # DB_AUDIT_LOG_URL=postgres://jubilee:jubilee_dev_audit_log@localhost:5433/jubilee_audit_log
        == .github/CODEOWNERS
        /migrations/first/ @jubilee-solutions/senior-database-reviewers
        /crates/first/ @jubilee-solutions/senior-database-reviewers
        == README.md
        | database      | holds           | changes  | review   |
        |---------------|-----------------|----------|----------|
        | **first**     | closed accounts | frequent | senior   |
        | **audit_log** | closed accounts | frequent | standard |
        == docker-compose.yml
        services:
          first:
            <<: *server
            environment:
              POSTGRES_DB: jubilee_first
              POSTGRES_USER: jubilee
              POSTGRES_PASSWORD: jubilee_dev_first
            ports: ["127.0.0.1:5432:5432"]
            volumes: ["first:/var/lib/postgresql"]

          audit_log:
            <<: *server
            environment:
              POSTGRES_DB: jubilee_audit_log
              POSTGRES_USER: jubilee
              POSTGRES_PASSWORD: jubilee_dev_audit_log
            ports: ["127.0.0.1:5433:5432"]
            volumes: ["audit_log:/var/lib/postgresql"]

          migrate:
            <<: *migrate
            depends_on:
              first: { condition: service_healthy }
              audit_log: { condition: service_healthy }
            environment:
              JUBILEE_ENV: development
              DB_FIRST_URL: postgres://jubilee:jubilee_dev_first@first:5432/jubilee_first
              DB_AUDIT_LOG_URL: postgres://jubilee:jubilee_dev_audit_log@audit_log:5432/jubilee_audit_log

        volumes:
          first:
          audit_log:
        "#);
    }
}
