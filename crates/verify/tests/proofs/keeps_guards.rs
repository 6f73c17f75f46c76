//! What is no longer refused after a change of the schema: `guards/loosened.sql` lets something pass, each as the line
//! `-- expect LINE: part of what is said` says; what `guards/safe.sql` holds does not, or says so.

use jubilee_verify::{Outcome, Proof, Verdict};

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
    the trigger `bills_keep_paid` of `bills` is another, or its function; what `bills` was seen to refuse is refused still, but may not be with other settings or roles
    the unique key `bills_number_key` of `bills` is gone: (number)
    ");
}

/// Whose rows are hidden depends on a setting of the session.
const TENANTS: &str = "
    CREATE TABLE docs (doc_id uuid PRIMARY KEY, tenant_id uuid NOT NULL, hidden boolean NOT NULL DEFAULT false, body text);
    ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
    CREATE POLICY docs_tenant ON docs USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY docs_hidden ON docs AS RESTRICTIVE USING (NOT hidden);
    GRANT SELECT, INSERT, UPDATE, DELETE ON docs TO test_reader;
    CREATE FUNCTION tenant() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant', true), '')::integer $$;
    CREATE TABLE files (id bigint PRIMARY KEY, tenant integer NOT NULL);
    ALTER TABLE files ENABLE ROW LEVEL SECURITY;
    CREATE POLICY files_tenant ON files TO test_reader USING (tenant = tenant());
    GRANT SELECT ON files TO test_reader;";

/// All that is said of a migration on that, one line each.
fn said_of_tenants(sql: &str) -> String {
    let proved = prove(
        &[&format!("{BASE}{OWN}{TENANTS}"), sql],
        &[Proof::KeepsGuards],
    );
    let all = proved.outcomes.iter().flat_map(|of: &Outcome| {
        let notes = of.notes.iter().map(|note| note.what.clone());
        let findings = of
            .verdict
            .findings()
            .iter()
            .map(|finding| finding.what.clone());
        findings.chain(notes).collect::<Vec<String>>()
    });
    all.map(|what| format!("{what}\n")).collect()
}

#[test]
fn what_a_policy_showed_to_a_tenant_is_found() {
    let said = [
        "ALTER POLICY docs_tenant ON docs USING (current_setting('app.tenant_id', true) <> '');",
        "ALTER POLICY docs_hidden ON docs TO test_writer;",
        "ALTER POLICY docs_hidden ON docs USING (true);",
        "DROP POLICY docs_hidden ON docs;",
        "CREATE POLICY docs_shared ON docs FOR SELECT USING (body IS NOT NULL AND current_setting('app.tenant_id', true) <> '');",
        "ALTER POLICY files_tenant ON files USING (tenant() IS NOT NULL);",
    ]
    .map(said_of_tenants)
    .join("--\n");
    insta::assert_snapshot!(said, @"
    SELECT, INSERT, UPDATE and DELETE of `docs` by a role that no policy names, with `app.tenant_id` set, were refused (2 of 19 rows were seen), and are accepted now
    --
    SELECT from `docs` by a role that no policy names, with `app.tenant_id` set, was refused (1 of 19 rows were seen), and is accepted now
    --
    SELECT from `docs` by a role that no policy names, with `app.tenant_id` set, was refused (1 of 19 rows were seen), and is accepted now
    --
    SELECT from `docs` by a role that no policy names, with `app.tenant_id` set, was refused (1 of 19 rows were seen), and is accepted now
    --
    SELECT from `docs` by a role that no policy names, with `app.tenant_id` set, was refused (2 of 19 rows were seen), and is accepted now
    --
    SELECT from `files` by the role `test_reader`, with `app.tenant` set, was refused (2 of 17 rows were seen), and is accepted now
    ");
}

#[test]
fn another_policy_that_shows_no_more_is_noted() {
    let said = [
        "ALTER POLICY docs_tenant ON docs USING (tenant_id::text = current_setting('app.tenant_id', true));",
        "ALTER POLICY docs_tenant ON docs USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);",
        "ALTER POLICY docs_hidden ON docs USING (NOT hidden AND body IS NOT NULL);",
        "ALTER POLICY files_tenant ON files USING (tenant = tenant() AND EXISTS (SELECT FROM docs));",
        "ALTER TABLE docs RENAME COLUMN hidden TO is_hidden;",
        "ALTER POLICY docs_hidden ON docs RENAME TO docs_shown;",
    ]
    .map(said_of_tenants)
    .join("--\n");
    insta::assert_snapshot!(said, @"
    the policy `docs_tenant` of `docs` is another: FOR ALL TO PUBLIC USING (((tenant_id)::text = current_setting('app.tenant_id'::text, true))), was FOR ALL TO PUBLIC USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)); what `docs` was seen to hide is hidden still, but may not be with other settings or roles
    --
    the policy `docs_tenant` of `docs` is another: FOR ALL TO PUBLIC USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)), was FOR ALL TO PUBLIC USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)); what `docs` was seen to hide is hidden still, but may not be with other settings or roles
    --
    the restrictive policy `docs_hidden` of `docs` is another: FOR ALL TO PUBLIC USING (((NOT hidden) AND (body IS NOT NULL))), was FOR ALL TO PUBLIC USING ((NOT hidden)); what `docs` was seen to hide is hidden still, but may not be with other settings or roles
    --
    the policy `files_tenant` of `files` is another: FOR ALL TO test_reader USING (((tenant = tenant()) AND (EXISTS ( SELECT FROM docs)))), was FOR ALL TO test_reader USING ((tenant = tenant())); what `files` was seen to hide is hidden still, but may not be with other settings or roles
    --
    --
    ");
}

#[test]
fn roles_are_said_not_to_be_compared() {
    let proved = prove(
        &[
            "CREATE ROLE test_member; CREATE ROLE test_group;",
            "GRANT test_group TO test_member;",
        ],
        &[Proof::KeepsGuards],
    );
    let holds = proved.outcomes.iter().filter_map(|of| match &of.verdict {
        Verdict::Holds(how) if of.proof == Proof::KeepsGuards => Some(how.as_str()),
        _ => None,
    });
    insta::assert_snapshot!(
        holds.collect::<String>(),
        @"it changes no object; roles belong to the server and are not compared"
    );
}
