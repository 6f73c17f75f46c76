//! `docker-compose.yml` with a further server.

use super::Facts;
use super::anchor::{NoPlace, before};
use super::listing::in_servers_command;

/// docker-compose.yml with a server for the database, and the variables that lead `migrate` to it.
pub(super) fn add(text: &str, facts: &Facts) -> Result<String, NoPlace> {
    let Facts { name, port, .. } = facts;
    let prefix = facts.prefix();
    let service = format!(
        "  {name}:
    image: postgres:18-alpine
    environment:
      POSTGRES_DB: jubilee_{name}
      POSTGRES_USER: jubilee
      POSTGRES_PASSWORD: jubilee_dev_{name}
    ports: [\"127.0.0.1:{port}:5432\"]
    volumes: [\"{name}:/var/lib/postgresql\"]
    healthcheck: *ready

"
    );
    let variables = format!(
        "      {prefix}_HOST: {name}
      {prefix}_PORT: 5432
      {prefix}_NAME: jubilee_{name}
      {prefix}_USER: jubilee
      {prefix}_PASSWORD: jubilee_dev_{name}
"
    );
    let text = in_servers_command(text, facts)?;
    let text = before(&text, "  migrate:\n", &service)?;
    let text = at_end_of(
        &text,
        &["services:", "migrate:", "depends_on:"],
        &format!("      {name}: {{ condition: service_healthy }}\n"),
    )?;
    let text = at_end_of(
        &text,
        &["services:", "migrate:", "environment:"],
        &variables,
    )?;
    at_end_of(&text, &["volumes:"], &format!("  {name}:\n"))
}

/// The text with lines put at the end of a section, which is found by its headings: each stands
/// deeper than the one before, and what belongs to it deeper still.
fn at_end_of(text: &str, headings: &[&str], more: &str) -> Result<String, NoPlace> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut section = 0..lines.len();
    for heading in headings {
        let found = lines[section.clone()]
            .iter()
            .position(|line| line.trim() == *heading)
            .map(|at| section.start + at)
            .ok_or_else(|| NoPlace::new(format!("`{}` is not there", headings.join(" "))))?;
        let depth = indentation(lines[found]);
        // Empty lines and comments may lie in a section; they do not end it.
        let belongs = |line: &&str| line.trim().is_empty() || indentation(line) > depth;
        let length = lines[found + 1..section.end]
            .iter()
            .take_while(|line| belongs(line))
            .count();
        section = found + 1..found + 1 + length;
    }
    while section.end > section.start && lines[section.end - 1].trim().is_empty() {
        section.end -= 1;
    }
    let (head, tail) = lines.split_at(section.end);
    let line_break = match head.last() {
        Some(last) if !last.ends_with('\n') => "\n",
        _ => "",
    };
    Ok([&head.concat(), line_break, more, &tail.concat()].concat())
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "services:\n  migrate:\n    depends_on:\n      codex: {}\n\n    environment:\n      A: b\n\nvolumes:\n  codex:";

    #[test]
    fn a_section_is_found_by_its_headings() {
        let added = |headings: &[&str]| at_end_of(TEXT, headings, "NEW\n");
        insta::assert_snapshot!(added(&["services:", "migrate:", "depends_on:"]).unwrap(), @"
        services:
          migrate:
            depends_on:
              codex: {}
        NEW

            environment:
              A: b

        volumes:
          codex:
        ");
        insta::assert_snapshot!(added(&["volumes:"]).unwrap(), @"
        services:
          migrate:
            depends_on:
              codex: {}

            environment:
              A: b

        volumes:
          codex:
        NEW
        ");
        insta::assert_snapshot!(added(&["volumes:", "environment:"]).unwrap_err(), @"`volumes: environment:` is not there");
    }
}
