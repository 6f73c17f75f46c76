//! The rule `wide-index`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// An index on more than three columns that is not unique.
    ///
    /// ## Why it hurts
    ///
    /// A B-tree is searched by its first columns; a fourth one rarely narrows the search. But each
    /// one makes the index larger and every write more expensive, and an update of any of the
    /// columns cannot be a HOT update, so all other indexes of the table are written too.
    ///
    /// ## Instead
    ///
    /// Keep the two or three columns that narrow the search most. Put columns that are only
    /// returned into `INCLUDE (…)`, and constant conditions into `WHERE`. Where a query really
    /// filters by four columns, allow this finding, and name the query as the reason.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS visits (
    ///     visit_id uuid NOT NULL,
    ///     team_id uuid NOT NULL,
    ///     country_code text NOT NULL,
    ///     is_bot boolean NOT NULL,
    ///     visited_at timestamptz NOT NULL,
    ///     CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
    /// );
    ///
    /// CREATE INDEX IF NOT EXISTS visits_search_idx
    ///     ON visits (team_id, country_code, is_bot, visited_at);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS visits (
    ///     visit_id uuid NOT NULL,
    ///     team_id uuid NOT NULL,
    ///     country_code text NOT NULL,
    ///     is_bot boolean NOT NULL,
    ///     visited_at timestamptz NOT NULL,
    ///     CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
    /// );
    ///
    /// CREATE INDEX IF NOT EXISTS visits_team_id_visited_at_idx
    ///     ON visits (team_id, visited_at) INCLUDE (country_code)
    ///     WHERE NOT is_bot;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Multicolumn Indexes" and "Heap-Only Tuples (HOT)".
    "wide-index", Quality, Warning, Check::Statement(check)
}

/// An index on more columns is rarely worth what it costs.
const MOST_COLUMNS: usize = 3;

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::CreateIndex(create)) = &statement.sql else {
        return;
    };
    let table = ObjectName::of(create.table_relation_name());
    let (Some(list), Some(table)) = (create.partition_item_list(), table) else {
        return;
    };
    let count = list.partition_items().count();
    if count <= MOST_COLUMNS || create.unique_token().is_some() {
        return;
    }
    found.add(
        statement.range_of(&list),
        format!("an index of `{table}` on {count} columns"),
        "its last columns rarely narrow a search, but make the index larger and every write more expensive",
        "keep the two or three columns that narrow the search most; move columns that are only returned into `INCLUDE (…)`, and constant conditions into `WHERE`",
    );
}
