//! Constraints that a statement makes.

use squawk_syntax::ast::{self, AlterTableAction, AstNode, TableArg};
use squawk_syntax::quote::is_reserved_word;
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::column::is_temporary;
use super::tree;
use super::{ObjectName, column_names, generated_names, name_of};

/// A constraint with a name of its own (one that is not `NOT NULL` nor a default) that a
/// statement defines.
pub(crate) struct NewConstraint {
    /// The table, or the domain.
    pub(crate) owner: ObjectName,
    /// What it is.
    pub(crate) kind: ConstraintKind,
    /// The columns that it lists, or the one that it stands with. A check need not have any.
    pub(crate) columns: Vec<String>,
    /// Its text.
    pub(crate) node: SyntaxNode,
    /// Whether its owner is a domain.
    of_domain: bool,
}

/// The kinds of such constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `CHECK`.
    Check,
    /// `FOREIGN KEY`, `REFERENCES`.
    ForeignKey,
    /// `EXCLUDE`.
    Exclude,
}

impl ConstraintKind {
    fn of(kind: SyntaxKind) -> Option<Self> {
        Some(match kind {
            SyntaxKind::PRIMARY_KEY_CONSTRAINT => Self::PrimaryKey,
            SyntaxKind::UNIQUE_CONSTRAINT => Self::Unique,
            SyntaxKind::CHECK_CONSTRAINT => Self::Check,
            SyntaxKind::FOREIGN_KEY_CONSTRAINT | SyntaxKind::REFERENCES_CONSTRAINT => {
                Self::ForeignKey
            }
            SyntaxKind::EXCLUDE_CONSTRAINT => Self::Exclude,
            _ => return None,
        })
    }

    /// What PostgreSQL puts at the end of a name that it makes.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::PrimaryKey => "pkey",
            Self::Unique => "key",
            Self::Check => "check",
            Self::ForeignKey => "fkey",
            Self::Exclude => "excl",
        }
    }
}

impl NewConstraint {
    /// Every such constraint that a statement defines; not those of temporary tables.
    pub(crate) fn all_of(sql: &ast::Stmt) -> Vec<Self> {
        let mut found = Vec::new();
        match sql {
            ast::Stmt::CreateTable(create) if !is_temporary(create) => {
                let Some(table) = ObjectName::of(create.table_name()) else {
                    return found;
                };
                for argument in create.table_arg_list().into_iter().flat_map(|l| l.args()) {
                    match argument {
                        TableArg::Column(column) => {
                            let name = name_of(column.name());
                            found.extend(on_column(&table, name, column.syntax()));
                        }
                        TableArg::TableConstraint(constraint) => {
                            found.extend(Self::new(&table, None, constraint.syntax()));
                        }
                        TableArg::LikeClause(_) => {}
                    }
                }
            }
            ast::Stmt::AlterTable(alter) => {
                let Some(table) = ObjectName::of(alter.table_relation_name()) else {
                    return found;
                };
                for action in alter.actions() {
                    match action {
                        AlterTableAction::AddColumn(add) => {
                            let name = name_of(add.column_name());
                            found.extend(on_column(&table, name, add.syntax()));
                        }
                        AlterTableAction::AddConstraint(add) => {
                            let constraint = add.constraint();
                            found.extend(
                                constraint.and_then(|c| Self::new(&table, None, c.syntax())),
                            );
                        }
                        _ => {}
                    }
                }
            }
            ast::Stmt::CreateDomain(create) => {
                let domain = ObjectName::of(create.domain());
                for part in create.domain_qualifiers() {
                    found.extend(
                        domain
                            .as_ref()
                            .and_then(|d| Self::of_domain(d, part.syntax())),
                    );
                }
            }
            ast::Stmt::AlterDomain(alter) => {
                let domain = ObjectName::of(alter.domain_ref());
                if let (Some(domain), Some(ast::AlterDomainAction::AddConstraint(add))) =
                    (domain, alter.action())
                {
                    let constraint = add.constraint();
                    found.extend(constraint.and_then(|c| Self::of_domain(&domain, c.syntax())));
                }
            }
            _ => {}
        }
        found
    }

    fn new(owner: &ObjectName, column: Option<&str>, node: &SyntaxNode) -> Option<Self> {
        let columns = match column {
            Some(column) => vec![column.to_owned()],
            None => listed_columns(node),
        };
        Some(Self {
            owner: owner.clone(),
            kind: ConstraintKind::of(node.kind())?,
            columns,
            node: node.clone(),
            of_domain: false,
        })
    }

    fn of_domain(domain: &ObjectName, node: &SyntaxNode) -> Option<Self> {
        let constraint = Self::new(domain, None, node)?;
        Some(Self {
            of_domain: true,
            ..constraint
        })
    }

    /// The key words with which it begins, behind its name.
    pub(crate) fn keywords(&self) -> Vec<SyntaxToken> {
        let tokens = self.node.children_with_tokens();
        let tokens = tokens.filter_map(|element| element.into_token());
        let words = match self.node.kind() {
            SyntaxKind::PRIMARY_KEY_CONSTRAINT | SyntaxKind::FOREIGN_KEY_CONSTRAINT => 2,
            _ => 1,
        };
        tokens
            .filter(|token| !token.kind().is_trivia())
            .take(words)
            .collect()
    }

    /// The name that it is given: its own, or that of the index which it takes over.
    pub(crate) fn name(&self) -> Option<String> {
        let own = self.node.children().find_map(|child| {
            let name = ast::ConstraintNameClause::cast(child)?.constraint_name()?;
            Some(ast::normalize_name_node(name.syntax()))
        });
        own.or_else(|| {
            let index = tree::child::<ast::UsingIndexName>(&self.node)?;
            ObjectName::below(&index).map(|index| index.name)
        })
    }

    /// The same, or else the first name that PostgreSQL would try.
    pub(crate) fn name_or_generated(&self) -> Option<String> {
        self.name().or_else(|| self.generated_names()?.next())
    }

    /// The names that PostgreSQL would try where the constraint has none; `None` where they
    /// cannot be told from the text.
    pub(crate) fn generated_names(&self) -> Option<impl Iterator<Item = String> + use<>> {
        let columns = match self.kind {
            ConstraintKind::PrimaryKey => Vec::new(),
            ConstraintKind::Check if self.of_domain => Vec::new(),
            ConstraintKind::Unique => {
                let mut columns = self.columns.clone();
                columns.extend(included_columns(&self.node));
                columns
            }
            ConstraintKind::ForeignKey => self.columns.clone(),
            ConstraintKind::Check => checked_column(&self.node)?,
            ConstraintKind::Exclude => excluded_columns(&self.node)?,
        };
        Some(generated_names(&self.owner, &columns, self.kind.label()))
    }
}

fn on_column(
    table: &ObjectName,
    column: Option<String>,
    definition: &SyntaxNode,
) -> Vec<NewConstraint> {
    let Some(column) = column else {
        return Vec::new();
    };
    definition
        .children()
        .filter_map(|node| NewConstraint::new(table, Some(&column), &node))
        .collect()
}

/// The columns of `FOREIGN KEY (…)`, `UNIQUE (…)`, `PRIMARY KEY (…)`.
fn listed_columns(node: &SyntaxNode) -> Vec<String> {
    if let Some(foreign) = ast::ForeignKeyConstraint::cast(node.clone()) {
        let list = foreign.from_columns();
        return column_names(list.into_iter().flat_map(|list| list.column_name_refs()));
    }
    let parameters = tree::child::<ast::IndexParameters>(node);
    let list = parameters.and_then(|parameters| parameters.column_list());
    column_names(list.into_iter().flat_map(|list| list.column_name_refs()))
}

/// The columns of `INCLUDE (…)`.
fn included_columns(node: &SyntaxNode) -> Vec<String> {
    let clause = tree::first::<ast::ConstraintIncludeClause>(node);
    let list = clause.and_then(|clause| clause.column_ref_list());
    column_names(list.into_iter().flat_map(|list| list.column_name_refs()))
}

/// The column that goes into the name of a check: the only one that it is about, or none.
fn checked_column(node: &SyntaxNode) -> Option<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    for node in node.descendants() {
        match node.kind() {
            // A name before or behind a dot may be that of a table or of a field.
            SyntaxKind::FIELD_EXPR | SyntaxKind::STAR => return None,
            SyntaxKind::NAME_REF => {
                let is_function = node
                    .parent()
                    .and_then(ast::CallExpr::cast)
                    .and_then(|call| call.expr())
                    .is_some_and(|called| called.syntax() == &node);
                let name = ast::normalize_name_node(&node);
                // CURRENT_DATE and similar keywords look like names, but are not columns.
                let is_value = !node.text().to_string().starts_with('"') && is_reserved_word(&name);
                if !is_function && !is_value && !columns.contains(&name) {
                    columns.push(name);
                }
            }
            _ => {}
        }
    }
    if columns.len() > 1 {
        columns.clear();
    }
    Some(columns)
}

/// The columns of `EXCLUDE (a WITH =, …)`; `None` where one is an expression.
fn excluded_columns(node: &SyntaxNode) -> Option<Vec<String>> {
    let list = tree::child::<ast::ConstraintExclusionList>(node)?;
    let columns = list.constraint_exclusions().map(|part| match part.expr() {
        Some(ast::Expr::NameRef(name)) => Some(ast::normalize_name_node(name.syntax())),
        _ => None,
    });
    let mut columns: Vec<String> = columns.collect::<Option<_>>()?;
    columns.extend(included_columns(node));
    Some(columns)
}
