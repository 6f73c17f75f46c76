//! Statements from `.sql` files, with values put into them.

/// Puts values into a statement from a `.sql` file: each `{name}` becomes the value of that
/// name, which must be SQL already ([`literal`]). Comment lines are for readers of the file and
/// are not sent.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut sql = String::with_capacity(template.len() + 128);
    for line in template
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
    {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            sql.push_str(before);
            sql.extend(values.iter().find(|(n, _)| *n == name).map(|(_, v)| *v));
            rest = tail;
        }
        sql.push_str(rest);
        sql.push('\n');
    }
    sql.truncate(sql.trim_end().len());
    sql
}

/// A string constant that means the same whatever `standard_conforming_strings` says.
/// Source: PostgreSQL manual, "String Constants".
pub(crate) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let sql = fill(
            "-- why\nSELECT {a}, {b}\nFROM t",
            &[("a", "'{b}'"), ("b", "2")],
        );
        assert_eq!(sql, "SELECT '{b}', 2\nFROM t");
    }

    #[test]
    fn quotes_and_backslashes_stay_inside() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
    }
}
