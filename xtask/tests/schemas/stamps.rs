//! A transaction that began before a row was created may stamp it: `now()` is its start.

use postgres::Client;
use postgres::error::SqlState;

use crate::rows::{CASES, statement};
use crate::support::{FIRST_RELEASE, again, migrated, refusal, with_first};

/// With what the server refuses that a transaction which began first stamps the row of another.
fn refused(client: &mut Client, row: &str, stamping: &str) -> Option<SqlState> {
    let mut long = again(client);
    long.batch_execute("BEGIN").unwrap();
    client.batch_execute(&statement(row)).unwrap();
    let refused = refusal(&mut long, stamping);
    long.batch_execute("COMMIT").unwrap();
    refused
}

#[test]
fn a_long_transaction_may_stamp_a_younger_row() {
    for name in ["continuum", "inspire"] {
        let mut before = with_first("stamps_before", name, FIRST_RELEASE);
        let mut now = migrated("stamps", name);
        for (_, row, stamping) in CASES.iter().filter(|(database, ..)| *database == name) {
            let first = refused(&mut before, row, stamping);
            assert_eq!(first, Some(SqlState::CHECK_VIOLATION), "{stamping}");
            assert_eq!(refused(&mut now, row, stamping), None, "{stamping}");
        }
    }
}
