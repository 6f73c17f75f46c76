//! The columns and expressions of an index.

use squawk_syntax::ast;

/// What stands between the brackets of `CREATE INDEX … ON t (…)`.
pub(crate) fn index_items(create: &ast::CreateIndex) -> impl Iterator<Item = ast::PartitionItem> {
    let list = create.partition_item_list().into_iter();
    list.flat_map(|list| list.partition_items())
}
