//! Constraints that no migration validates.

use crate::support::{Form, NEXT, check};

#[test]
fn what_is_left_not_valid_is_named_with_the_file_that_adds_it() {
    let added = |column: &str| {
        format!(
            "DO $$\nBEGIN\n    ALTER TABLE users ADD CONSTRAINT users_{column}_check CHECK ({column} > 0) NOT VALID;\n\
             EXCEPTION\n    WHEN duplicate_object THEN NULL;\nEND\n$$;\n"
        )
    };
    let text = [
        "CREATE TABLE IF NOT EXISTS users (a int, b int, c int, CONSTRAINT users_pkey PRIMARY KEY (a));\n",
        &(added("a") + &added("b") + &added("c")),
        "ALTER TABLE users VALIDATE CONSTRAINT users_a_check;\n",
        "ALTER TABLE users DROP CONSTRAINT IF EXISTS users_b_check;\n",
    ];
    let reports = check(Form::Sql, &text.join(NEXT));
    let left: Vec<_> = reports
        .iter()
        .map(|report| &report.not_validated[..])
        .collect();
    let c = [("users".to_owned(), "users_c_check".to_owned())];
    assert_eq!(left, [&[][..], &c, &[], &[]]);
}
