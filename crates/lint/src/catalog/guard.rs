//! What refuses something on a table.

use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, is_always_true, name_of, name_of_call, one_line, tree};

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) function: ObjectName,
    /// `DELETE`, `UPDATE OF a, b`.
    pub(crate) events: Vec<String>,
    /// Whether it has a `WHEN`.
    pub(super) is_conditional: bool,
    pub(super) is_on: bool,
    pub(super) file: usize,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) name: String,
    /// Whether it takes rows away from those that others let pass.
    pub(crate) is_restrictive: bool,
    /// Whether all rows pass.
    pub(crate) passes_all: bool,
    /// `for select`, and to whom it applies; nothing for all.
    pub(super) scope: String,
    pub(super) file: usize,
}

impl Policy {
    pub(super) fn of(create: &ast::CreatePolicy, file: usize) -> Option<Self> {
        let kind = create.as_policy_type();
        let command = create.policy_command();
        let command = command.map(|command| one_line(&tree::lower(command.syntax())));
        let roles = create.policy_roles();
        let roles = roles.map(|roles| one_line(&tree::lower(roles.syntax())));
        let scope = [
            command.filter(|command| command != "for all"),
            roles.filter(|roles| roles != "to public"),
        ];
        Some(Self {
            name: name_of(create.policy())?,
            is_restrictive: kind
                .is_some_and(|kind| tree::lower(kind.syntax()).contains("restrictive")),
            passes_all: passes_all(
                create.using_expr_clause(),
                create.with_check_expr_clause(),
                &|_| false,
            ),
            scope: scope.into_iter().flatten().collect(),
            file,
        })
    }

    /// Whether all rows pass it for which another one is.
    pub(super) fn makes_needless(&self, other: &Self) -> bool {
        let covers = self.scope.is_empty() || self.scope == other.scope;
        self.passes_all && !self.is_restrictive && covers
    }
}

/// Whether `USING` is true for all rows; where there is none, `WITH CHECK`.
pub(crate) fn passes_all(
    using: Option<ast::UsingExprClause>,
    check: Option<ast::WithCheckExprClause>,
    is_not_null: &dyn Fn(&str) -> bool,
) -> bool {
    let condition = match using {
        Some(using) => using.expr(),
        None => check.and_then(|check| check.expr()),
    };
    condition.is_some_and(|condition| is_always_true(&condition, is_not_null))
}

/// A privilege that was taken away from a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revoked {
    pub(super) role: String,
    pub(super) privilege: String,
    pub(super) file: usize,
}

/// With whose rights a function runs.
#[derive(Debug, Clone)]
pub(super) struct Secured {
    pub(super) types: Vec<String>,
    pub(super) as_owner: bool,
    pub(super) file: usize,
}

/// What refuses something on a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    Trigger(Trigger),
    /// A restrictive policy.
    Policy,
    RowSecurity,
    /// The same for the table's owner.
    ForcedRowSecurity,
    /// That not everybody may call a function.
    Callers,
    /// That a role lacks privileges.
    Revoked(String, Vec<String>),
}

impl Trigger {
    pub(super) fn of(create: &ast::CreateTrigger, file: usize) -> Option<Self> {
        let events = create.trigger_event_list()?.trigger_events();
        Some(Self {
            name: name_of(create.trigger())?,
            function: name_of_call(&create.call_expr()?)?.key(),
            events: events
                .map(|event| match &event {
                    ast::TriggerEvent::TriggerEventUpdate(update)
                        if update.of_token().is_none() =>
                    {
                        "UPDATE".to_owned()
                    }
                    _ => {
                        let text = one_line(&event.syntax().text().to_string());
                        let (verb, columns) = text.split_once(' ').unwrap_or((&text, ""));
                        let words = [&verb.to_uppercase(), columns];
                        words.join(" ").trim().to_owned()
                    }
                })
                .collect(),
            is_conditional: create.when_condition().is_some(),
            is_on: true,
            file,
        })
    }

    /// Whether it sees an event whenever another one does.
    pub(super) fn covers(&self, event: &str, other: &Self) -> bool {
        let mut events = self.events.iter();
        (other.is_conditional || !self.is_conditional)
            && events.any(|own| own == event || own == "UPDATE" && event.starts_with("UPDATE OF"))
    }
}
