//! What is said to undo a migration leaves the schema that was there before.

use jubilee_lint::{UndoStep, undo};

use crate::again::{difference, fingerprint};
use crate::support::{databases, empty, files, run};

#[test]
fn what_undoes_a_migration_mechanically_leaves_what_was_before() {
    let mut undone = 0;
    for (name, embedded) in databases() {
        let mut client = empty("undo", name);
        for file in files(name) {
            let undo = undo(name, embedded, file.name().version()).unwrap();
            let steps = undo.steps.iter().map(|step| match step {
                UndoStep::Statement { sql, .. } => Some(sql.as_str()),
                UndoStep::ByHand { .. } => None,
            });
            let Some(steps) = steps.collect::<Option<Vec<_>>>() else {
                run(&mut client, &file);
                continue;
            };
            let before = fingerprint(&mut client);
            run(&mut client, &file);
            // A second run finds nothing left to do.
            for _ in 0..2 {
                for sql in &steps {
                    client.batch_execute(sql).unwrap();
                }
            }
            let mut left = difference(&before, &fingerprint(&mut client));
            // A column that was dropped keeps its place in the catalog.
            left.retain(|line| !line.contains("pg.dropped"));
            assert_eq!(
                left,
                Vec::<String>::new(),
                "{} undone by {steps:#?}",
                file.name()
            );
            run(&mut client, &file);
            undone += 1;
        }
    }
    assert!(
        undone > 0,
        "of some, every statement is undone mechanically"
    );
}
