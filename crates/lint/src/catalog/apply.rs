//! What a statement changes.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, TableArg};

use super::define::{constrain, definition, is_not_distinct};
use super::relations::{Catalog, Index};
use super::{Column, Key, Relation, RelationKind};
use crate::syntax::{
    NewConstraint, ObjectName, Place, Statement, copies_indexes, index_items, name_in, tokens_of,
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
        self.types.apply(sql);
        self.cascade(sql, doubt);
        match sql {
            S::CreateTable(s) => self.create_table(s, placed(ObjectName::of(s.table_name()))),
            S::CreateForeignTable(s) => {
                let mut made = Relation::new(RelationKind::ForeignTable, self.file);
                self.fill(&mut made, s.table_arg_list());
                self.create(placed(ObjectName::of(s.table_name())), made);
            }
            S::CreateTableAs(s) => {
                let mut made = Relation::new(RelationKind::Table, self.file);
                made.is_open = true;
                self.create(placed(ObjectName::of(s.table_name())), made);
            }
            // In PL/pgSQL it sets a variable.
            S::SelectInto(s) if statement.place != Place::Block => {
                let mut made = Relation::new(RelationKind::Table, self.file);
                made.is_open = true;
                self.create(placed(ObjectName::of(s.into_clause())), made);
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
            S::CreateTrigger(s) => {
                let function = s
                    .call_expr()
                    .and_then(|call| crate::syntax::name_of_call(&call));
                let trigger = s.trigger().and_then(|trigger| name_in(&trigger));
                if let (Some(table), Some(function), Some(trigger)) =
                    (ObjectName::of(s.on_relation()), function, trigger)
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.triggers.retain(|(name, _)| *name != trigger);
                    relation.triggers.push((trigger, function.key()));
                }
            }
            S::DropTrigger(s) => {
                let trigger = s.trigger_ref().and_then(|trigger| name_in(&trigger));
                if let (Some(table), Some(trigger)) = (ObjectName::of(s.on_relation()), trigger)
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.triggers.retain(|(name, _)| *name != trigger);
                }
            }
            S::CreatePolicy(s) => {
                let policy = s.policy().and_then(|policy| name_in(&policy));
                if let (Some(table), Some(policy)) = (ObjectName::of(s.on_table()), policy)
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.policies.push(policy);
                }
            }
            S::DropPolicy(s) if !doubt => {
                let policy = s.policy_ref().and_then(|policy| name_in(&policy));
                if let (Some(table), Some(policy)) = (ObjectName::of(s.on_table()), policy)
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.policies.retain(|name| *name != policy);
                }
            }
            S::AlterTable(_) => self.alter_table(statement, doubt),
            S::AlterForeignTable(s) => {
                if let Some(table) = ObjectName::of(s.table_relation_name()) {
                    let actions = s.actions().collect();
                    self.alter(&table, actions, statement.new_constraints(), doubt);
                }
            }
            S::AlterView(s) => {
                use ast::AlterViewAction as A;
                let old = ObjectName::of(s.view_ref());
                match (s.action(), old) {
                    (Some(A::ViewRenameTo(to)), Some(old)) => self.rename_view(&old, &to, doubt),
                    (Some(A::SetSchema(set)), Some(old)) => self.move_to(&old, &set, doubt),
                    _ => {}
                }
            }
            S::AlterMaterializedView(s) => {
                use ast::AlterMaterializedViewAction as A;
                let Some(old) = ObjectName::of(s.view_ref()) else {
                    return;
                };
                for action in s.action() {
                    match action {
                        A::ViewRenameTo(to) => self.rename_view(&old, &to, doubt),
                        A::SetSchema(set) => self.move_to(&old, &set, doubt),
                        _ => {}
                    }
                }
            }
            S::AlterSequence(s) => {
                let Some(old) = ObjectName::of(s.sequence_ref()) else {
                    return;
                };
                for node in s.syntax().children() {
                    if let Some(set) = ast::SetSchema::cast(node.clone()) {
                        self.move_to(&old, &set, doubt);
                    } else if let Some(to) = ast::SequenceRenameTo::cast(node)
                        && let Some(new) = ObjectName::of_node(to.syntax())
                    {
                        let new = ObjectName::new(old.schema.as_deref(), &new.name);
                        self.rename(&old.key(), &new.key(), doubt);
                    }
                }
            }
            S::AlterSchema(s) => self.rename_schema(s),
            S::AlterIndex(s) => {
                if let Some(ast::AlterIndexAction::IndexRenameTo(to)) = s.action()
                    && let Some(old) = ObjectName::of(s.index_ref())
                    && let Some(new) = ObjectName::of_node(to.syntax())
                    && let Some(index) = self.indexes.remove(&old.key())
                {
                    let new = ObjectName::new(old.schema.as_deref(), &new.name);
                    self.indexes.insert(new.key(), index);
                }
            }
            S::DropTable(s) => {
                self.drop_dependent(s.table_name_refs(), s.drop_behavior(), doubt);
                self.drop(s.table_name_refs(), doubt);
            }
            S::DropForeignTable(s) => self.drop(s.table_name_refs(), doubt),
            S::DropView(s) => {
                self.drop_dependent(s.view_refs(), s.drop_behavior(), doubt);
                self.drop(s.view_refs(), doubt);
            }
            S::DropMaterializedView(s) => {
                self.drop_dependent(s.view_refs(), s.drop_behavior(), doubt);
                self.drop(s.view_refs(), doubt);
            }
            S::DropSequence(s) => self.drop(s.sequence_refs(), doubt),
            S::DropIndex(s) => {
                for index in s.index_refs().filter_map(|index| ObjectName::below(&index)) {
                    self.drop_index(&index);
                }
            }
            S::DropSchema(s) => {
                for schema in s.schema_refs() {
                    let schema = ast::normalize_name_node(schema.syntax());
                    let gone: Vec<ObjectName> = self
                        .in_schema(&schema)
                        .map(|(name, _)| name.clone())
                        .collect();
                    for name in gone {
                        self.forget(&name, doubt);
                    }
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
                            let text = set.syntax().text().to_string().to_lowercase();
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
                let returned = s.ret_type().map(|ty| ty.syntax().text().to_string());
                if returned.is_some_and(|ty| ty.to_lowercase().contains("trigger")) {
                    self.of_triggers.insert(name.clone());
                }
                // There may be another one of that name, with other arguments.
                *self.volatile.entry(name).or_default() |= is_volatile;
            }
            S::ImportForeignSchema(_) => self.has_gaps = true,
            S::Set(s) => {
                let text = s.syntax().text().to_string().to_lowercase();
                self.search_path |= text.contains("search_path") || text.contains("schema");
            }
            S::CreateExtension(_) => self.has_gaps |= !self.types.extensions_make_no_table(),
            S::Select(s) => {
                let text = s.syntax().text().to_string();
                self.search_path |= text.contains("set_config") && text.contains("search_path");
            }
            _ => {}
        }
    }

    fn create(&mut self, name: Option<ObjectName>, made: Relation) {
        let Some(name) = name else { return };
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
                    let collate = column.clauses().find_map(|clause| match clause {
                        ast::ColumnClause::Collate(collate) => Some(collate),
                        _ => None,
                    });
                    let constraints = column.clauses().filter_map(|clause| match clause {
                        ast::ColumnClause::ColumnConstraint(constraint) => {
                            ast::Constraint::cast(constraint.syntax().clone())
                        }
                        _ => None,
                    });
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
                            let options = like.syntax().text().to_string().to_lowercase();
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
        let read = query.into_iter().flat_map(|query| query.descendants());
        made.reads = read
            .filter_map(ast::RelationNameRef::cast)
            .filter_map(|name| ObjectName::below(&name))
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

    fn drop_index(&mut self, index: &ObjectName) {
        self.indexes.remove(&index.key());
        for relation in self.relations.values_mut() {
            relation
                .keys
                .retain(|key| key.name.as_deref() != Some(&index.name));
        }
    }

    fn drop<N: AstNode>(&mut self, names: impl Iterator<Item = N>, doubt: bool) {
        for name in names.filter_map(|name| ObjectName::below(&name)) {
            let key = self.resolve(&name).map(|(known, _)| known.clone());
            if let Some(key) = key {
                self.forget(&key, doubt);
            }
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

    fn rename_view(&mut self, old: &ObjectName, to: &ast::ViewRenameTo, doubt: bool) {
        if let Some(new) = ObjectName::below(to) {
            let new = ObjectName::new(old.schema.as_deref(), &new.name);
            self.rename(&old.key(), &new.key(), doubt);
        }
    }

    fn move_to(&mut self, old: &ObjectName, set: &ast::SetSchema, doubt: bool) {
        if let Some(new) = old.moved(set) {
            self.rename(&old.key(), &new.key(), doubt);
        }
    }

    fn rename_schema(&mut self, alter: &ast::AlterSchema) {
        let Some(ast::AlterSchemaAction::SchemaRenameTo(to)) = alter.action() else {
            return;
        };
        let (Some(old), Some(new)) = (alter.schema_ref(), to.schema()) else {
            return;
        };
        let old = ast::normalize_name_node(old.syntax());
        let new = ast::normalize_name_node(new.syntax());
        let moved: Vec<ObjectName> = self.in_schema(&old).map(|(name, _)| name.clone()).collect();
        for name in moved {
            let to = ObjectName::new(Some(&new), &name.name).key();
            self.rename(&name, &to, false);
        }
    }

    pub(super) fn known_mut(&mut self, name: &ObjectName) -> Option<&mut Relation> {
        let key = self.resolve(name)?.0.clone();
        self.relations.get_mut(&key)
    }
}
