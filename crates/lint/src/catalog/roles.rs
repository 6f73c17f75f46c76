//! Which roles own what migrations make, and which only use it.

use squawk_syntax::ast::{self, AstNode};

use super::Catalog;
use crate::syntax::{Membership, role_names, role_of, tree};

impl Catalog {
    /// Whether a role owns something, or may create something, or is a member of one that does.
    pub(crate) fn is_owner(&self, role: &str) -> bool {
        self.owners.contains(role)
    }

    /// Whether a role is granted rights on tables, and owns none.
    pub(crate) fn is_user(&self, role: &str) -> bool {
        self.roles.contains(role) && !self.is_owner(role)
    }

    pub(super) fn note_owners(&mut self, sql: &ast::Stmt) {
        if let Some(owner) = tree::first::<ast::OwnerTo>(sql.syntax()).and_then(|to| to.role_ref())
        {
            self.owners.insert(role_of(&owner));
        }
        let ast::Stmt::Grant(grant) = sql else { return };
        if let Some(Membership { of, roles }) = Membership::of(grant) {
            if of.iter().any(|role| self.is_owner(role)) {
                let new = roles.into_iter().filter(|role| !self.roles.contains(role));
                self.owners.extend(new);
            }
            return;
        }
        let objects = grant.on_privilege_objects_clause();
        let privileges = grant.privileges().map(|list| tree::lower(list.syntax()));
        if let Some(
            ast::PrivilegeObjects::PrivilegeSchema(_) | ast::PrivilegeObjects::PrivilegeDatabase(_),
        ) = objects.and_then(|objects| objects.privilege_objects())
            && privileges.is_some_and(|list| list.contains("create") || list.contains("all"))
        {
            let roles = grant.role_ref_list();
            self.owners.extend(roles.iter().flat_map(role_names));
        }
    }
}
