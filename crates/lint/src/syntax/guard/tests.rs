//! Which guards count.

use crate::syntax::{Lookup, ObjectName, Reading, Routines, walk};

/// Whether the innermost guard of the one statement `CREATE TYPE mood` lets it run only where
/// `mood` is not there, or catches `duplicate_object`.
fn guards(body: &str) -> bool {
    guards_for(body, false, &ObjectName::new(None, "mood"), None)
}

fn guards_for(body: &str, exists: bool, name: &ObjectName, on: Option<&ObjectName>) -> bool {
    let block = format!("DO $$ {body} $$");
    let mut found = Vec::new();
    walk(
        &block,
        &(0..block.len()),
        &Routines::new(),
        &mut |reading| {
            if let Reading::Statement(statement) = reading
                && block[statement.range.clone()].contains("mood")
                && statement.sql.as_ref().is_some_and(|sql| {
                    use squawk_syntax::ast::Stmt as S;
                    matches!(sql, S::CreateType(_) | S::AlterTable(_) | S::DropType(_))
                })
            {
                let lookup = Lookup {
                    name: Some(name),
                    on,
                    catalogs: &["pg_type", "to_regtype", "pg_attribute", "columns"],
                    caught: &["duplicate_object", "42710"],
                };
                found.push(statement.guard(exists, &lookup).is_some());
            }
        },
    );
    assert_eq!(found.len(), 1, "one statement of: {body}");
    found[0]
}

const CREATE: &str = "CREATE TYPE mood AS ENUM ('sad');";
const ROWS: &str = "SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'mood'";

/// `IF condition THEN CREATE TYPE mood …`.
fn asks(condition: &str) -> bool {
    guards(&format!("BEGIN IF {condition} THEN {CREATE} END IF; END"))
}

#[test]
fn a_condition_that_the_type_is_absent_guards() {
    for condition in [
        format!("NOT EXISTS ({ROWS})"),
        format!("NOT EXISTS({ROWS})"),
        format!("NOT (EXISTS ({ROWS}))"),
        format!("(NOT EXISTS ({ROWS}))"),
        format!("(SELECT NOT EXISTS ({ROWS})) AND NOT EXISTS ({ROWS})"),
        format!("NOT EXISTS ({ROWS}) AND current_user = 'postgres'"),
        format!("EXISTS ({ROWS}) = false"),
        format!("EXISTS ({ROWS}) IS FALSE"),
        format!("NOT (EXISTS ({ROWS}) OR current_user = 'x')"),
        "(SELECT count(*) FROM pg_type WHERE typname = 'mood') = 0".to_owned(),
        "(SELECT count(*) FROM pg_type WHERE typname = 'mood') < 1".to_owned(),
        "(SELECT oid FROM pg_type WHERE typname = 'mood') IS NULL".to_owned(),
        "to_regtype('mood') IS NULL".to_owned(),
        "to_regtype('public.mood') ISNULL".to_owned(),
        "pg_catalog.to_regtype('public.Mood') IS NULL".to_owned(),
    ] {
        assert!(asks(&condition), "IF {condition}");
    }
}

#[test]
fn a_condition_that_says_something_else_does_not() {
    for condition in [
        format!("EXISTS ({ROWS})"),
        format!("NOT EXISTS ({ROWS}) OR true"),
        format!("NOT (EXISTS ({ROWS}) AND current_user = 'x')"),
        format!("NOT NOT EXISTS ({ROWS})"),
        format!("EXISTS ({ROWS}) = true"),
        "NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'moods')".to_owned(),
        "NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'Mood')".to_owned(),
        "NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'mood')".to_owned(),
        "NOT EXISTS (SELECT 1 FROM moods WHERE name = 'mood')".to_owned(),
        "(SELECT count(*) FROM pg_type WHERE typname = 'mood') > 0".to_owned(),
        // It counts, so there is always a row.
        "NOT EXISTS (SELECT count(*) FROM pg_type WHERE typname = 'mood')".to_owned(),
        "to_regtype('mood') IS NOT NULL".to_owned(),
        "to_regtype('\"Mood\"') IS NULL".to_owned(),
        "true".to_owned(),
    ] {
        assert!(!asks(&condition), "IF {condition}");
    }
}

#[test]
fn the_other_branches_know_what_the_first_one_asked() {
    let branches = |then: &str, elsif: &str, otherwise: &str| {
        guards(&format!(
            "BEGIN IF EXISTS ({ROWS}) THEN NULL; {then} ELSIF current_user = 'x' THEN NULL; {elsif} ELSE NULL; {otherwise} END IF; END"
        ))
    };
    assert!(!branches(CREATE, "", ""));
    assert!(branches("", CREATE, ""));
    assert!(branches("", "", CREATE));
    let elsif = format!(
        "BEGIN IF current_user = 'x' THEN NULL; ELSIF NOT EXISTS ({ROWS}) THEN {CREATE} END IF; END"
    );
    assert!(guards(&elsif));
    let nested = format!(
        "BEGIN IF NOT EXISTS ({ROWS}) THEN IF current_user = 'x' THEN {CREATE} END IF; END IF; END"
    );
    assert!(guards(&nested));
    let behind = format!("BEGIN IF NOT EXISTS ({ROWS}) THEN NULL; END IF; {CREATE} END");
    assert!(!guards(&behind));
}

#[test]
fn variables_stand_for_what_was_asked() {
    for body in [
        format!(
            "BEGIN PERFORM 1 FROM pg_type WHERE typname = 'mood'; IF NOT FOUND THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE n integer; BEGIN SELECT 1 INTO n FROM pg_type WHERE typname = 'mood'; IF NOT FOUND THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE n integer; BEGIN SELECT count(*) INTO n FROM pg_type WHERE typname = 'mood'; IF n = 0 THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE n oid; BEGIN SELECT oid FROM pg_type INTO STRICT n WHERE typname = 'mood'; IF n IS NULL THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE there boolean; BEGIN SELECT EXISTS ({ROWS}) INTO there; IF NOT there THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE there boolean := EXISTS ({ROWS}); BEGIN IF NOT there THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE there boolean; BEGIN there := EXISTS ({ROWS}); RAISE NOTICE 'x'; IF NOT there THEN {CREATE} END IF; END"
        ),
    ] {
        assert!(guards(&body), "{body}");
    }
}

#[test]
fn variables_that_were_set_again_stand_for_nothing() {
    for body in [
        format!(
            "BEGIN PERFORM 1 FROM pg_type WHERE typname = 'mood'; UPDATE t SET a = 1; IF NOT FOUND THEN {CREATE} END IF; END"
        ),
        format!(
            "BEGIN PERFORM 1 FROM pg_type WHERE typname = 'mood'; PERFORM 1; IF NOT FOUND THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE there boolean; BEGIN there := EXISTS ({ROWS}); there := true; IF NOT there THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE there boolean := EXISTS ({ROWS}); BEGIN IF true THEN SELECT false INTO there; END IF; IF NOT there THEN {CREATE} END IF; END"
        ),
        format!(
            "DECLARE n integer; BEGIN SELECT count(*) INTO n FROM pg_type WHERE typname = 'mood'; IF NOT FOUND THEN {CREATE} END IF; END"
        ),
        format!("BEGIN EXECUTE 'SELECT 1' INTO n; IF NOT FOUND THEN {CREATE} END IF; END"),
    ] {
        assert!(!guards(&body), "{body}");
    }
}

#[test]
fn a_handler_guards_what_it_catches_and_forgets() {
    let caught = |handler: &str| guards(&format!("BEGIN {CREATE} EXCEPTION {handler} END"));
    assert!(caught("WHEN duplicate_object THEN NULL;"));
    assert!(caught("WHEN DUPLICATE_OBJECT THEN RAISE NOTICE 'there';"));
    assert!(caught("WHEN SQLSTATE '42710' THEN NULL;"));
    assert!(caught(
        "WHEN duplicate_table OR duplicate_object THEN NULL;"
    ));
    assert!(caught(
        "WHEN duplicate_table THEN RAISE; WHEN duplicate_object THEN NULL;"
    ));
    assert!(!caught("WHEN OTHERS THEN NULL;"));
    assert!(!caught("WHEN duplicate_table THEN NULL;"));
    assert!(!caught("WHEN duplicate_object THEN RAISE;"));
    assert!(!caught(
        "WHEN duplicate_object THEN RAISE EXCEPTION 'there';"
    ));
    let handler = format!("BEGIN NULL; EXCEPTION WHEN duplicate_object THEN {CREATE} END");
    assert!(!guards(&handler));
}

#[test]
fn a_part_is_asked_for_with_its_table() {
    let (name, users) = (
        ObjectName::new(None, "mood"),
        ObjectName::new(None, "users"),
    );
    let asks = |condition: &str| {
        let body =
            format!("BEGIN IF {condition} THEN ALTER TABLE users ADD mood text; END IF; END");
        guards_for(&body, false, &name, Some(&users))
    };
    let column = |rest: &str| {
        asks(&format!(
            "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE column_name = 'mood' {rest})"
        ))
    };
    assert!(column("AND table_name = 'users'"));
    assert!(column(
        "AND table_schema = 'public' AND table_name = 'users'"
    ));
    assert!(column(""));
    assert!(!column("AND table_name = 'teams'"));
    let attribute = |table: &str| {
        asks(&format!(
            "NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attname = 'mood' AND attrelid = {table})"
        ))
    };
    assert!(attribute("'users'::regclass"));
    assert!(attribute("'public.users'::regclass"));
    assert!(attribute("'Users'::regclass"));
    assert!(attribute("to_regclass('public.users')"));
    assert!(!attribute("'public.teams'::regclass"));
    assert!(!attribute("'\"Users\"'::regclass"));
}

#[test]
fn presence_is_asked_for_the_other_way_round() {
    let name = ObjectName::new(None, "mood");
    let asks = |condition: &str| {
        let body = format!("BEGIN IF {condition} THEN DROP TYPE mood; END IF; END");
        guards_for(&body, true, &name, None)
    };
    assert!(asks(&format!("EXISTS ({ROWS})")));
    assert!(asks("to_regtype('mood') IS NOT NULL"));
    assert!(!asks(&format!("NOT EXISTS ({ROWS})")));
}
