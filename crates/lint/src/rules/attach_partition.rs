//! The rule `attach-partition`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::facts::Relation;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement, constant, tree, words_of};

rule! {
    /// `ATTACH PARTITION` of a table in use, without a check that covers its bounds.
    ///
    /// ## Why it hurts
    ///
    /// The table that becomes a partition is locked with ACCESS EXCLUSIVE. Nobody can read or write
    /// it while PostgreSQL checks that every row is within the bounds. If the parent has a default
    /// partition, that is locked and read too: it must hold no row that belongs in the new one.
    /// Indexes of the parent that the table lacks are built, and its foreign keys are checked,
    /// under the same lock.
    ///
    /// ## Instead
    ///
    /// First add a `CHECK` with the same bounds to the table, `NOT VALID`, and validate it in the
    /// next migration. The columns of the key must be `NOT NULL`, or the check must say `IS NOT
    /// NULL` too. PostgreSQL then knows that every row is within the bounds and reads nothing. Drop
    /// the check afterwards. A default partition needs the opposite check. Build the indexes of the
    /// parent concurrently before, and add its foreign keys `NOT VALID`, then validate them.
    ///
    /// This rule looks for a validated check with the constants of the bounds. It does not
    /// understand the condition itself.
    ///
    /// A table that the same migration creates is empty, and needs none of this.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF NOT EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2026'::regclass
    ///     ) THEN
    ///         ALTER TABLE events ATTACH PARTITION events_2026
    ///             FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    ///     END IF;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE events_2026 ADD CONSTRAINT events_2026_bounds CHECK (
    ///         happened_at IS NOT NULL
    ///         AND happened_at >= '2026-01-01' AND happened_at < '2027-01-01'
    ///     ) NOT VALID;
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// -- next migration
    /// ALTER TABLE events_2026 VALIDATE CONSTRAINT events_2026_bounds;
    /// -- next migration
    /// DO $$
    /// BEGIN
    ///     IF NOT EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2026'::regclass
    ///     ) THEN
    ///         ALTER TABLE events ATTACH PARTITION events_2026
    ///             FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    ///     END IF;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `ATTACH PARTITION`; "Partition Maintenance".
    "attach-partition", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = statement.alter_table() else {
        return;
    };
    for action in &alter.actions {
        let ast::AlterTableAction::AttachPartition(attach) = action else {
            continue;
        };
        let Some(partition) = attach.table_name_ref() else {
            continue;
        };
        let written = words_of(&partition);
        let Some(table) = ObjectName::below(&partition).filter(|name| context.existed(name)) else {
            continue;
        };
        let bounds = attach.partition_type();
        let known = context.relation(&table);
        if let (Some(bounds), Some(known)) = (&bounds, known)
            && proves(known, bounds)
        {
            continue;
        }
        let check = format!("{}_bounds", table.name);
        let condition = match bounds {
            Some(ast::PartitionType::PartitionDefault(_)) => {
                "which rules out the bounds of all other partitions"
            }
            _ => "which says that the key is not NULL and within these bounds",
        };
        found.add(
            statement.range_of_node(attach.syntax()),
            format!("`ATTACH PARTITION {table}` without a validated check of its bounds"),
            LockMode::AccessExclusive.held_on(&table, "while every row is checked against the bounds"),
            format!(
                "first `ALTER TABLE {written} ADD CONSTRAINT {check} CHECK (…) NOT VALID`, {condition}; in the next migration `ALTER TABLE {written} VALIDATE CONSTRAINT {check}`; and then this, which no longer reads the rows"
            ),
        );
    }
}

/// Whether a check of the table seems to imply the bounds: it holds for all rows, has all their
/// constants in it, and rules out NULL. What it says of them is not understood.
fn proves(table: &Relation, bounds: &ast::PartitionType) -> bool {
    let bounds: Vec<String> = tree::all::<ast::Literal>(bounds.syntax())
        .map(|literal| constant(&literal))
        .collect();
    !bounds.is_empty()
        && table.valid().any(|check| {
            bounds.iter().all(|bound| check.constants.contains(bound))
                && check
                    .columns
                    .iter()
                    .all(|column| table.proves_not_null(column, &[]))
        })
}
