//! What is no longer refused after a change of the schema: `guards/loosened.sql` lets something pass, each as the line
//! `-- expect LINE: part of what is said` says; what `guards/safe.sql` holds does not, or says so.

use jubilee_verify::{Outcome, Proof};

use crate::cases::{BASE, assert_as_expected};
use crate::support::prove;

const OWN: &str = include_str!("guards/base.sql");

#[test]
fn what_is_accepted_now_is_found() {
    assert_as_expected(Proof::KeepsGuards, OWN, include_str!("guards/loosened.sql"));
}

#[test]
fn nothing_is_found_where_nothing_more_is_accepted() {
    assert_as_expected(Proof::KeepsGuards, OWN, include_str!("guards/safe.sql"));
}

/// What the notes say of a migration.
fn notes(sql: &str) -> String {
    let proved = prove(&[&format!("{BASE}{OWN}"), sql], &[Proof::KeepsGuards]);
    let notes = proved.outcomes.iter().flat_map(|of: &Outcome| &of.notes);
    notes.map(|note| format!("{}\n", note.what)).collect()
}

#[test]
fn constraints_that_are_gone_are_noted() {
    let notes = notes(
        "ALTER TABLE bills DROP CONSTRAINT bills_state_check;
        ALTER TABLE bills ADD CONSTRAINT bills_state_check CHECK (state IN ('open', 'paid', 'lost')) NOT VALID;
        ALTER TABLE bills DROP CONSTRAINT bills_number_key, ALTER COLUMN state DROP NOT NULL;
        ALTER TABLE lines DROP CONSTRAINT lines_receipt_fkey;
        ALTER TABLE posts DROP CONSTRAINT posts_slug_key;
        CREATE UNIQUE INDEX posts_slug_idx ON posts (slug);
        ALTER SEQUENCE counter MAXVALUE 2000;
        ALTER DOMAIN code DROP CONSTRAINT code_check;
        DROP TRIGGER bills_keep_paid ON bills;
        CREATE TRIGGER bills_keep_paid BEFORE DELETE ON bills FOR EACH ROW EXECUTE FUNCTION keep_paid();
        CREATE OR REPLACE FUNCTION keep_paid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'paid' THEN RAISE EXCEPTION 'paid'; END IF; RETURN OLD; END $$;
        ALTER FUNCTION close_bill(bigint) SECURITY INVOKER;
        ALTER TABLE posts RENAME COLUMN views TO seen;
        ALTER TABLE evidence DROP COLUMN what;",
    );
    insta::assert_snapshot!(notes, @"
    the CHECK `bills_state_check` of `bills` is another: CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text, 'lost'::text]))), was CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text])))
    the CHECK `code_check` of `code` is gone: CHECK ((VALUE ~ '^[a-z]+$'::text))
    `bills.state` may be NULL from now on
    the function `close_bill(bigint)` ran with the privileges of its owner, and runs with those of its caller now, who may lack some
    the foreign key `lines_receipt_fkey` of `lines` is gone: FOREIGN KEY (receipt) REFERENCES receipts(id)
    the sequence `counter` has other limits: MINVALUE 1 MAXVALUE 2000, was MINVALUE 1 MAXVALUE 1000
    the trigger `bills_keep_paid` of `bills` is another, or its function; nothing was seen that it refused
    the unique key `bills_number_key` of `bills` is gone: (number)
    ");
}
