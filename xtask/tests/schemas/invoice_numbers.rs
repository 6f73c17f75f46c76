//! An invoice number of continuum is given once, to invoices of old and new releases alike.

use postgres::Client;
use postgres::error::SqlState;

use crate::support::{FIRST_RELEASE, files, lines, migrated, refusal, run, run_after, with_first};

const ADA: &str = "'00000000-0000-4000-8000-00000000000a'";
const BEA: &str = "'00000000-0000-4000-8000-00000000000b'";

/// As a release issues it that does not know of the register.
fn issue(user: &str, number: &str) -> String {
    format!(
        "INSERT INTO invoices (user_id, invoice_number, status, currency, issued_at)
         VALUES ({user}, '{number}', 'open', 'USD', now())"
    )
}

fn registered(client: &mut Client) -> Vec<String> {
    lines(
        client,
        "SELECT invoice_number, right(user_id::text, 1) FROM invoice_numbers ORDER BY 1",
    )
}

#[test]
fn a_number_is_given_to_one_invoice_of_one_user() {
    let mut client = migrated("numbers", "continuum");
    client.batch_execute(&issue(ADA, "2026-1")).unwrap();
    for user in [ADA, BEA] {
        let refused = refusal(&mut client, &issue(user, "2026-1"));
        assert_eq!(refused, Some(SqlState::UNIQUE_VIOLATION));
    }

    // A draft that gets its number when it is issued.
    client
        .batch_execute(&format!(
            "INSERT INTO invoices (user_id, currency) VALUES ({BEA}, 'USD')"
        ))
        .unwrap();
    let number = |number: &str| {
        format!(
            "UPDATE invoices SET status = 'open', issued_at = now(), invoice_number = '{number}' WHERE user_id = {BEA}"
        )
    };
    assert_eq!(
        refusal(&mut client, &number("2026-1")),
        Some(SqlState::UNIQUE_VIOLATION)
    );
    client.batch_execute(&number("2026-2")).unwrap();

    // A release that registers the number itself.
    client
        .batch_execute(&format!(
            "INSERT INTO invoice_numbers (invoice_number, user_id) VALUES ('2026-3', {ADA}); {}",
            issue(ADA, "2026-3")
        ))
        .unwrap();
    assert_eq!(
        registered(&mut client),
        ["2026-1 a", "2026-2 b", "2026-3 a"]
    );
}

#[test]
fn without_the_trigger_the_keys_alone_keep_a_number_unique() {
    let mut client = migrated("numbers_keys", "continuum");
    client
        .batch_execute("DROP TRIGGER invoices_register_number ON invoices")
        .unwrap();
    let refused = refusal(&mut client, &issue(ADA, "2026-1"));
    assert_eq!(
        refused,
        Some(SqlState::FOREIGN_KEY_VIOLATION),
        "nobody registered it"
    );
    let register = |user| {
        format!("INSERT INTO invoice_numbers (invoice_number, user_id) VALUES ('2026-1', {user})")
    };
    client.batch_execute(&register(ADA)).unwrap();
    client.batch_execute(&issue(ADA, "2026-1")).unwrap();
    assert_eq!(
        refusal(&mut client, &register(BEA)),
        Some(SqlState::UNIQUE_VIOLATION)
    );
    assert_eq!(
        refusal(&mut client, &issue(BEA, "2026-1")),
        Some(SqlState::FOREIGN_KEY_VIOLATION)
    );
    assert_eq!(
        refusal(&mut client, &issue(ADA, "2026-1")),
        Some(SqlState::UNIQUE_VIOLATION)
    );
}

#[test]
fn numbers_that_were_given_before_are_registered() {
    let mut client = with_first("numbers_before", "continuum", FIRST_RELEASE);
    client
        .batch_execute(&format!(
            "{}; {}",
            issue(ADA, "2026-1"),
            issue(BEA, "2026-2")
        ))
        .unwrap();
    run_after(&mut client, "continuum", FIRST_RELEASE);
    assert_eq!(registered(&mut client), ["2026-1 a", "2026-2 b"]);
    assert_eq!(lines(&mut client, "SELECT count(*) FROM invoices"), ["2"]);
}

#[test]
fn numbers_that_two_users_have_are_named() {
    let mut client = with_first("numbers_shared", "continuum", FIRST_RELEASE);
    client
        .batch_execute(&format!(
            "{}; {}",
            issue(ADA, "2026-1"),
            issue(BEA, "2026-1")
        ))
        .unwrap();
    let all = files("continuum");
    let fill = all
        .iter()
        .position(|file| file.name().to_string().ends_with("fill_invoice_numbers"))
        .unwrap();
    all[FIRST_RELEASE..fill]
        .iter()
        .for_each(|file| run(&mut client, file));
    let error = client.batch_execute(all[fill].text()).unwrap_err();
    let said = error.as_db_error().unwrap();
    assert_eq!(
        said.message(),
        "invoices of several users have the same number: 2026-1"
    );
    client.batch_execute("ROLLBACK").unwrap();

    client
        .batch_execute(&format!(
            "UPDATE invoices SET invoice_number = '2026-2' WHERE user_id = {BEA}"
        ))
        .unwrap();
    run_after(&mut client, "continuum", fill);
    assert_eq!(registered(&mut client), ["2026-1 a", "2026-2 b"]);
}
