//! Rows are in a table that was made again as they were before.

use jubilee_catalog::{Step, careful_script, script};
use postgres::{Client, SimpleQueryMessage};

use crate::scripts::apply;
use crate::support::{database, read, read_inside, run};

/// What makes tables again, and the columns that are gone or whose values have another form then.
const CHANGES: [(&str, &[&str]); 8] = [
    // Columns in another order.
    (
        "ALTER TABLE shop.customers DROP name CASCADE; ALTER TABLE shop.customers ADD name varchar(100) NOT NULL DEFAULT 'x',
            ADD search text GENERATED ALWAYS AS (lower(name)) STORED",
        &[],
    ),
    (
        "ALTER TABLE shop.products DROP weight; ALTER TABLE shop.products ADD weight numeric(10,3)",
        &[],
    ),
    (
        "ALTER TABLE shop.orders DROP total CASCADE; ALTER TABLE shop.orders ADD total shop.cents",
        &[],
    ),
    (
        "ALTER TABLE stock.boxes NO INHERIT stock.things; ALTER TABLE stock.boxes INHERIT stock.things",
        &[],
    ),
    // Labels in another order, also in arrays and composite types.
    (
        "DROP TYPE shop.tier CASCADE; CREATE TYPE shop.tier AS ENUM ('mid', 'low', 'high', 'best');
         ALTER TABLE shop.customers ADD tier shop.tier NOT NULL DEFAULT 'low', ADD tiers shop.tier[];
         ALTER TYPE shop.place ADD ATTRIBUTE tier shop.tier CASCADE",
        &[],
    ),
    // Attributes in another order.
    (
        "DROP TYPE shop.money CASCADE; CREATE TYPE shop.money AS (currency char(3), amount bigint);
         ALTER TYPE shop.place ADD ATTRIBUTE price shop.money CASCADE",
        &[],
    ),
    // Another partition key, with the rows of partitions that go.
    (
        "ALTER TABLE shop.lines DROP CONSTRAINT lines_order_id_order_placed_order_state_fkey;
         ALTER TABLE shop.orders DETACH PARTITION shop.orders_2024; DROP TABLE shop.orders CASCADE;
         CREATE TABLE shop.orders (LIKE shop.orders_2024 INCLUDING ALL) PARTITION BY LIST (state);
         DROP TABLE shop.orders_2024;
         CREATE TABLE shop.orders_all PARTITION OF shop.orders DEFAULT",
        &[],
    ),
    (
        "ALTER TABLE stock.moves ALTER state TYPE text; ALTER TABLE stock.moves ALTER at TYPE date",
        &["at"],
    ),
];

/// All rows of the tables that the change does not take away, with the values of columns that both have.
fn rows(client: &mut Client) -> Vec<String> {
    let sql = "SELECT format('%s %s', t.name, e.key), array_agg(e.value ORDER BY e.value #>> '{}')
        FROM (SELECT 'customers' AS name, to_jsonb(c) AS row FROM shop.customers c
            UNION ALL SELECT 'products', to_jsonb(c) FROM shop.products c
            UNION ALL SELECT 'moves', to_jsonb(c) FROM stock.moves c
            UNION ALL SELECT 'lines', to_jsonb(c) FROM shop.lines c
            UNION ALL SELECT 'orders', to_jsonb(c) FROM shop.orders c
            UNION ALL SELECT c.tableoid::regclass::text, to_jsonb(c) FROM stock.things c) t
        CROSS JOIN jsonb_each(t.row) e GROUP BY 1 ORDER BY 1";
    let messages = client.simple_query(sql).unwrap();
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(format!("{:?} {:?}", row.get(0), row.get(1))),
        _ => None,
    });
    rows.collect()
}

#[test]
fn rows_are_as_they_were() {
    let sql = concat!(include_str!("hard.sql"), include_str!("hard_rows.sql"));
    let mut client = database("rows", sql);
    let before = read(&mut client);
    let original = rows(&mut client);
    for (change, others) in CHANGES {
        run(&mut client, "BEGIN");
        run(&mut client, change);
        let after = read_inside(&mut client);
        run(&mut client, "ROLLBACK; BEGIN");
        let made = apply(&mut client, &before, &after);
        assert_eq!(made, Ok(true), "{change}");
        let is = rows(&mut client);
        run(&mut client, "ROLLBACK");
        let is_other = |row: &&String| {
            others
                .iter()
                .any(|column| row.contains(&format!(" {column}\"")))
        };
        let lost: Vec<&String> = original
            .iter()
            .filter(|row| !is.contains(row) && !is_other(row))
            .collect();
        assert!(lost.is_empty(), "{change}\n{lost:#?}\n{is:#?}");
        // In the careful form nothing of this is done, and the reason is given.
        let careful = careful_script(&before, &after);
        let moves = |step: &Step| {
            step.sql.contains("_before")
                || step.sql.contains(" TYPE ") && step.sql.contains(" USING ")
        };
        assert!(!careful.steps.iter().any(moves), "{change}");
        assert!(script(&before, &after).steps.iter().any(moves), "{change}");
        assert!(!careful.open.is_empty(), "{change}");
    }
}
