//! Rows as the first release has them, which every later migration keeps.

use postgres::Client;

use crate::support::{FIRST_RELEASE, databases, lines, run_after, with_first};

const ID: &str = "'00000000-0000-4000-8000-000000000001'";

/// Database, a row of its first release, and what a transaction that began before the row does to
/// it. `$` is an id.
pub(crate) const CASES: [(&str, &str, &str); 15] = [
    (
        "continuum",
        "INSERT INTO user_devices (user_id, device_id, platform, display_name, fingerprint_hash) VALUES ($, $, 'web', 'x', sha256('a'))",
        "UPDATE user_devices SET last_seen_at = now(), removed_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO user_sessions (user_id, token_hash, expires_at) VALUES ($, sha256('a'), now() + interval '1 day')",
        "UPDATE user_sessions SET last_used_at = now(), revoked_at = now(), revoke_reason = 'signed_out'",
    ),
    (
        "continuum",
        "INSERT INTO reading_progress (user_id, content_type, content_id) VALUES ($, 'sermon', $)",
        "UPDATE reading_progress SET last_read_at = now(), completed_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO notifications (user_id, notification_type, title) VALUES ($, 'reply', 'x')",
        "UPDATE notifications SET read_at = now(), dismissed_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO communities (community_id, slug, display_name) VALUES ($, 'x', 'x')",
        "UPDATE communities SET archived_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO community_memberships (user_id, community_id) VALUES ($, $)",
        "UPDATE community_memberships SET status = 'left', joined_at = now(), left_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO community_memberships (user_id, community_id) VALUES (gen_random_uuid(), $)",
        "UPDATE community_memberships SET status = 'banned', banned_at = now(), left_at = NULL",
    ),
    (
        "continuum",
        "INSERT INTO discussion_boards (board_id, community_id, slug, title) VALUES ($, $, 'x', 'x')",
        "UPDATE discussion_boards SET archived_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO posts (board_id, title, body) VALUES ($, 'x', 'x')",
        "UPDATE posts SET last_activity_at = now(), edited_at = now(), removed_at = now(), removal_reason = 'author'",
    ),
    (
        "continuum",
        "INSERT INTO payment_methods (user_id, provider, provider_reference, method_type) VALUES ($, 'x', 'x', 'wallet')",
        "UPDATE payment_methods SET detached_at = now()",
    ),
    (
        "continuum",
        "INSERT INTO subscriptions (user_id, plan_code, status, billing_interval, amount_cents, currency, period_ends_at)
            VALUES ($, 'free', 'active', 'month', 0, 'USD', now() + interval '1 month')",
        "UPDATE subscriptions SET period_started_at = now(), cancel_requested_at = now(), status = 'ended', ended_at = now(), end_reason = 'cancelled'",
    ),
    (
        "continuum",
        "INSERT INTO invoices (user_id, invoice_number, status, currency, issued_at, due_at) VALUES ($, '1', 'open', 'USD', now(), now())",
        "UPDATE invoices SET status = 'paid', paid_at = now()",
    ),
    (
        "inspire",
        "INSERT INTO content_items (id, content_type_code, slug) VALUES ($, 'sermon', 'x');
         INSERT INTO content_versions (content_item_id, version_number, language_code, title, body, edited_by_user_id, publication_state, published_at)
            VALUES ($, 1, 'en', 'x', 'x', $, 'published', now())",
        "UPDATE content_versions SET publication_state = 'archived', archived_at = now()",
    ),
    (
        "inspire",
        "INSERT INTO attachments (uploaded_by_user_id, storage_path, original_filename, media_type, byte_size, sha256_digest)
            VALUES ($, 'x', 'x', 'image/png', 1, sha256('a'))",
        "UPDATE attachments SET scan_state = 'clean', scanned_at = now()",
    ),
    (
        "inspire",
        "INSERT INTO conversations (user_id) VALUES ($)",
        "UPDATE conversations SET pinned_at = now(); UPDATE conversations SET pinned_at = NULL, archived_at = now(), deleted_at = now()",
    ),
];

const AUDIT_LOG: &str = "INSERT INTO audit_log (occurred_at, actor_kind, action_code, ip_address, user_agent) VALUES
    (now() - interval '3 years', 'system', 'tests.run', '192.0.2.1', 'test'), (now(), 'system', 'tests.run', NULL, NULL)";

pub(crate) fn statement(row: &str) -> String {
    row.replace('$', ID)
}

/// Adds a row to most tables of a database in its first release.
pub(crate) fn add(client: &mut Client, name: &str) {
    for (_, row, _) in CASES.iter().filter(|(database, ..)| *database == name) {
        client.batch_execute(&statement(row)).unwrap();
    }
    if name == "codex" {
        client.batch_execute(AUDIT_LOG).unwrap();
    }
}

/// For each table of the first release a query for what its rows hold, but for `updated_at`.
const CONTENTS: &str = "SELECT format('SELECT %L, count(*), md5(string_agg(t::text, '' '' ORDER BY t::text)) FROM (SELECT %s FROM %I) t',
        c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), c.relname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attname <> 'updated_at'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.relname ORDER BY c.relname";

#[test]
fn no_migration_after_the_first_release_loses_a_row_or_a_value() {
    for (name, _) in databases() {
        let mut client = with_first("rows", name, FIRST_RELEASE);
        add(&mut client, name);
        let queries = lines(&mut client, CONTENTS).join(" UNION ALL ");
        let before = lines(&mut client, &queries);
        run_after(&mut client, name, FIRST_RELEASE);
        assert_eq!(lines(&mut client, &queries), before, "{name}");
    }
}
