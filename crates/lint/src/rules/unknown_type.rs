//! The rule `unknown-type`.

use squawk_syntax::ast::{self, AstNode};

use crate::builtin::{BUILTIN_TYPES, is_builtin_type, takes_modifiers};
use crate::context::Context;
use crate::finding::Found;
use crate::suggest::nearest;
use crate::syntax::{ObjectName, SqlType, Statement, one_line, tree};

rule! {
    /// A type that PostgreSQL does not have, or not in this form: `DATETIME`, `INT(11)`.
    ///
    /// ## Why it hurts
    ///
    /// The statement fails with 42704 (`undefined_object`), or with a syntax error where a type that
    /// has no length is given one. Mostly the type is one of another database, or mistyped.
    ///
    /// ## Instead
    ///
    /// `timestamptz` for `DATETIME`, `smallint` or `boolean` for `TINYINT`, `text` for `LONGTEXT`
    /// and `NVARCHAR`, `bytea` for `BLOB`, `uuid` for `UNIQUEIDENTIFIER`, `numeric` for `NUMBER`, and
    /// `integer` without a length. A type of one's own is created by an earlier statement.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid CONSTRAINT teams_pkey PRIMARY KEY,
    ///     founded_at datetime
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid CONSTRAINT teams_pkey PRIMARY KEY,
    ///     founded_at timestamptz
    /// );
    /// ```
    "unknown-type", Quality, Error, Check::Statement(check)
}

/// Types of other databases, and what to use in their place.
const FOREIGN: [(&str, &str); 46] = [
    ("binary", "bytea"),
    ("blob", "bytea"),
    ("clob", "text"),
    ("datetime", "timestamptz"),
    ("datetime2", "timestamptz"),
    ("datetimeoffset", "timestamptz"),
    ("double", "double precision"),
    ("enum", "an enum type of its own, or text with a CHECK"),
    ("fixedstring", "text"),
    ("float32", "real"),
    ("float64", "double precision"),
    ("image", "bytea"),
    ("int16", "smallint"),
    ("int32", "integer"),
    ("int64", "bigint"),
    ("long", "bigint"),
    ("longblob", "bytea"),
    ("longtext", "text"),
    ("lowcardinality", "text"),
    ("mediumblob", "bytea"),
    ("mediumint", "integer"),
    ("mediumtext", "text"),
    ("ntext", "text"),
    ("nullable", "a column without NOT NULL"),
    ("number", "numeric"),
    ("nvarchar", "text"),
    ("nvarchar2", "text"),
    ("raw", "bytea"),
    ("rowversion", "bigint"),
    ("set", "an array"),
    ("smalldatetime", "timestamptz"),
    ("smallmoney", "numeric"),
    ("sql_variant", "jsonb"),
    ("string", "text"),
    ("sysname", "name"),
    ("tinyblob", "bytea"),
    ("tinyint", "smallint, or boolean"),
    ("tinytext", "text"),
    ("uint16", "integer"),
    ("uint32", "bigint"),
    ("uint64", "numeric(20)"),
    ("uint8", "smallint"),
    ("uniqueidentifier", "uuid"),
    ("unsigned", "a type without sign and a CHECK"),
    ("varbinary", "bytea"),
    ("varchar2", "text"),
];

/// Types of extensions that many databases have.
const OF_EXTENSIONS: [&str; 22] = [
    "box2d",
    "box3d",
    "citext",
    "cube",
    "earth",
    "geography",
    "geometry",
    "geomval",
    "halfvec",
    "hstore",
    "intbig",
    "isbn",
    "lquery",
    "ltree",
    "ltxtquery",
    "query_int",
    "raster",
    "seg",
    "semver",
    "sparsevec",
    "topogeometry",
    "vector",
];

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let defines = matches!(
        sql,
        ast::Stmt::CreateTable(_)
            | ast::Stmt::AlterTable(_)
            | ast::Stmt::CreateDomain(_)
            | ast::Stmt::CreateForeignTable(_)
            | ast::Stmt::CreateType(_)
            | ast::Stmt::AlterType(_)
    );
    if !defines {
        return;
    }
    for ty in tree::all::<ast::Type>(&statement.node) {
        if ast::ArrayType::can_cast(ty.syntax().kind()) {
            continue;
        }
        let name = match &ty {
            ast::Type::PathType(path) => path.path_ref().and_then(|p| ObjectName::of_path_ref(&p)),
            ast::Type::DoubleType(double) if !mentions_precision(double) => {
                Some(ObjectName::new(None, "double"))
            }
            _ => None,
        };
        let Some(name) = name else { continue };
        let written = one_line(&ty.syntax().text().to_string());
        let plain = name
            .schema
            .as_deref()
            .is_none_or(|schema| schema == "pg_catalog");
        if plain && is_builtin_type(&name.name) && name.name != "double" {
            check_modifiers(statement, &ty, &written, found);
            continue;
        }
        if context.catalog.types.has(&name) || context.catalog.relation(&name).is_some() {
            continue;
        }
        let foreign = FOREIGN
            .iter()
            .find(|(foreign, _)| plain && *foreign == name.name);
        if let Some((_, better)) = foreign {
            report(statement, &ty, &written, format!("use `{better}`"), found);
        } else if can_know(&name, context) {
            let known = BUILTIN_TYPES
                .split_whitespace()
                .chain(context.catalog.types.names());
            let instead = match nearest(&name.name, known) {
                Some(near) => format!("write `{near}`, if that is meant; or create `{name}` first"),
                None => format!("create `{name}` first"),
            };
            report(statement, &ty, &written, instead, found);
        }
    }
}

fn mentions_precision(double: &ast::DoubleType) -> bool {
    tree::lower(double.syntax()).contains("precision")
}

fn can_know(name: &ObjectName, context: &Context<'_>) -> bool {
    let catalog = &context.catalog;
    name.schema.is_none()
        && catalog.has_history()
        && !catalog.may_have(name)
        && !catalog.types.has_extensions()
        && !OF_EXTENSIONS.contains(&name.name.as_str())
}

fn report(
    statement: &Statement<'_>,
    ty: &ast::Type,
    written: &str,
    instead: String,
    found: &mut Found<'_>,
) {
    found.add(
        statement.range_of(ty),
        format!("PostgreSQL has no type `{written}`, and no migration makes it"),
        "the statement fails with 42704 (`undefined_object`)",
        instead,
    );
}

fn check_modifiers(
    statement: &Statement<'_>,
    ty: &ast::Type,
    written: &str,
    found: &mut Found<'_>,
) {
    let Some(of) = SqlType::of(ty, None) else {
        return;
    };
    if ty.arg_list().is_some() && !takes_modifiers(&of) {
        found.add(
            statement.range_of(ty),
            format!("`{written}` is given a length, and `{}` has none", of.name),
            "the server refuses it as a syntax error, or as a type modifier that is not allowed",
            format!("write `{}`", of.name),
        );
    }
}
