//! Rights on tables that a statement gives or takes away, and with whose rights a function runs.

use squawk_syntax::ast::{self, AstNode};

use super::constant_text::UNKNOWN;
use super::{ObjectName, SqlType, one_line, tokens_of, tree};

/// `GRANT` or `REVOKE` of rights on tables.
#[derive(Debug, Clone)]
pub(crate) struct TablePrivileges {
    pub(crate) is_grant: bool,
    /// `UPDATE`; `ALL` is written out.
    pub(crate) privileges: Vec<String>,
    /// As they are written.
    pub(crate) written: String,
    /// Whether they are those of single columns.
    pub(crate) is_of_columns: bool,
    pub(crate) tables: Tables,
    pub(crate) roles: Vec<String>,
}

/// Tables that a statement is about.
#[derive(Debug, Clone)]
pub(crate) enum Tables {
    Named(Vec<ObjectName>),
    InSchemas(Vec<String>),
    /// Not known before it runs.
    Computed,
}

/// PostgreSQL manual, "Privileges".
const OF_TABLES: [&str; 8] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
];

impl TablePrivileges {
    pub(crate) fn of(sql: &ast::Stmt) -> Option<Self> {
        let (is_grant, privileges, objects, roles) = match sql {
            ast::Stmt::Grant(s) => (
                true,
                s.privileges(),
                s.on_privilege_objects_clause(),
                s.role_ref_list(),
            ),
            ast::Stmt::Revoke(s) if s.revoke_option_for().is_none() => (
                false,
                s.privileges(),
                s.on_privilege_objects_clause(),
                s.role_ref_list(),
            ),
            _ => return None,
        };
        let tables = match objects?.privilege_objects()? {
            objects @ (ast::PrivilegeObjects::PrivilegeTable(_)
            | ast::PrivilegeObjects::PrivilegeDefault(_)) => {
                let names = ObjectName::all_below(objects.syntax());
                match names.iter().any(|name| name.name.contains(UNKNOWN)) {
                    true => Tables::Computed,
                    false => Tables::Named(names),
                }
            }
            ast::PrivilegeObjects::PrivilegeAllTablesInSchema(all) => {
                let schemas = all.schema_refs();
                let name = |name: ast::SchemaRef| ast::normalize_name_node(name.syntax());
                Tables::InSchemas(schemas.map(name).collect())
            }
            _ => return None,
        };
        let privileges = privileges?;
        let written = one_line(&privileges.syntax().text().to_string()).to_uppercase();
        let is_of_columns = tree::has::<ast::ColumnRefList>(privileges.syntax());
        let privileges = match &privileges {
            ast::Privileges::AllPrivileges(_) => OF_TABLES.map(str::to_owned).to_vec(),
            ast::Privileges::RevokeCommandList(list) => {
                let words = list.revoke_commands().filter_map(|command| {
                    let text = tree::lower(command.syntax()).to_uppercase();
                    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next()?;
                    Some(word.to_owned())
                });
                words.collect()
            }
        };
        Some(Self {
            is_grant,
            privileges,
            is_of_columns,
            written,
            tables,
            roles: roles.iter().flat_map(role_names).collect(),
        })
    }

    /// Each privilege of each role.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        let of = |role| {
            self.privileges
                .iter()
                .map(move |privilege| (role, privilege))
        };
        self.roles.iter().flat_map(of)
    }
}

/// The roles of a list.
pub(crate) fn role_names(list: &ast::RoleRefList) -> Vec<String> {
    list.role_refs().map(|role| role_of(&role)).collect()
}

/// The name of a role: without `GROUP`.
pub(crate) fn role_of(role: &ast::RoleRef) -> String {
    let text = one_line(&role.syntax().text().to_string());
    let name = text.rsplit(' ').next().unwrap_or_default();
    ObjectName::read(name).name
}

/// `GRANT a TO b`.
pub(crate) struct Membership {
    pub(crate) of: Vec<String>,
    pub(crate) roles: Vec<String>,
}

impl Membership {
    pub(crate) fn of(grant: &ast::Grant) -> Option<Self> {
        if grant.on_privilege_objects_clause().is_some() {
            return None;
        }
        let tokens = tokens_of(grant.syntax()).skip(1);
        let of = tokens.take_while(|token| !token.text().eq_ignore_ascii_case("to"));
        Some(Self {
            of: of
                .map(|token| ObjectName::read(token.text()).name)
                .collect(),
            roles: role_names(&grant.role_ref_list()?),
        })
    }
}

/// With whose rights a function or procedure runs that a statement defines or changes.
#[derive(Debug, Clone)]
pub(crate) struct Security {
    pub(crate) name: ObjectName,
    /// Those of its parameters; `None` where the statement does not say them.
    pub(crate) types: Option<Vec<String>>,
    /// Whether `SECURITY DEFINER` holds for it.
    pub(crate) as_owner: bool,
}

impl Security {
    pub(crate) fn of(sql: &ast::Stmt) -> Option<Self> {
        use ast::Stmt as S;
        let is_new = match sql {
            S::CreateFunction(_) | S::CreateProcedure(_) => true,
            S::AlterFunction(_) | S::AlterProcedure(_) | S::AlterRoutine(_) => false,
            _ => return None,
        };
        let as_owner = match tree::first::<ast::FuncOptionList>(sql.syntax()) {
            Some(options) => options.options().fold(None, |so_far, option| match option {
                ast::FuncOption::SecurityDefinerFuncOption(_) => Some(true),
                ast::FuncOption::SecurityInvokerFuncOption(_) => Some(false),
                _ => so_far,
            }),
            None => None,
        };
        let parameters = tree::first::<ast::ParamList>(sql.syntax());
        Some(Self {
            name: ObjectName::below(sql)?.key(),
            types: parameters.map(|list| list.params().filter_map(|p| type_of(&p)).collect()),
            as_owner: as_owner.or(is_new.then_some(false))?,
        })
    }
}

/// The type of a parameter that is given in a call.
fn type_of(parameter: &ast::Param) -> Option<String> {
    let mode = parameter.mode().map(|mode| tree::lower(mode.syntax()));
    if mode.is_some_and(|mode| mode.trim() == "out") {
        return None;
    }
    let ty = parameter.func_type()?;
    let known = tree::first::<ast::Type>(ty.syntax()).and_then(|ty| SqlType::of(&ty, None));
    Some(known.map_or_else(|| tree::lower(ty.syntax()), |known| known.name.to_string()))
}
