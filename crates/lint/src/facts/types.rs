//! Domains and enum types.

use std::collections::HashMap;

use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, SqlType, Statement};

/// What is known of types.
#[derive(Debug, Clone, Default)]
pub(crate) struct Types {
    domains: HashMap<ObjectName, Domain>,
    /// Values that the file added to enum types, with the types.
    values: HashMap<String, Vec<ObjectName>>,
}

/// What is known of a domain.
#[derive(Debug, Clone)]
pub(crate) struct Domain {
    /// What it is a domain over.
    pub(crate) base: SqlType,
    /// Whether it has a constraint, so that a new value must be looked at.
    pub(crate) constrained: bool,
}

impl Types {
    /// Takes note of what a statement does; `before` is what earlier files did.
    pub(super) fn note(&mut self, statement: &Statement<'_>, before: &Self) {
        match &statement.sql {
            Some(ast::Stmt::CreateDomain(create)) => self.create_domain(create, before),
            Some(ast::Stmt::AlterDomain(alter)) => {
                use ast::AlterDomainAction::{AddConstraint, SetNotNull};
                if matches!(alter.action(), Some(AddConstraint(_) | SetNotNull(_)))
                    && let Some(name) = ObjectName::below(alter).map(|name| name.key())
                    && let Some(domain) = self.domain(&name).or(before.domain(&name)).cloned()
                {
                    let constrained = true;
                    let domain = Domain {
                        constrained,
                        ..domain
                    };
                    self.domains.insert(name, domain);
                }
            }
            Some(ast::Stmt::AlterType(alter)) => {
                if let Some(ast::AlterTypeAction::AddValue(add)) = alter.action()
                    && let Some(ty) = ObjectName::of(alter.type_name_ref())
                    && let Some(value) = add.literal().and_then(|value| value.string_value())
                {
                    self.values.entry(value).or_default().push(ty);
                }
            }
            _ => {}
        }
    }

    /// Adds what a later file did.
    pub(super) fn extend(&mut self, later: Self) {
        self.domains.extend(later.domains);
    }

    /// What is known of the domain.
    pub(crate) fn domain(&self, name: &ObjectName) -> Option<&Domain> {
        self.domains.get(&name.key())
    }

    /// The values that the file added to enum types so far, with the types.
    pub(crate) fn added_values(&self) -> &HashMap<String, Vec<ObjectName>> {
        &self.values
    }

    fn create_domain(&mut self, create: &ast::CreateDomain, before: &Self) {
        let name = ObjectName::of(create.domain());
        let base = create.ty().and_then(|ty| SqlType::of(&ty, None));
        let (Some(name), Some(mut base)) = (name, base) else {
            return;
        };
        let mut constrained = create.syntax().children().any(|child| {
            ast::CheckConstraint::can_cast(child.kind())
                || ast::NotNullConstraint::can_cast(child.kind())
        });
        let over = self.domain(&base.name).or(before.domain(&base.name));
        if let Some(over) = over.filter(|_| !base.array) {
            constrained |= over.constrained;
            base = over.base.clone();
        }
        let domain = Domain { base, constrained };
        self.domains.insert(name.key(), domain);
    }
}
