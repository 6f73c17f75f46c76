//! What was renamed is told from what was dropped and added.

use std::fmt::Write;

use jubilee_catalog::{Catalog, diff, renames};

use crate::support::{database, read, read_inside, run};

const SCHEMA: &str = include_str!("renames.sql");

const CHANGES: &[&str] = &[
    "ALTER TABLE shop.notes RENAME title TO headline",
    "ALTER TABLE shop.notes RENAME \"Sub Title\" TO \"Say \"\"it\"\"\"",
    "ALTER TABLE shop.notes RENAME title TO a; ALTER TABLE shop.notes RENAME \"Sub Title\" TO b",
    "ALTER TABLE shop.notes RENAME said_by TO author; ALTER TABLE shop.notes ADD editor text",
    "ALTER TABLE shop.notes RENAME id TO number; COMMENT ON COLUMN shop.notes.number IS 'else'",
    // One is gone, and another is there.
    "ALTER TABLE shop.replies DROP said; ALTER TABLE shop.replies ADD word text",
    "ALTER TABLE shop.notes DROP feeling; ALTER TABLE shop.replies ADD feeling shop.mood",
    "ALTER TABLE shop.likes RENAME note TO about; ALTER TABLE shop.likes ALTER about TYPE numeric USING 0",
    "ALTER TABLE shop.likes RENAME said TO word; ALTER TABLE shop.likes ALTER word TYPE varchar(9)",
    "ALTER TABLE shop.notes RENAME TO memos",
    "ALTER TABLE shop.notes RENAME TO memos; ALTER TABLE shop.memos ADD pages integer",
    "ALTER TABLE shop.notes SET SCHEMA old_shop; ALTER TABLE old_shop.notes RENAME TO memos",
    "ALTER TABLE shop.likes RENAME TO a; ALTER TABLE shop.replies RENAME TO b",
    "DROP TABLE shop.likes; CREATE TABLE shop.claps (id bigint PRIMARY KEY, note bigint, by text)",
    "ALTER TABLE shop.logs_2025 RENAME TO logs_old; ALTER TABLE shop.logs_2026 RENAME TO logs_new",
    "ALTER TABLE shop.logs RENAME said TO word",
    "ALTER TYPE shop.mood RENAME TO feeling",
    "ALTER TYPE shop.place RENAME ATTRIBUTE street TO road CASCADE",
    "ALTER DOMAIN shop.email RENAME TO address",
    "ALTER SEQUENCE shop.numbers RENAME TO ids",
    "ALTER SCHEMA shop RENAME TO store",
    "ALTER MATERIALIZED VIEW shop.totals RENAME TO sums",
    "ALTER VIEW shop.titles RENAME TO headings",
    "ALTER VIEW shop.titles RENAME COLUMN title TO heading",
    "ALTER INDEX shop.notes_title_idx RENAME TO by_title",
    "ALTER TABLE shop.notes RENAME CONSTRAINT notes_title_check TO title_there",
    "ALTER TRIGGER notes_touch ON shop.notes RENAME TO touching",
    "ALTER FUNCTION shop.touch() RENAME TO touched",
    "ALTER POLICY notes_all ON shop.notes RENAME TO everything",
];

fn said(from: &Catalog, to: &Catalog) -> String {
    let mut said = String::new();
    for rename in renames(from, to) {
        writeln!(said, "    {} to {}", rename.from, rename.to.identity).unwrap();
    }
    said
}

#[test]
fn what_was_renamed_is_told_from_what_was_dropped_and_added() {
    let mut client = database("renames", SCHEMA);
    let before = read(&mut client);
    let mut all = String::new();
    for sql in CHANGES {
        run(&mut client, "BEGIN");
        run(&mut client, sql);
        let after = read_inside(&mut client);
        run(&mut client, "ROLLBACK");
        writeln!(all, "{sql}\n{}", said(&before, &after).trim_end()).unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_statements_rename_once() {
    let mut client = database("renames_again", SCHEMA);
    let before = read(&mut client);
    let mut made = 0;
    for sql in CHANGES {
        run(&mut client, "BEGIN");
        run(&mut client, sql);
        let after = read_inside(&mut client);
        run(&mut client, "ROLLBACK; BEGIN");
        for rename in renames(&before, &after) {
            for statement in rename.statements() {
                made += 1;
                let guarded = format!(
                    "DO $do$ BEGIN IF {} THEN {statement}; END IF; END $do$;",
                    rename.is_pending()
                );
                run(&mut client, &guarded);
                let once = read_inside(&mut client);
                assert_ne!(diff(&before, &once), [], "{guarded}");
                run(&mut client, &guarded);
                assert_eq!(diff(&once, &read_inside(&mut client)), [], "{guarded}");
            }
        }
        run(&mut client, "ROLLBACK");
    }
    assert!(made > 12, "{made}");
}

#[test]
fn the_numbers_of_columns_need_not_be_the_same() {
    let mut long_used = database(
        "renames_used",
        "CREATE TABLE notes (a text, b text, c text, d text); ALTER TABLE notes DROP b",
    );
    let mut restored = database(
        "renames_restored",
        "CREATE TABLE notes (a text, x text, d text)",
    );
    let (used, restored) = (read(&mut long_used), read(&mut restored));
    let said = said(&used, &restored);
    assert_eq!(said, "    column public.notes.c to public.notes.x\n");
}
