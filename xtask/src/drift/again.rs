//! Statements that may run again.

use jubilee_catalog::{Kind, Object, Step, literal, unquoted};

/// The statement so that a second run of it changes nothing and does not fail.
pub(crate) fn again(step: &Step, object: Option<&Object>) -> String {
    let sql = &step.sql;
    for words in [
        "TABLE",
        "UNLOGGED TABLE",
        "FOREIGN TABLE",
        "INDEX",
        "UNIQUE INDEX",
        "SCHEMA",
        "SEQUENCE",
        "UNLOGGED SEQUENCE",
        "EXTENSION",
        "MATERIALIZED VIEW",
        "STATISTICS",
        "COLLATION",
        "USER MAPPING",
        "SERVER",
    ] {
        if let Some(rest) = sql.strip_prefix(&format!("CREATE {words} ")) {
            let rest = rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest);
            return format!("CREATE {words} IF NOT EXISTS {rest}");
        }
    }
    for words in ["RULE", "AGGREGATE"] {
        if let Some(rest) = sql.strip_prefix(&format!("CREATE {words} ")) {
            return format!("CREATE OR REPLACE {words} {rest}");
        }
    }
    if sql.starts_with("CREATE OR REPLACE ") {
        return sql.clone();
    }
    if let (Kind::Trigger | Kind::Policy, true) = (step.name.kind, sql.starts_with("CREATE ")) {
        return made_again(step, object);
    }
    if let Some(rest) = sql.strip_prefix("DROP ") {
        let keyword = step.name.kind.keyword();
        let rest = rest.strip_prefix(&keyword).unwrap_or(rest);
        return format!("DROP {keyword} IF EXISTS{rest}");
    }
    if sql.starts_with("CREATE ") {
        return unless(
            sql,
            "duplicate_object OR duplicate_function OR duplicate_schema",
        );
    }
    altered(step, object)
}

/// Neither has IF NOT EXISTS.
fn made_again(step: &Step, object: Option<&Object>) -> String {
    let table = object
        .and_then(Object::part_of)
        .map_or("", |table| table.identity.as_str());
    let name = step
        .name
        .identity
        .get(table.len() + 1..)
        .unwrap_or(&step.name.identity);
    let keyword = step.name.kind.keyword();
    format!("DROP {keyword} IF EXISTS {name} ON {table};\n{}", step.sql)
}

fn altered(step: &Step, object: Option<&Object>) -> String {
    let sql = &step.sql;
    if !sql.starts_with("ALTER ") {
        return sql.clone();
    }
    let find = |words: &str| {
        let mut places = sql.match_indices(words).map(|(at, _)| at);
        places.find(|at| is_command(sql, *at))
    };
    let has = |words: &str| find(words).is_some();
    let behind = |words: &str| find(words).map(|at| &sql[at + words.len()..]);
    for (words, guarded) in [
        (" ADD COLUMN ", " ADD COLUMN IF NOT EXISTS "),
        (" DROP COLUMN ", " DROP COLUMN IF EXISTS "),
        (" DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS "),
        (" DROP ATTRIBUTE ", " DROP ATTRIBUTE IF EXISTS "),
    ] {
        if let Some(at) = find(words)
            && matches!(
                step.name.kind,
                Kind::Column | Kind::Constraint | Kind::DomainConstraint
            )
        {
            return format!("{}{guarded}{}", &sql[..at], &sql[at + words.len()..]);
        }
    }
    for keyword in ["INDEX", "SEQUENCE"] {
        if let Some(rest) = sql.strip_prefix(&format!("ALTER {keyword} "))
            && has(" RENAME TO ")
        {
            return format!("ALTER {keyword} IF EXISTS {rest}");
        }
    }
    for end in [" DROP IDENTITY", " DROP EXPRESSION"] {
        if sql.ends_with(end) {
            return format!("{sql} IF EXISTS");
        }
    }
    let whole = object
        .and_then(Object::part_of)
        .map_or("", |whole| whole.identity.as_str());
    let name = step
        .name
        .identity
        .get(whole.len() + 1..)
        .unwrap_or_default();
    let plain = |quoted: &str| literal(&unquoted(quoted));
    let relation = literal(&step.name.identity);
    if has(" ADD CONSTRAINT ") && step.name.kind == Kind::Constraint {
        let condition = format!(
            "NOT EXISTS (\n        SELECT FROM pg_constraint\n        WHERE conrelid = {}::regclass AND conname = {}\n    )",
            literal(whole),
            plain(name)
        );
        return when(&condition, sql);
    }
    if let Some(renamed) = behind(" RENAME CONSTRAINT ")
        && let Some((old, _)) = renamed.split_once(" TO ")
    {
        let condition = format!(
            "EXISTS (\n        SELECT FROM pg_constraint\n        WHERE conrelid = {}::regclass AND conname = {}\n    )",
            literal(whole),
            plain(old)
        );
        return when(&condition, sql);
    }
    if sql.starts_with("ALTER PUBLICATION ") && has(" DROP ") {
        return unless(sql, "undefined_object");
    }
    if sql.starts_with("ALTER DOMAIN ") && has(" ADD CONSTRAINT ") {
        let condition = format!(
            "NOT EXISTS (\n        SELECT FROM pg_constraint\n        WHERE contypid = {}::regtype AND conname = {}\n    )",
            literal(whole),
            plain(name)
        );
        return when(&condition, sql);
    }
    if has(" ATTACH PARTITION ") && step.name.kind != Kind::Index {
        let condition =
            format!("NOT (SELECT relispartition FROM pg_class WHERE oid = {relation}::regclass)");
        return when(&condition, sql);
    }
    if has(" DETACH PARTITION ") {
        let condition = format!(
            "EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({relation}) AND relispartition)"
        );
        return when(&condition, sql);
    }
    if let Some(parent) = behind(" NO INHERIT ") {
        let condition = format!(
            "EXISTS (SELECT FROM pg_inherits WHERE inhrelid = {relation}::regclass AND inhparent = {}::regclass)",
            literal(parent)
        );
        return when(&condition, sql);
    }
    if let Some(parent) = behind(" INHERIT ") {
        let condition = format!(
            "NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = {relation}::regclass AND inhparent = {}::regclass)",
            literal(parent)
        );
        return when(&condition, sql);
    }
    if has(" ADD GENERATED ") {
        return unless(sql, "object_not_in_prerequisite_state");
    }
    if has(" ADD ATTRIBUTE ") {
        return unless(sql, "duplicate_column");
    }
    if sql.starts_with("ALTER OPERATOR FAMILY ") {
        return unless(sql, "duplicate_object OR undefined_object");
    }
    if sql.ends_with(" NOT OF") {
        return unless(sql, "wrong_object_type");
    }
    if sql.starts_with("ALTER TEXT SEARCH CONFIGURATION ") {
        return unless(sql, "unique_violation OR duplicate_object");
    }
    sql.clone()
}

/// Whether the words are those of the statement, not of a name or a text in it.
fn is_command(sql: &str, at: usize) -> bool {
    let quote = sql[..at].chars().fold(None, |open, c| match (open, c) {
        (None, '\'' | '"') => Some(c),
        (Some(quote), _) if quote == c => None,
        _ => open,
    });
    quote.is_none()
}

fn when(condition: &str, sql: &str) -> String {
    format!("DO $do$\nBEGIN\n    IF {condition} THEN\n        {sql};\n    END IF;\nEND\n$do$")
}

fn unless(sql: &str, conditions: &str) -> String {
    format!("DO $do$\nBEGIN\n    {sql};\nEXCEPTION\n    WHEN {conditions} THEN NULL;\nEND\n$do$")
}
