//! The columns and expressions of an index.

use squawk_syntax::ast;

/// What stands between the brackets of `CREATE INDEX … ON t (…)`.
pub(crate) fn index_items(create: &ast::CreateIndex) -> impl Iterator<Item = ast::PartitionItem> {
    let list = create.partition_item_list().into_iter();
    list.flat_map(|list| list.partition_items())
}

/// Whether `LIKE` copies the indexes, keys included.
pub(crate) fn copies_indexes(like: &ast::LikeClause) -> bool {
    let copied = |property: Option<ast::TableProperty>| {
        matches!(
            property,
            Some(ast::TableProperty::PropertyAll(_) | ast::TableProperty::PropertyIndexes(_))
        )
    };
    // The last word counts: INCLUDING ALL EXCLUDING INDEXES.
    like.like_options()
        .filter_map(|option| match option {
            ast::LikeOption::IncludingProperty(p) => copied(p.table_property()).then_some(true),
            ast::LikeOption::ExcludingProperty(p) => copied(p.table_property()).then_some(false),
        })
        .last()
        .unwrap_or(false)
}
