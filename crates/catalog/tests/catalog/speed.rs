//! How long it takes to read a schema. It asserts nothing: `docs/schema.md` has what was measured.
//!
//! `cargo test -p jubilee-catalog --release --test catalog speed -- --ignored --nocapture`

use std::time::Instant;

use jubilee_catalog::Kind;

use crate::support::{database, read};

#[test]
#[ignore = "a measurement"]
fn reading_takes() {
    for tables in [64, 2000] {
        let sql: String = (1..=tables)
            .map(|number| {
                format!(
                    "CREATE TABLE t{number} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, up bigint REFERENCES t{},
                        a text NOT NULL DEFAULT 'x', b integer CHECK (b > 0), c timestamptz DEFAULT now(), d jsonb, e uuid,
                        f text[], g date, h numeric(10, 2));
                     CREATE INDEX ON t{number} (a); CREATE INDEX ON t{number} (up) WHERE b > 1;
                     COMMENT ON TABLE t{number} IS 'A table';\n",
                    if number > 1 { number - 1 } else { 1 }
                )
            })
            .collect();
        let mut client = database(&format!("speed_{tables}"), &sql);
        let mut all = Vec::new();
        let mut objects = 0;
        for _ in 0..11 {
            let start = Instant::now();
            let catalog = read(&mut client);
            all.push(start.elapsed());
            assert_eq!(catalog.of_kind(Kind::Table).count(), tables);
            objects = catalog.objects().count();
        }
        all.sort();
        eprintln!(
            "{tables} tables, {objects} objects: {:?} (median of {})",
            all[all.len() / 2],
            all.len()
        );
    }
}
