//! Changes of a schema, and how each is said.

use std::fmt::Write;

use jubilee_catalog::diff;

use crate::kinds::EVERY_KIND;
use crate::support::{database, read, read_inside, run};

#[test]
fn each_change_is_found_and_said() {
    let mut client = database("changes", EVERY_KIND);
    let before = read(&mut client);
    let mut said = String::new();
    for sql in include_str!("changes.sql").lines() {
        run(&mut client, "BEGIN");
        run(&mut client, sql);
        let after = read_inside(&mut client);
        run(&mut client, "ROLLBACK");
        writeln!(said, "{sql}").unwrap();
        let changes = diff(&before, &after);
        assert!(!changes.is_empty(), "not found: {sql}");
        assert_eq!(changes.len(), diff(&after, &before).len(), "{sql}");
        for change in changes {
            writeln!(said, "    {change}").unwrap();
        }
    }
    // PostgreSQL 16 and newer leave out the name of the only table of a query.
    insta::assert_snapshot!(said.replace("(notes.size", "(size"));
}
