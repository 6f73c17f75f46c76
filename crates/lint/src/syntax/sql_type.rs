//! Types, and what a change from one to another costs.

use std::fmt;

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use super::ObjectName;
use super::tree;

/// The type of a column as it is written, under PostgreSQL's own name for it: `int4` and
/// `integer` are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SqlType {
    /// `integer`, `character varying`, `s.my_domain`.
    pub(crate) name: ObjectName,
    /// What stands in brackets behind it: length, or precision and scale.
    pub(crate) modifiers: Vec<u32>,
    /// Whether it is an array.
    pub(crate) array: bool,
    /// The collation that is written behind it.
    pub(crate) collation: Option<String>,
    /// The fields of an `interval`, or modifiers that are no numbers: compared as they stand.
    qualifier: String,
}

impl SqlType {
    /// The type that a node of the tree names.
    pub(crate) fn of(ty: &ast::Type, collate: Option<&ast::Collate>) -> Option<Self> {
        let name = match ty {
            ast::Type::ArrayType(array) => {
                return Some(Self {
                    array: true,
                    ..Self::of(&array.ty()?, collate)?
                });
            }
            ast::Type::PathType(path) => canonical(ObjectName::of_path_ref(&path.path_ref()?)?),
            ast::Type::VarcharType(_) => built_in("character varying"),
            ast::Type::CharacterType(_) => built_in("character"),
            ast::Type::BitType(_) => built_in("bit"),
            ast::Type::BitVaryingType(_) => built_in("bit varying"),
            ast::Type::DoubleType(_) => built_in("double precision"),
            ast::Type::TimeType(time) => match has_time_zone(time) {
                true => built_in("time with time zone"),
                false => built_in("time"),
            },
            ast::Type::TimestampType(timestamp) => match has_time_zone(timestamp) {
                true => built_in("timestamp with time zone"),
                false => built_in("timestamp"),
            },
            ast::Type::IntervalType(_) => built_in("interval"),
        };
        let mut modifiers = numbers(ty);
        let qualifier = match ty {
            ast::Type::IntervalType(interval) => interval
                .interval_qualifier()
                .map(|fields| tree::lower(fields.syntax())),
            // A modifier that is no plain number: geometry(Point, 4326), numeric(5, -2).
            _ => ty
                .arg_list()
                .map(|args| (args.args().count(), args.syntax().text().to_string()))
                .filter(|(count, text)| *count != modifiers.len() || text.contains('-'))
                .map(|(_, text)| text.to_lowercase()),
        };
        // Without a length, these have the length one.
        if modifiers.is_empty() && ["character", "bit"].contains(&name.name.as_str()) {
            modifiers.push(1);
        }
        Some(Self {
            name,
            modifiers,
            array: false,
            collation: collate
                .and_then(|collate| collate.collation_ref())
                .map(|name| name.syntax().text().to_string()),
            qualifier: qualifier.unwrap_or_default(),
        })
    }

    /// Whether it is that built-in type, whatever its length or precision.
    pub(crate) fn is(&self, name: &str) -> bool {
        !self.array && self.name.schema.is_none() && self.name.name == name
    }

    /// Whether this is `serial` or one of its sizes.
    pub(crate) fn is_serial(&self) -> bool {
        ["serial", "bigserial", "smallserial"]
            .iter()
            .any(|serial| self.is(serial))
    }

    /// The type with the collation of another.
    pub(crate) fn with_collation_of(mut self, other: &Self) -> Self {
        self.collation.clone_from(&other.collation);
        self
    }

    /// The type of the values that a column declared so has.
    pub(crate) fn of_values(mut self) -> Self {
        if self.is_serial() {
            self.name = built_in(match self.name.name.as_str() {
                "bigserial" => "bigint",
                "smallserial" => "smallint",
                _ => "integer",
            });
        }
        self
    }

    /// What PostgreSQL has to do to a table in which a column of this type becomes one of that
    /// type, without `USING`. PostgreSQL manual, ALTER TABLE, "Notes": a type that is binary
    /// coercible to the other, or an unconstrained domain over it, spares the rewrite.
    pub(crate) fn becoming(&self, new: &Self) -> Change {
        if self == new {
            return Change::Catalog;
        }
        if self.array || new.array || self.qualifier != new.qualifier {
            return Change::Rewrite;
        }
        let same = self.name == new.name;
        let text = |ty: &Self| ty.is("text") || ty.is("character varying");
        let stays = if text(self) && text(new) {
            widens(&self.modifiers, &new.modifiers)
        } else if same && new.is("numeric") {
            new.modifiers.is_empty() || widens_numeric(&self.modifiers, &new.modifiers)
        } else if same && PRECISE.iter().any(|name| new.is(name)) {
            // Six digits of a second are all that there is.
            let digits = |ty: &Self| ty.modifiers.first().copied().unwrap_or(6);
            digits(self) <= digits(new)
        } else if same && new.is("bit varying") {
            widens(&self.modifiers, &new.modifiers)
        } else if self.is("bit") && new.is("bit varying") && new.modifiers.is_empty() {
            return Change::Indexes;
        } else {
            (self.is("cidr") && new.is("inet"))
                || (self.is("xml") && text(new) && new.modifiers.is_empty())
        };
        let same_but_for_collation = same && self.modifiers == new.modifiers;
        match (
            stays || same_but_for_collation,
            self.collation == new.collation,
        ) {
            (true, true) => Change::Catalog,
            (true, false) => Change::Indexes,
            (false, _) => Change::Rewrite,
        }
    }
}

/// What a change of type costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Only the catalogs change.
    Catalog,
    /// Every index on the column is rebuilt.
    Indexes,
    /// Every row and every index is rewritten.
    Rewrite,
}

/// Types whose modifier is a number of digits of the second.
const PRECISE: [&str; 5] = [
    "timestamp",
    "timestamp with time zone",
    "time",
    "time with time zone",
    "interval",
];

/// Whether every value of the old length fits into the new one; no length is the greatest.
fn widens(old: &[u32], new: &[u32]) -> bool {
    match (old, new) {
        (_, []) => true,
        ([old], [new]) => old <= new,
        _ => false,
    }
}

/// The same for precision and scale: the scale must stay.
fn widens_numeric(old: &[u32], new: &[u32]) -> bool {
    let scale = |modifiers: &[u32]| modifiers.get(1).copied().unwrap_or(0);
    match (old.first(), new.first()) {
        (Some(before), Some(after)) => before <= after && scale(old) == scale(new),
        _ => false,
    }
}

fn built_in(name: &str) -> ObjectName {
    ObjectName::new(None, name)
}

/// PostgreSQL's own name for a type that has several.
fn canonical(name: ObjectName) -> ObjectName {
    if !matches!(name.schema.as_deref(), None | Some("pg_catalog")) {
        return name;
    }
    let name = match name.name.as_str() {
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "float4" => "real",
        "float8" | "float" => "double precision",
        "decimal" | "dec" => "numeric",
        "bool" => "boolean",
        "varchar" => "character varying",
        "varbit" => "bit varying",
        "timestamptz" => "timestamp with time zone",
        "timetz" => "time with time zone",
        "serial4" => "serial",
        "serial8" => "bigserial",
        "serial2" => "smallserial",
        other => other,
    };
    built_in(name)
}

/// The shorthands, each with the bytes of its numbers.
const SERIAL_TYPES: [(&str, u8); 6] = [
    ("serial", 4),
    ("serial4", 4),
    ("bigserial", 8),
    ("serial8", 8),
    ("smallserial", 2),
    ("serial2", 2),
];

/// The bytes of the numbers of `serial` and similar types; `None` for any other type.
pub(crate) fn serial_bytes(word: &str) -> Option<u8> {
    let (_, bytes) = SERIAL_TYPES.iter().find(|(name, _)| *name == word)?;
    Some(*bytes)
}

fn has_time_zone(ty: &impl AstNode) -> bool {
    tree::has::<ast::WithTimezone>(ty.syntax())
}

fn numbers(ty: &ast::Type) -> Vec<u32> {
    ty.syntax()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| token.kind() == SyntaxKind::INT_NUMBER)
        .filter_map(|token| token.text().parse().ok())
        .collect()
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        let numbers: Vec<String> = self.modifiers.iter().map(u32::to_string).collect();
        let numbers = match numbers.as_slice() {
            [] => String::new(),
            numbers => format!("({})", numbers.join(",")),
        };
        match self.qualifier.as_str() {
            "" => f.write_str(&numbers)?,
            // They stand in the brackets too.
            all if all.starts_with('(') => f.write_str(all)?,
            fields => write!(f, " {fields}{numbers}")?,
        }
        if self.array {
            f.write_str("[]")?;
        }
        match &self.collation {
            Some(collation) => write!(f, " COLLATE {collation}"),
            None => Ok(()),
        }
    }
}
