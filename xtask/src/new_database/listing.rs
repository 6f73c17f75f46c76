//! The files that list the databases for people, and the list of this program.

use crate::databases::Review;

use super::Facts;
use super::anchor::{NoPlace, before, behind, replace};
use crate::databases::ALL;

/// xtask/src/databases.rs.
pub(super) fn of_program(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    let start = "pub static ALL: &[Entry] = &[\n";
    let list = text
        .split_once(start)
        .and_then(|(_, rest)| rest.split_once("\n];\n"))
        .map(|(list, _)| format!("{start}{list}\n"))
        .ok_or_else(|| NoPlace::new("`pub static ALL` is not there"))?;
    let Facts {
        name,
        holds,
        change_rate,
        review,
        port,
    } = facts;
    let constant = name.to_ascii_uppercase();
    let entry = format!(
        "    Entry {{
        database: Database {{
            name: \"{name}\",
            holds: \"{holds}\",
            change_rate: ChangeRate::{change_rate:?},
            review: Review::{review:?},
            development_port: {port},
        }},
        embedded: embedded::{constant},
    }},
"
    );
    behind(text, &list, &entry)
}

/// .env.example.
pub(super) fn of_environment(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    let Facts {
        name, holds, port, ..
    } = facts;
    let prefix = facts.prefix();
    if text.contains(&format!("{prefix}_HOST=")) {
        return Err(NoPlace::new(format!("`{prefix}_HOST` is there already")));
    }
    Ok(format!(
        "{}

# {name}: {holds}
{prefix}_HOST=localhost
{prefix}_PORT={port}
{prefix}_NAME=jubilee_{name}
{prefix}_USER=jubilee
{prefix}_PASSWORD=jubilee_dev_{name}
{prefix}_SSLMODE=prefer
# {prefix}_URL=postgres://jubilee:jubilee_dev_{name}@localhost:{port}/jubilee_{name}
",
        text.trim_end()
    ))
}

/// README.md: the table of the databases, and the command that starts their servers.
pub(super) fn of_readme(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    let text = in_servers_command(text, facts)?;
    let table: String = text
        .split_inclusive('\n')
        .skip_while(|line| !line.starts_with("| database "))
        .take_while(|line| line.starts_with('|'))
        .collect();
    let cells = |line: &str| -> Vec<String> {
        let inner = line.trim().trim_matches('|');
        inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let mut rows: Vec<Vec<String>> = table.lines().map(cells).collect();
    if rows.len() < 3 || rows.iter().any(|row| row.len() != 4) {
        return Err(NoPlace::new(
            "the table `| database | holds | changes | review |` is not there",
        ));
    }
    rows.push(vec![
        format!("**{}**", facts.name),
        facts.holds.clone(),
        facts.change_rate.to_string(),
        facts.review.to_string(),
    ]);
    replace(&text, &table, &aligned(&rows))
}

/// A table of Markdown whose second row is the rule below the headings.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .filter(|cell| !cell.starts_with("--"))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let mut table = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            if cell.starts_with("--") {
                table.push_str(&format!("|{}", "-".repeat(width + 2)));
            } else {
                table.push_str(&format!("| {cell:<width$} "));
            }
        }
        table.push_str("|\n");
    }
    table
}

/// .github/CODEOWNERS: the rule for all files is enough, unless a senior must look.
pub(super) fn of_reviewers(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    if facts.review == Review::Standard {
        return Ok(text.to_owned());
    }
    let name = &facts.name;
    let owner = text
        .lines()
        .find_map(|line| line.strip_prefix("/migrations/codex/"))
        .ok_or_else(|| NoPlace::new("`/migrations/codex/` is not there"))?
        .trim();
    // What stands last counts, and the rule for this file stays the last.
    before(
        text,
        "# Nor are these rules changed without one.\n",
        &format!(
            "# {name} holds {}: its changes are reviewed by a senior too.\n/migrations/{name}/ {owner}\n/crates/{name}/ {owner}\n",
            facts.holds
        ),
    )
}

/// `docker compose up -d --wait` with the names of the servers, which is in README.md and
/// docker-compose.yml.
pub(super) fn in_servers_command(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    let names: Vec<&str> = ALL.iter().map(|entry| entry.database.name).collect();
    let command = format!("docker compose up -d --wait {}", names.join(" "));
    behind(text, &command, &format!(" {}", facts.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn the_list_of_the_program() {
        let text = "pub static ALL: &[Entry] = &[\n    Entry {\n        embedded: embedded::CODEX,\n    },\n];\n\nfn find() {}\n";
        insta::assert_snapshot!(of_program(text, &archive()).unwrap(), @r#"
        pub static ALL: &[Entry] = &[
            Entry {
                embedded: embedded::CODEX,
            },
            Entry {
                database: Database {
                    name: "archive",
                    holds: "closed accounts",
                    change_rate: ChangeRate::Frequent,
                    review: Review::Standard,
                    development_port: 5435,
                },
                embedded: embedded::ARCHIVE,
            },
        ];

        fn find() {}
        "#);
        insta::assert_snapshot!(of_program("", &archive()).unwrap_err(), @"`pub static ALL` is not there");
    }

    #[test]
    fn the_keys() {
        let text = "DB_CODEX_HOST=localhost\n";
        let with = of_environment(text, &archive()).unwrap();
        insta::assert_snapshot!(with, @"
        DB_CODEX_HOST=localhost

        # archive: closed accounts
        DB_ARCHIVE_HOST=localhost
        DB_ARCHIVE_PORT=5435
        DB_ARCHIVE_NAME=jubilee_archive
        DB_ARCHIVE_USER=jubilee
        DB_ARCHIVE_PASSWORD=jubilee_dev_archive
        DB_ARCHIVE_SSLMODE=prefer
        # DB_ARCHIVE_URL=postgres://jubilee:jubilee_dev_archive@localhost:5435/jubilee_archive
        ");
        insta::assert_snapshot!(of_environment(&with, &archive()).unwrap_err(), @"`DB_ARCHIVE_HOST` is there already");
    }

    #[test]
    fn the_table_of_readme() {
        let names: Vec<&str> = ALL.iter().map(|entry| entry.database.name).collect();
        let readme = |table: &str| {
            format!(
                "# Databases\n\n{table}\n`docker compose up -d --wait {}` starts them.\n",
                names.join(" ")
            )
        };
        let table = "| database  | holds    | changes | review |\n|-----------|----------|---------|--------|\n| **codex** | identity | rare    | senior |\n";
        let with = of_readme(&readme(table), &archive()).unwrap();
        let with = with.replace(&names.join(" "), "codex");
        insta::assert_snapshot!(with, @"
        # Databases

        | database    | holds           | changes  | review   |
        |-------------|-----------------|----------|----------|
        | **codex**   | identity        | rare     | senior   |
        | **archive** | closed accounts | frequent | standard |

        `docker compose up -d --wait codex archive` starts them.
        ");
        insta::assert_snapshot!(of_readme(&readme(""), &archive()).unwrap_err(), @"the table `| database | holds | changes | review |` is not there");
    }

    #[test]
    fn a_senior_reviews_where_that_was_asked_for() {
        let text = "*  @team\n/migrations/codex/  @seniors\n/crates/codex/ @seniors\n# Nor are these rules changed without one.\n/.github/CODEOWNERS @seniors\n";
        assert_eq!(of_reviewers(text, &archive()).as_deref(), Ok(text));
        let senior = Facts {
            review: Review::Senior,
            ..archive()
        };
        insta::assert_snapshot!(of_reviewers(text, &senior).unwrap(), @"
        *  @team
        /migrations/codex/  @seniors
        /crates/codex/ @seniors
        # archive holds closed accounts: its changes are reviewed by a senior too.
        /migrations/archive/ @seniors
        /crates/archive/ @seniors
        # Nor are these rules changed without one.
        /.github/CODEOWNERS @seniors
        ");
        insta::assert_snapshot!(of_reviewers("", &senior).unwrap_err(), @"`/migrations/codex/` is not there");
    }
}
