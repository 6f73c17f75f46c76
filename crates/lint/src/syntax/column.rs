//! Columns, and other places where a statement names a type.

use std::fmt;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{
    self, AlterColumnOption, AlterTableAction, AlterTypeAction, AlterTypeAttributeAction, AstNode,
    CreateTypeKind, TableArg,
};

use super::{ObjectName, name_of, one_line};

/// A column whose type a statement gives; or what is like one: a field of a composite type, a
/// domain.
pub(crate) struct TypedColumn {
    /// The table or composite type that it belongs to, or the domain.
    pub(crate) owner: ObjectName,
    /// Its own name; a domain has none besides its owner's.
    pub(crate) name: Option<String>,
    /// Its type; of an array, that of the elements.
    pub(crate) ty: ast::Type,
    /// Whether it is an array.
    pub(crate) is_array: bool,
    /// What the statement does with it.
    pub(crate) origin: Origin,
    /// The whole definition.
    pub(crate) node: SyntaxNode,
    word: Option<String>,
}

/// How a statement comes to give the type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It creates the column.
    New,
    /// It changes the type of a column that is there.
    Changed,
    /// It is about a field of a composite type.
    Field,
    /// It creates a domain.
    Domain,
}

impl TypedColumn {
    /// Every column that a statement gives a type; not those of temporary tables, with which
    /// nobody has to live.
    pub(crate) fn all_of(sql: &ast::Stmt) -> Vec<Self> {
        match sql {
            ast::Stmt::CreateTable(create) => of_table(create),
            ast::Stmt::AlterTable(alter) => of_alter_table(alter),
            ast::Stmt::CreateType(create) => of_type(create),
            ast::Stmt::AlterType(alter) => of_alter_type(alter),
            ast::Stmt::CreateDomain(create) => {
                let owner = ObjectName::of(create.domain());
                Self::new(owner, None, create.ty(), Origin::Domain, create)
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn new(
        owner: Option<ObjectName>,
        name: Option<String>,
        ty: Option<ast::Type>,
        origin: Origin,
        definition: &impl AstNode,
    ) -> Option<Self> {
        let mut ty = ty?;
        let mut is_array = false;
        while let ast::Type::ArrayType(array) = &ty {
            is_array = true;
            ty = array.ty()?;
        }
        Some(Self {
            owner: owner?,
            name,
            word: built_in(&ty),
            ty,
            is_array,
            origin,
            node: definition.syntax().clone(),
        })
    }

    /// The built-in type's name where it is a single word: `json`, `int4`.
    pub(crate) fn type_word(&self) -> Option<&str> {
        self.word.as_deref()
    }

    /// What is written in parentheses behind the type: `100` of `varchar(100)`.
    pub(crate) fn type_argument(&self) -> Option<String> {
        let list = self.ty.arg_list()?;
        let argument = list.args().next()?.syntax().text().to_string();
        Some(argument.trim().to_owned())
    }

    /// The type as it is written, on one line; `[]` behind it for an array of any kind.
    pub(crate) fn type_text(&self) -> String {
        let text = one_line(&self.ty.syntax().text().to_string());
        if self.is_array { text + "[]" } else { text }
    }

    /// The constraints that stand with the column.
    pub(crate) fn constraints(&self) -> impl Iterator<Item = ast::Constraint> {
        self.node.children().filter_map(ast::Constraint::cast)
    }

    /// What to write instead of a type with a length: `text`, with a check where there is one.
    /// `in_use` says that the column comes to a table with rows.
    pub(crate) fn as_text(&self, check: Option<String>, in_use: bool) -> String {
        match (check, self.origin) {
            (Some(check), Origin::Changed) => format!(
                "write `TYPE text`, and add `{check} NOT VALID`; a later migration validates it"
            ),
            (Some(check), Origin::New) if in_use => format!(
                "write `text`, and `ALTER TABLE … ADD {check} NOT VALID` behind it; a later migration validates it"
            ),
            (Some(check), _) => format!("write `text {check}`"),
            (None, _) if self.is_array => {
                "write `text[]`, and check the elements where they are inserted".to_owned()
            }
            (None, Origin::Field) => {
                "write `text`; the tables that use the type can check the length".to_owned()
            }
            (None, _) => "write `text`".to_owned(),
        }
    }

    /// How a check of the column's length is written: on the column itself, or as far as the
    /// place allows one.
    pub(crate) fn length_check(&self, comparison: &str) -> Option<String> {
        let name = &self.owner.name;
        match (self.origin, &self.name) {
            (_, _) if self.is_array => None,
            (Origin::New | Origin::Changed, Some(column)) => Some(format!(
                "CONSTRAINT {name}_{column}_check CHECK (char_length({column}) {comparison})"
            )),
            (Origin::Domain, _) => Some(format!(
                "CONSTRAINT {name}_check CHECK (char_length(VALUE) {comparison})"
            )),
            _ => None,
        }
    }
}

/// `teams.name`; the bare name of a domain.
impl fmt::Display for TypedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}.{name}", self.owner.name),
            None => f.write_str(&self.owner.name),
        }
    }
}

fn built_in(ty: &ast::Type) -> Option<String> {
    let ast::Type::PathType(path) = ty else {
        return None;
    };
    let name = ObjectName::of_path_ref(&path.path_ref()?)?;
    let built_in = name.schema.is_none_or(|schema| schema == "pg_catalog");
    built_in.then_some(name.name)
}

/// Whether the statement creates a table that is gone with the session.
pub(crate) fn is_temporary(create: &ast::CreateTable) -> bool {
    let table = ObjectName::of(create.table_name());
    matches!(create.persistence(), Some(ast::Persistence::Temp(_)))
        || table.is_some_and(|table| table.schema.as_deref() == Some("pg_temp"))
}

fn of_table(create: &ast::CreateTable) -> Vec<TypedColumn> {
    if is_temporary(create) {
        return Vec::new();
    }
    let owner = ObjectName::of(create.table_name());
    let arguments = create.table_arg_list().into_iter().flat_map(|l| l.args());
    arguments
        .filter_map(|argument| match argument {
            TableArg::Column(column) => {
                let name = name_of(column.name());
                TypedColumn::new(owner.clone(), name, column.ty(), Origin::New, &column)
            }
            _ => None,
        })
        .collect()
}

fn of_alter_table(alter: &ast::AlterTable) -> Vec<TypedColumn> {
    let owner = ObjectName::of(alter.table_relation_name());
    alter
        .actions()
        .filter_map(|action| match action {
            AlterTableAction::AddColumn(add) => {
                let name = name_of(add.column_name());
                TypedColumn::new(owner.clone(), name, add.ty(), Origin::New, &add)
            }
            AlterTableAction::AlterColumn(column) => match column.option() {
                Some(AlterColumnOption::SetType(change)) => {
                    let name = name_of(column.column_name_ref());
                    let origin = Origin::Changed;
                    TypedColumn::new(owner.clone(), name, change.ty(), origin, &column)
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn of_type(create: &ast::CreateType) -> Vec<TypedColumn> {
    let owner = ObjectName::of(create.type_name());
    let Some(CreateTypeKind::CompositeType(composite)) = create.kind() else {
        return Vec::new();
    };
    composite
        .composite_field_list()
        .into_iter()
        .flat_map(|list| list.composite_field_defs())
        .filter_map(|field| {
            let name = name_of(field.name());
            TypedColumn::new(owner.clone(), name, field.ty(), Origin::Field, &field)
        })
        .collect()
}

fn of_alter_type(alter: &ast::AlterType) -> Vec<TypedColumn> {
    let owner = ObjectName::of(alter.type_name_ref());
    let Some(AlterTypeAction::AlterTypeAttributeActionList(list)) = alter.action() else {
        return Vec::new();
    };
    list.actions()
        .filter_map(|action| match action {
            AlterTypeAttributeAction::AddAttribute(add) => {
                let name = name_of(add.composite_field());
                TypedColumn::new(owner.clone(), name, add.ty(), Origin::Field, &add)
            }
            AlterTypeAttributeAction::AlterAttribute(change) => {
                let name = name_of(change.composite_field_ref());
                TypedColumn::new(owner.clone(), name, change.ty(), Origin::Field, &change)
            }
            AlterTypeAttributeAction::DropAttribute(_) => None,
        })
        .collect()
}
