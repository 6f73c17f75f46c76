//! Types and domains that migrations made.

use std::collections::HashSet;

use squawk_syntax::ast;

use crate::syntax::ObjectName;

/// The types, domains and extensions that migrations made.
#[derive(Debug, Default)]
pub(crate) struct Types {
    names: HashSet<ObjectName>,
    /// The extensions, which bring types of their own.
    extensions: HashSet<String>,
}

impl Types {
    pub(super) fn apply(&mut self, sql: &ast::Stmt) {
        use ast::Stmt as S;
        match sql {
            S::CreateType(s) => self.add(ObjectName::below(s)),
            S::CreateDomain(s) => self.add(ObjectName::of(s.domain())),
            S::CreateExtension(s) => {
                let name = s.extension().and_then(|name| crate::syntax::name_in(&name));
                self.extensions.extend(name);
            }
            S::AlterType(s) => match s.action() {
                Some(ast::AlterTypeAction::TypeRenameTo(to)) => {
                    let schema = ObjectName::of(s.type_name_ref()).and_then(|name| name.schema);
                    let new = ObjectName::below(&to);
                    self.add(new.map(|new| ObjectName::new(schema.as_deref(), &new.name)));
                }
                Some(ast::AlterTypeAction::SetSchema(set)) => {
                    let name = ObjectName::of(s.type_name_ref());
                    self.add(name.and_then(|name| name.moved(&set)));
                }
                _ => {}
            },
            S::AlterDomain(s) => match s.action() {
                Some(ast::AlterDomainAction::DomainRenameTo(to)) => {
                    self.add(ObjectName::of_node(squawk_syntax::ast::AstNode::syntax(
                        &to,
                    )));
                }
                Some(ast::AlterDomainAction::SetSchema(set)) => {
                    let name = ObjectName::of(s.domain_ref());
                    self.add(name.and_then(|name| name.moved(&set)));
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn add(&mut self, name: Option<ObjectName>) {
        self.names.extend(name.map(|name| name.key()));
    }

    /// Whether migrations made a type of that name. Those that were dropped are among them.
    pub(crate) fn has(&self, name: &ObjectName) -> bool {
        self.names.contains(&name.key())
            || name.schema.is_none() && self.names.iter().any(|known| known.name == name.name)
    }

    /// The names of all of them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.name.as_str())
    }

    /// Whether an extension was made.
    pub(crate) fn has_extensions(&self) -> bool {
        !self.extensions.is_empty()
    }

    /// Whether each extension is one that makes no table.
    pub(crate) fn extensions_make_no_table(&self) -> bool {
        self.extensions
            .iter()
            .all(|name| WITHOUT_TABLES.contains(&name.as_str()))
    }
}

/// Extensions that make no table.
const WITHOUT_TABLES: [&str; 24] = [
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "plpgsql",
    "seg",
    "tablefunc",
    "tsm_system_rows",
    "unaccent",
    "uuid-ossp",
    "vector",
    "xml2",
];
