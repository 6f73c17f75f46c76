//! What refuses something: triggers, policies, privileges that were taken away, functions that run with
//! the rights of their caller.

use squawk_syntax::ast::{self, AstNode};

use super::guard::{Guard, Policy, Revoked, Secured, Trigger, passes_all};
use super::{Catalog, Relation};
use crate::syntax::{
    ObjectName, Security, Statement, TablePrivileges, Tables, UNKNOWN, name_of, raises, role_names,
    tree,
};

impl Catalog {
    /// The triggers of a table whose functions raise an error.
    pub(crate) fn refusing<'a>(
        &'a self,
        table: &'a Relation,
    ) -> impl Iterator<Item = &'a Trigger> + 'a {
        let on = table.triggers.iter().filter(|trigger| trigger.is_on);
        on.filter(|trigger| self.refuses(&trigger.function))
    }

    /// Whether the file that is read makes a trigger of a table that sees new rows.
    pub(crate) fn fills(&self, table: &ObjectName) -> bool {
        let table = self.relation(table);
        table.is_some_and(|table| {
            let own = table.triggers.iter().filter(|t| t.file == self.file);
            own.flat_map(|t| &t.events).any(|event| event == "INSERT")
        })
    }

    /// Whether a trigger's function raises an error.
    pub(crate) fn refuses(&self, function: &ObjectName) -> bool {
        self.refusing.contains(&function.key())
    }

    /// Whether something else refuses by now what a guard of a table or function refused; so too where the table is
    /// gone.
    pub(crate) fn still_refuses(&self, table: &ObjectName, guard: &Guard) -> bool {
        if *guard == Guard::Callers {
            return self.not_for_all.contains(&table.key());
        }
        let Some(relation) = self.relation(table) else {
            return !matches!(guard, Guard::RowSecurity | Guard::ForcedRowSecurity);
        };
        match guard {
            Guard::Trigger(gone) => gone.events.iter().all(|event| {
                let mut refusing = self.refusing(relation);
                refusing.any(|trigger| trigger.covers(event, gone))
            }),
            Guard::Callers => false,
            Guard::Policy => {
                let mut policies = relation.policies.iter();
                policies.any(|policy| policy.is_restrictive && policy.file == self.file)
            }
            Guard::RowSecurity => relation.row_security,
            Guard::ForcedRowSecurity => relation.forced_row_security,
            Guard::Revoked(role, privileges) => privileges.iter().all(|privilege| {
                let mut revoked = relation.revoked.iter();
                revoked.any(|r| r.role == *role && r.privilege == *privilege)
            }),
        }
    }

    /// The policy that a statement makes, where it lets rows pass that those of earlier files kept back.
    pub(crate) fn opens(&self, table: &Relation, create: &ast::CreatePolicy) -> Option<Policy> {
        let made = Policy::of(create, self.file)?;
        let mut policies = table.policies.iter();
        let limits = table.dropped_policy == Some(self.file)
            || policies.clone().any(|policy| policy.file < self.file);
        let is_new = !policies.any(|policy| policy.makes_needless(&made));
        (table.row_security && limits && is_new && !made.is_restrictive).then_some(made)
    }

    /// Of these privileges, those that earlier files took away from a role.
    pub(crate) fn revoked_before(
        &self,
        table: &Relation,
        role: &str,
        privileges: &[String],
    ) -> Vec<String> {
        let before = |privilege: &&String| {
            let mut revoked = table.revoked.iter();
            revoked.any(|r| r.role == role && r.privilege == **privilege && r.file < self.file)
        };
        privileges.iter().filter(before).cloned().collect()
    }

    /// Of these privileges, those that a role may have: one that is granted something.
    pub(crate) fn may_hold(
        &self,
        table: &Relation,
        role: &str,
        privileges: &[String],
    ) -> Vec<String> {
        let held = |privilege: &&String| {
            let mut revoked = table.revoked.iter();
            self.roles.contains(role)
                && !revoked.any(|r| r.role == role && r.privilege == **privilege)
        };
        privileges.iter().filter(held).cloned().collect()
    }

    /// Whether a function of an earlier file runs with the rights of its owner.
    pub(crate) fn ran_as_owner(&self, security: &Security) -> Option<bool> {
        let known = self.security.get(&security.name)?;
        let known = match (&security.types, known.as_slice()) {
            (Some(types), known) => known.iter().find(|known| known.types == *types),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let known = known.filter(|known| known.file < self.file);
        known.map(|known| known.as_owner)
    }

    /// Takes note of rights that a statement with computed names gives or takes away.
    pub(crate) fn apply_computed(&mut self, statement: &Statement<'_>) {
        if let Some(sql @ (ast::Stmt::Grant(_) | ast::Stmt::Revoke(_))) = &statement.sql {
            self.note_privileges(statement, sql);
        }
    }

    pub(super) fn apply_guards(&mut self, statement: &Statement<'_>, sql: &ast::Stmt) {
        use ast::Stmt as S;
        let file = self.file;
        self.note_owners(sql);
        match sql {
            S::CreateTrigger(s) => {
                if let (Some(table), Some(made)) =
                    (ObjectName::of(s.on_relation()), Trigger::of(s, file))
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.triggers.retain(|known| known.name != made.name);
                    relation.triggers.push(made);
                }
            }
            S::CreatePolicy(s) => {
                if let (Some(table), Some(made)) =
                    (ObjectName::of(s.on_table()), Policy::of(s, file))
                    && let Some(relation) = self.known_mut(&table)
                {
                    relation.policies.push(made);
                }
            }
            S::AlterPolicy(s) => {
                if let (Some(table), Some(ast::AlterPolicyAction::AlterPolicyTo(to))) =
                    (ObjectName::of(s.on_table()), s.action())
                    && let Some(relation) = self.known_mut(&table)
                {
                    let name = name_of(s.policy_ref());
                    let mut policies = relation.policies.iter_mut();
                    if let Some(policy) = policies.find(|p| Some(&p.name) == name.as_ref()) {
                        let (using, check) = (to.using_expr_clause(), to.with_check_expr_clause());
                        policy.passes_all = passes_all(using, check, &|_| false);
                    }
                }
            }
            S::CreateFunction(s) => {
                if let Some(name) = ObjectName::of(s.name()) {
                    match raises(s) {
                        true => self.refusing.insert(name.key()),
                        false => self.refusing.remove(&name.key()),
                    };
                }
            }
            S::AlterTable(s) => self.switch(s),
            S::AlterDefaultPrivileges(s) if s.in_schemas().is_none() && is_of_functions(s) => {
                self.closed_by_default = is_revoke(s);
            }
            S::AlterDefaultPrivileges(s) if tree::lower(s.syntax()).contains(" grant ") => {
                let lists = tree::all::<ast::RoleRefList>(s.syntax());
                self.roles.extend(lists.last().iter().flat_map(role_names));
            }
            S::Grant(_) | S::Revoke(_) => self.note_privileges(statement, sql),
            _ => {}
        }
        if let Some(Security {
            name,
            types,
            as_owner,
        }) = Security::of(sql)
        {
            let known = self.security.entry(name.clone()).or_default();
            let is_of = |known: &&mut Secured| types.as_ref().is_none_or(|t| *t == known.types);
            match (known.iter_mut().find(is_of), types) {
                (Some(known), _) => known.as_owner = as_owner,
                (None, Some(types)) => {
                    known.push(Secured {
                        types,
                        as_owner,
                        file,
                    });
                    if self.closed_by_default {
                        self.not_for_all.insert(name);
                    }
                }
                (None, None) => {}
            }
        }
    }

    /// Triggers and row level security that are switched on or off.
    fn switch(&mut self, alter: &ast::AlterTable) {
        use ast::AlterTableAction as A;
        let table = ObjectName::of(alter.table_relation_name());
        let Some(relation) = table.and_then(|table| self.known_mut(&table)) else {
            return;
        };
        for action in alter.actions() {
            let (target, on) = match &action {
                A::DisableTrigger(a) => (a.trigger_target(), false),
                A::EnableTrigger(a) => (a.trigger_target(), true),
                A::EnableAlwaysTrigger(a) => {
                    (a.trigger_ref().map(ast::TriggerTarget::TriggerRef), true)
                }
                A::EnableReplicaTrigger(a) => {
                    (a.trigger_ref().map(ast::TriggerTarget::TriggerRef), false)
                }
                A::EnableRls(_) => {
                    relation.row_security = true;
                    continue;
                }
                A::DisableRls(_) => {
                    relation.row_security = false;
                    continue;
                }
                A::ForceRls(_) => {
                    relation.forced_row_security = true;
                    continue;
                }
                A::NoForceRls(_) => {
                    relation.forced_row_security = false;
                    continue;
                }
                _ => continue,
            };
            let name = match target {
                Some(ast::TriggerTarget::TriggerRef(name)) => name_of(Some(name)),
                _ => None,
            };
            for trigger in &mut relation.triggers {
                if name.as_ref().is_none_or(|name| trigger.name == *name) {
                    trigger.is_on = on;
                }
            }
        }
    }

    fn note_privileges(&mut self, statement: &Statement<'_>, sql: &ast::Stmt) {
        match sql {
            ast::Stmt::Grant(s) => {
                let names =
                    self.functions_for_all(s.on_privilege_objects_clause(), s.role_ref_list());
                self.not_for_all.retain(|known| !names.contains(known));
            }
            ast::Stmt::Revoke(s) => {
                let names =
                    self.functions_for_all(s.on_privilege_objects_clause(), s.role_ref_list());
                self.public_is_closed |= closes_public(s);
                self.not_for_all.extend(names);
            }
            _ => {}
        }
        let Some(change) = TablePrivileges::of(sql) else {
            return;
        };
        if change.is_grant {
            self.roles.extend(change.roles.iter().cloned());
        }
        for table in self.tables_of(&change, statement) {
            let file = self.file;
            let Some(relation) = self.known_mut(&table) else {
                continue;
            };
            for (role, privilege) in change.all() {
                let is_it = |r: &Revoked| r.role == *role && r.privilege == *privilege;
                if change.is_grant {
                    relation.revoked.retain(|revoked| !is_it(revoked));
                } else if !change.is_of_columns && !relation.revoked.iter().any(is_it) {
                    relation.revoked.push(Revoked {
                        role: role.clone(),
                        privilege: privilege.clone(),
                        file,
                    });
                }
            }
        }
    }

    /// The tables that a statement grants rights on. Where a loop over a query takes them away from
    /// computed names, they are those that the query names.
    pub(crate) fn tables_of(
        &self,
        change: &TablePrivileges,
        statement: &Statement<'_>,
    ) -> Vec<ObjectName> {
        match &change.tables {
            Tables::Named(names) => names.clone(),
            Tables::InSchemas(schemas) => {
                let mut names: Vec<ObjectName> =
                    schemas.iter().flat_map(|s| self.in_schema(s)).collect();
                names.sort();
                names
            }
            Tables::Computed if change.is_grant => Vec::new(),
            Tables::Computed => {
                let names = statement.named_in_loops().map(ObjectName::read);
                names.filter(|name| self.relation(name).is_some()).collect()
            }
        }
    }

    /// The functions of which a statement gives a right to everybody, or takes it away. Where their names are
    /// computed, they may be all that the file makes.
    fn functions_for_all(
        &self,
        objects: Option<ast::OnPrivilegeObjectsClause>,
        roles: Option<ast::RoleRefList>,
    ) -> Vec<ObjectName> {
        use ast::PrivilegeObjects as O;
        let objects = objects.and_then(|objects| objects.privilege_objects());
        let schemas: Vec<ast::SchemaRef> = match objects.filter(|_| names_public(roles)) {
            Some(
                of @ (O::PrivilegeFunction(_) | O::PrivilegeProcedure(_) | O::PrivilegeRoutine(_)),
            ) => {
                let names = ObjectName::all_below(of.syntax());
                if !names.iter().any(|name| name.name.contains(UNKNOWN)) {
                    return names.iter().map(ObjectName::key).collect();
                }
                let of_file = self.security.iter().filter(|(_, known)| {
                    let mut known = known.iter();
                    known.any(|known| known.file == self.file)
                });
                return of_file.map(|(name, _)| name.clone()).collect();
            }
            Some(O::PrivilegeAllFunctionsInSchema(all)) => all.schema_refs().collect(),
            Some(O::PrivilegeAllProceduresInSchema(all)) => all.schema_refs().collect(),
            Some(O::PrivilegeAllRoutinesInSchema(all)) => all.schema_refs().collect(),
            _ => return Vec::new(),
        };
        let schemas = schemas.iter().map(|s| ast::normalize_name_node(s.syntax()));
        let schemas: Vec<String> = schemas.collect();
        let inside = self.security.keys().filter(|name| {
            let schema = name.schema.as_deref().unwrap_or("public");
            schemas.iter().any(|s| s == schema || s.contains(UNKNOWN))
        });
        inside.cloned().collect()
    }
}

fn names_public(roles: Option<ast::RoleRefList>) -> bool {
    roles.is_some_and(|list| role_names(&list).iter().any(|role| role == "public"))
}

/// `REVOKE CREATE ON SCHEMA public FROM PUBLIC`
fn closes_public(revoke: &ast::Revoke) -> bool {
    let objects = revoke.on_privilege_objects_clause();
    let Some(ast::PrivilegeObjects::PrivilegeSchema(of)) =
        objects.and_then(|objects| objects.privilege_objects())
    else {
        return false;
    };
    let mut schemas = of.schema_refs();
    let privileges = revoke.privileges().map(|list| tree::lower(list.syntax()));
    privileges.is_some_and(|list| list.contains("create") || list.contains("all"))
        && schemas.any(|schema| ast::normalize_name_node(schema.syntax()) == "public")
        && names_public(revoke.role_ref_list())
}

/// Whether default privileges of everybody on functions are changed.
fn is_of_functions(alter: &ast::AlterDefaultPrivileges) -> bool {
    let text = tree::lower(alter.syntax());
    let mut words = text.split_whitespace();
    let last = tree::all::<ast::RoleRefList>(alter.syntax()).last();
    words.any(|word| word == "functions" || word == "routines") && names_public(last)
}

fn is_revoke(alter: &ast::AlterDefaultPrivileges) -> bool {
    matches!(
        alter.action(),
        Some(ast::AlterDefaultPrivilegesAction::RevokeDefaultPrivileges(
            _
        ))
    )
}
