//! The search of inspire's messages: found when complete, not analysed while they stream.

use postgres::Client;

use crate::support::{FIRST_RELEASE, lines, migrated, run_after, with_first};

const FOUND: &str = "SELECT sequence_number FROM messages WHERE search_vector @@ to_tsquery('english', 'grace') ORDER BY 1";

fn add(client: &mut Client, number: i32, state: &str, body: &str) {
    client
        .batch_execute(&format!(
            "INSERT INTO conversations (id, user_id) VALUES ('00000000-0000-4000-8000-000000000001', gen_random_uuid()) ON CONFLICT DO NOTHING;
             INSERT INTO messages (conversation_id, sequence_number, author_role, language_code, body, delivery_state)
             VALUES ('00000000-0000-4000-8000-000000000001', {number}, 'assistant', 'en', '{body}', '{state}')"
        ))
        .unwrap();
}

fn indexed(client: &mut Client) -> Vec<String> {
    lines(
        client,
        "SELECT sequence_number FROM messages WHERE search_vector IS NOT NULL ORDER BY 1",
    )
}

#[test]
fn a_reply_is_found_as_soon_as_it_is_complete() {
    let mut client = migrated("search", "inspire");
    add(&mut client, 1, "complete", "What is grace?");
    add(&mut client, 2, "pending", "");
    for chunk in ["Grace", "Grace is", "Grace is a gift."] {
        client
            .batch_execute(&format!("UPDATE messages SET body = '{chunk}', delivery_state = 'streaming' WHERE sequence_number = 2"))
            .unwrap();
        assert_eq!(indexed(&mut client), ["1"]);
        assert_eq!(lines(&mut client, FOUND), ["1"]);
    }
    client
        .batch_execute("UPDATE messages SET delivery_state = 'complete' WHERE sequence_number = 2")
        .unwrap();
    assert_eq!(lines(&mut client, FOUND), ["1", "2"]);

    // Corrected later, and never written by hand.
    client
        .batch_execute("UPDATE messages SET body = 'Mercy.', search_vector = 'grace' WHERE sequence_number = 1")
        .unwrap();
    assert_eq!(lines(&mut client, FOUND), ["2"]);
}

#[test]
fn the_query_of_old_releases_uses_the_index() {
    let mut client = migrated("search_plan", "inspire");
    client.batch_execute("SET enable_seqscan = off").unwrap();
    let plan = lines(&mut client, &format!("EXPLAIN {FOUND}")).join("\n");
    assert!(plan.contains("messages_search_vector_idx"), "{plan}");
}

#[test]
fn what_was_found_before_is_found_after() {
    let mut client = with_first("search_before", "inspire", FIRST_RELEASE);
    add(&mut client, 1, "complete", "What is grace?");
    add(&mut client, 2, "streaming", "Grace is");
    let file = lines(&mut client, "SELECT pg_relation_filenode('messages')");
    run_after(&mut client, "inspire", FIRST_RELEASE);
    assert_eq!(
        lines(&mut client, "SELECT pg_relation_filenode('messages')"),
        file,
        "not rewritten"
    );
    client
        .batch_execute("UPDATE messages SET body = 'Grace is a gift.', delivery_state = 'complete' WHERE sequence_number = 2")
        .unwrap();
    assert_eq!(lines(&mut client, FOUND), ["1", "2"]);
}
