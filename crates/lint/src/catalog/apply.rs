//! What a statement changes.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, TableArg};

use super::define::{constrain, definition, is_not_distinct};
use super::relations::{Catalog, Index};
use super::{Column, Key, Relation, RelationKind};
use crate::object::{Dropped, ObjectKind, Renamed};
use crate::syntax::{
    Makes, NewConstraint, ObjectName, Place, Statement, copies_indexes, index_items, tokens_of,
    tree,
};

impl Catalog {
    /// Changes the catalog as the server would.
    pub(crate) fn apply(&mut self, statement: &Statement<'_>) {
        use ast::Stmt as S;
        let Some(sql) = &statement.sql else { return };
        // Whether it runs cannot be told.
        let doubt = statement.guards.iter().any(|guard| !guard.once);
        let schema = match statement.place {
            Place::Inside => statement.schema_made_around(),
            _ => None,
        };
        let placed = |name: Option<ObjectName>| {
            let name = name?;
            Some(match &schema {
                Some(schema) if name.schema.is_none() => {
                    ObjectName::new(Some(schema), &name.name).key()
                }
                _ => name.key(),
            })
        };
        if let Some((name, _)) = statement.table_of_query() {
            let mut made = Relation::new(RelationKind::Table, self.file);
            made.is_open = true;
            self.create(placed(Some(name)), made);
        }
        self.types.apply(sql);
        self.cascade(sql, doubt);
        self.drop_all(sql, doubt);
        self.rename_in(sql, doubt);
        self.apply_guards(statement, sql);
        match sql {
            S::CreateTable(s) => self.create_table(s, placed(ObjectName::of(s.table_name()))),
            S::CreateForeignTable(s) => {
                let mut made = Relation::new(RelationKind::ForeignTable, self.file);
                self.fill(&mut made, s.table_arg_list());
                self.create(placed(ObjectName::of(s.table_name())), made);
            }
            S::CreateView(s) => {
                let name = placed(ObjectName::of(s.view()));
                let query = s.query().map(|query| query.syntax().clone());
                if let Some(name) = &name
                    && s.or_replace().is_some()
                {
                    self.take(name, false);
                }
                self.create_view(RelationKind::View, name, query);
            }
            S::CreateMaterializedView(s) => {
                let name = placed(ObjectName::of(s.view()));
                let query = s.query().map(|query| query.syntax().clone());
                self.create_view(RelationKind::MaterializedView, name, query);
            }
            S::CreateSequence(s) => {
                let made = Relation::new(RelationKind::Sequence, self.file);
                self.create(placed(ObjectName::of(s.sequence())), made);
            }
            S::CreateIndex(s) => self.create_index(s),
            S::AlterTable(_) => self.alter_table(statement, doubt),
            S::AlterForeignTable(s) => {
                if let Some(table) = ObjectName::of(s.table_relation_name()) {
                    let actions = s.actions().collect();
                    self.alter(&table, actions, statement.new_constraints(), doubt);
                }
            }
            S::CreateFunction(s) => {
                let Some(name) = ObjectName::of(s.name()).map(|name| name.key()) else {
                    return;
                };
                let options = s.option_list().into_iter().flat_map(|list| list.options());
                let mut is_volatile = true;
                for option in options {
                    match option {
                        ast::FuncOption::SetFuncOption(set) => {
                            let text = tree::lower(set.syntax());
                            if text.contains("search_path") {
                                self.with_search_path.insert(name.clone());
                            }
                        }
                        ast::FuncOption::VolatilityFuncOption(option) => {
                            is_volatile = matches!(option, ast::VolatilityFuncOption::Volatile(_));
                        }
                        _ => {}
                    }
                }
                let returned = s.ret_type().map(|ty| tree::lower(ty.syntax()));
                if returned.is_some_and(|ty| ty.contains("trigger")) {
                    self.of_triggers.insert(name.clone());
                }
                // There may be another one of that name, with other arguments.
                *self.volatile.entry(name).or_default() |= is_volatile;
            }
            S::ImportForeignSchema(_) => self.leave_gap(Makes::Anything),
            S::Set(s) => {
                let text = tree::lower(s.syntax());
                self.search_path |= text.contains("search_path") || text.contains("schema");
            }
            S::CreateExtension(_) if !self.types.extensions_make_no_table() => {
                self.leave_gap(Makes::Anything);
            }
            S::Select(s) => {
                let text = s.syntax().text().to_string();
                self.search_path |= text.contains("set_config") && text.contains("search_path");
            }
            _ => {}
        }
    }

    fn create(&mut self, name: Option<ObjectName>, mut made: Relation) {
        let Some(name) = name else { return };
        made.is_open |= self.may_be_made_before(&name);
        // IF NOT EXISTS; and what would fail changes nothing either.
        if !self.relations.contains_key(&name) {
            self.put(name, made);
        }
    }

    fn create_table(&mut self, create: &ast::CreateTable, name: Option<ObjectName>) {
        let made = self.described(create);
        self.create(name, made);
    }

    /// How an index is defined, in one spelling.
    pub(crate) fn index_definition(&self, create: &ast::CreateIndex) -> String {
        definition(create)
    }

    /// The table that a statement describes, whether it makes it or not.
    pub(crate) fn described(&self, create: &ast::CreateTable) -> Relation {
        let mut made = Relation::new(RelationKind::Table, self.file);
        made.is_partitioned = create.partition_by().is_some();
        made.is_open = create.of_type().is_some();
        if let Some(of) = create.partition_of() {
            made.is_partition = true;
            made.is_default = matches!(
                create.partition_type(),
                Some(ast::PartitionType::PartitionDefault(_))
            );
            self.inherit(&mut made, ObjectName::of(of.table_name_ref()));
        }
        let parents = create.inherits().into_iter();
        for parent in parents.flat_map(|inherits| inherits.table_name_refs()) {
            self.inherit(&mut made, ObjectName::below(&parent));
        }
        self.fill(&mut made, create.table_arg_list());
        constrain(
            &mut made,
            &NewConstraint::all_of(&ast::Stmt::CreateTable(create.clone())),
        );
        made
    }

    /// Takes over what a partition or child has of its parent.
    fn inherit(&self, made: &mut Relation, parent: Option<ObjectName>) {
        let Some(parent) = parent else { return };
        match self.resolve(&parent) {
            Some((name, known)) => {
                made.columns.extend(known.columns.iter().cloned());
                made.is_open |= known.is_open;
                if made.is_partition {
                    made.keys.extend(known.keys.iter().cloned());
                    made.foreign.extend(known.foreign.iter().cloned());
                }
                made.parents.push(name.clone());
            }
            None => {
                made.is_open = true;
                made.parents.push(parent.key());
            }
        }
    }

    fn fill(&self, made: &mut Relation, list: Option<ast::TableArgList>) {
        for argument in list.into_iter().flat_map(|list| list.args()) {
            match argument {
                TableArg::Column(column) => {
                    let Some(name) = column.name().map(|name| name.text()) else {
                        continue;
                    };
                    let collate = tree::child::<ast::Collate>(column.syntax());
                    let constraints = column.syntax().children();
                    let constraints = constraints.filter_map(ast::Constraint::cast);
                    let ty = column.ty();
                    let column = Column::new(name, ty.as_ref(), collate.as_ref(), constraints);
                    // A partition may say more of a column that it inherits.
                    match made
                        .columns
                        .iter_mut()
                        .find(|known| known.name == column.name)
                    {
                        Some(known) if column.ty.is_none() => known.not_null |= column.not_null,
                        Some(known) => *known = column,
                        None => made.columns.push(column),
                    }
                }
                TableArg::TableConstraint(_) => {}
                TableArg::LikeClause(like) => {
                    let source = ObjectName::of(like.relation_name_ref());
                    match source.and_then(|source| self.relation(&source)) {
                        Some(known) => {
                            made.columns.extend(known.columns.iter().cloned());
                            made.is_open |= known.is_open;
                            let options = tree::lower(like.syntax());
                            if copies_indexes(&like) {
                                made.keys.extend(known.keys.iter().cloned().map(|mut key| {
                                    key.name = None;
                                    key
                                }));
                            }
                            if !options.contains("all") && !options.contains("defaults") {
                                for column in &mut made.columns {
                                    column.empty();
                                }
                            }
                        }
                        None => made.is_open = true,
                    }
                }
            }
        }
    }

    fn create_view(
        &mut self,
        kind: RelationKind,
        name: Option<ObjectName>,
        query: Option<SyntaxNode>,
    ) {
        let mut made = Relation::new(kind, self.file);
        let words = query.iter().flat_map(tokens_of);
        made.mentions = words
            .map(|word| word.text().trim_matches('"').to_lowercase())
            .collect();
        let calls = query.iter().flat_map(|query| query.descendants());
        made.calls = calls
            .filter_map(ast::CallExpr::cast)
            .filter_map(|call| crate::syntax::name_of_call(&call))
            .map(|name| name.key())
            .collect();
        made.reads = query
            .iter()
            .flat_map(ObjectName::read_in)
            .map(|name| {
                self.resolve(&name)
                    .map_or(name.key(), |(known, _)| known.clone())
            })
            .collect();
        self.create(name, made);
    }

    fn create_index(&mut self, create: &ast::CreateIndex) {
        let Some(table) = ObjectName::of(create.table_relation_name()) else {
            return;
        };
        let columns: Vec<Option<String>> = index_items(create)
            .map(|item| match item.expr()? {
                ast::Expr::NameRef(name) => Some(ast::normalize_name_node(name.syntax())),
                _ => None,
            })
            .collect();
        let name = ObjectName::of(create.index());
        if let Some(name) = &name {
            let name = ObjectName::new(table.schema.as_deref(), &name.name);
            let index = Index {
                table: table.key(),
                definition: definition(create),
                file: self.file,
            };
            self.indexes.entry(name.key()).or_insert(index);
        }
        if create.unique_token().is_none() {
            return;
        }
        let key = Key {
            name: name.map(|name| name.name),
            is_computed: columns.iter().any(Option::is_none),
            columns: columns.into_iter().flatten().collect(),
            is_partial: create.where_clause().is_some(),
            is_primary: false,
            nulls_are_equal: create
                .nulls_distinct_option()
                .is_some_and(|option| is_not_distinct(option.syntax())),
            excludes: false,
        };
        if let Some(relation) = self.known_mut(&table)
            && !relation
                .keys
                .iter()
                .any(|k| k.name.is_some() && k.name == key.name)
        {
            relation.keys.push(key);
        }
    }

    /// Removes what the statement drops, or a part of it.
    fn drop_all(&mut self, sql: &ast::Stmt, doubt: bool) {
        use ObjectKind as K;
        let file = self.file;
        for dropped in Dropped::of(sql) {
            for object in &dropped.objects {
                match dropped.kind {
                    K::Table | K::View | K::MaterializedView => {
                        self.drop_relation(&object.name, dropped.cascades, doubt);
                    }
                    K::ForeignTable | K::Sequence => {
                        if let Some((name, _)) = self.resolve(&object.name) {
                            self.forget(&name.clone(), doubt);
                        }
                    }
                    K::Index => self.drop_index(&object.name),
                    K::Schema => {
                        for name in self.in_schema(&object.name.name) {
                            self.forget(&name, doubt);
                        }
                    }
                    K::Policy if !doubt => {
                        let table = object.on.as_ref();
                        if let Some(relation) = table.and_then(|table| self.known_mut(table)) {
                            let gone = &object.name.name;
                            let mut policies = relation.policies.iter();
                            if policies.any(|p| p.name == *gone && p.file < file && !p.passes_all) {
                                relation.dropped_policy = Some(file);
                            }
                            relation.policies.retain(|policy| policy.name != *gone);
                        }
                    }
                    K::Function | K::Procedure | K::Routine if !doubt => {
                        self.security.remove(&object.name.key());
                    }
                    K::Trigger => {
                        let table = object.on.as_ref();
                        if let Some(relation) = table.and_then(|table| self.known_mut(table)) {
                            let gone = &object.name.name;
                            relation.triggers.retain(|trigger| trigger.name != *gone);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn drop_index(&mut self, index: &ObjectName) {
        self.indexes.remove(&index.key());
        for relation in self.relations.values_mut() {
            relation
                .keys
                .retain(|key| key.name.as_deref() != Some(&index.name));
        }
    }

    /// Removes a relation, and whatever names it.
    pub(super) fn forget(&mut self, name: &ObjectName, doubt: bool) {
        self.take(name, doubt);
        if doubt {
            return;
        }
        self.indexes.retain(|_, index| index.table != *name);
        for relation in self.relations.values_mut() {
            relation.foreign.retain(|key| key.target != *name);
            relation.parents.retain(|parent| parent != name);
        }
    }

    /// Renames what is no table: with those goes more.
    fn rename_in(&mut self, sql: &ast::Stmt, doubt: bool) {
        use ObjectKind as K;
        let Some(renamed) = Renamed::of(sql).or_else(|| Renamed::moved(sql)) else {
            return;
        };
        let (old, new) = (renamed.old.key(), renamed.new.key());
        match renamed.kind {
            K::View | K::MaterializedView | K::Sequence => self.rename(&old, &new, doubt),
            K::Trigger => {
                let table = renamed.on.as_ref();
                if let Some(relation) = table.and_then(|table| self.known_mut(table)) {
                    let mut triggers = relation.triggers.iter_mut();
                    if let Some(trigger) = triggers.find(|trigger| trigger.name == old.name) {
                        trigger.name = new.name;
                    }
                }
            }
            K::Index => {
                let index = self.indexes.remove(&old);
                self.indexes.extend(index.map(|index| (new, index)));
            }
            K::Schema => {
                for name in self.in_schema(&old.name) {
                    let to = ObjectName::new(Some(&new.name), &name.name).key();
                    self.rename(&name, &to, false);
                }
            }
            _ => {}
        }
    }

    pub(super) fn known_mut(&mut self, name: &ObjectName) -> Option<&mut Relation> {
        let key = self.resolve(name)?.0.clone();
        self.relations.get_mut(&key)
    }
}
