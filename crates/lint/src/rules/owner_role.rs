//! The rule `owner-role`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Membership, Statement, role_names, role_of, tree};

rule! {
    /// A role that only used tables so far gets the rights of their owner.
    ///
    /// ## Why it hurts
    ///
    /// The owner of a table can change and drop it, switch off its triggers and row level security, and grant
    /// itself what was revoked. A service that has these rights is held back by none of it, and neither is who
    /// takes the service over.
    ///
    /// These are found, for a role that earlier statements grant rights on tables and nothing to create:
    ///
    /// - `GRANT` of a role that owns something or may create something in a schema;
    /// - `ALTER … OWNER TO` it, and `REASSIGN OWNED BY … TO` it.
    ///
    /// ## Instead
    ///
    /// Grant what the role needs on the tables. If it has to own them, say why with `-- Loosens: reason` in the
    /// header: reports show it to the reviewer.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// GRANT CREATE ON SCHEMA public TO codex_owner;
    /// GRANT SELECT ON ALL TABLES IN SCHEMA public TO codex_readwrite;
    /// -- next migration
    /// GRANT codex_owner TO codex_readwrite;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// GRANT CREATE ON SCHEMA public TO codex_owner;
    /// GRANT SELECT ON ALL TABLES IN SCHEMA public TO codex_readwrite;
    /// -- next migration
    /// GRANT codex_owner TO codex_migrator;
    /// ```
    ///
    /// ## See also
    ///
    /// [guard-removed](guard-removed.md), [wide-grant](wide-grant.md).
    "owner-role", Guards, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let catalog = &context.catalog;
    if let ast::Stmt::Grant(grant) = sql {
        let Some(Membership { of, roles }) = Membership::of(grant) else {
            return;
        };
        for owner in of.iter().filter(|role| catalog.is_owner(role)) {
            for role in roles.iter().filter(|role| catalog.is_user(role)) {
                report(
                    statement,
                    format!(
                        "`{role}` becomes a member of `{owner}`, which owns objects or may create them"
                    ),
                    found,
                );
            }
        }
        return;
    }
    let roles = match sql {
        ast::Stmt::Reassign(reassign) => {
            let lists = tree::all::<ast::RoleRefList>(reassign.syntax());
            lists.last().map(|list| role_names(&list))
        }
        _ => {
            let to = tree::first::<ast::OwnerTo>(sql.syntax());
            to.and_then(|to| to.role_ref())
                .map(|role| vec![role_of(&role)])
        }
    };
    for role in roles.iter().flatten().filter(|role| catalog.is_user(role)) {
        report(statement, format!("`{role}` becomes an owner"), found);
    }
}

fn report(statement: &Statement<'_>, what: String, found: &mut Found<'_>) {
    found.add(
        statement.range.clone(),
        what,
        "an owner can drop and change what it owns, switch off its triggers and row level security, and grant itself what was revoked",
        "grant what the role needs on the tables; or say why it has to own them with `-- Loosens: reason` in the header",
    );
}
