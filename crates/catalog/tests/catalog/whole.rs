//! A whole schema, written and loaded.

use jubilee_catalog::{diff, to_sql};

use crate::kinds::EVERY_KIND;
use crate::support::{database, read, run};

#[test]
fn a_schema_that_is_written_loads_to_an_equal_one() {
    let mut original = database("original", EVERY_KIND);
    let mut copy = database("copy", "");
    let (wanted, empty) = (read(&mut original), read(&mut copy));
    let sql = to_sql(&wanted, &empty, "postgres");
    run(&mut copy, "SET check_function_bodies = off");
    run(&mut copy, &sql);
    let left: Vec<String> = diff(&read(&mut copy), &wanted)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        left,
        [
            "server remote: foreign options `host 'there', password '(hidden)'`, was `host 'there'`",
            "subscription incoming: added",
        ]
    );
    for name in [
        "server remote",
        "user mapping PUBLIC SERVER remote",
        "subscription incoming",
    ] {
        assert!(
            sql.contains(&format!("-- {name} is not complete: ")),
            "{name}"
        );
    }
}
