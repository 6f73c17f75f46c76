//! What a statement creates and drops.

use std::fmt;
use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::ObjectKind;
use crate::syntax::{Lookup, ObjectName, Statement, one_line, tokens_of, tree};

/// One object that a statement is about.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// What it is.
    pub(crate) kind: ObjectKind,
    /// Its name; of a cast or transform, what stands for one.
    pub(crate) name: ObjectName,
    /// The table, domain or type that it belongs to, or that an index is of.
    pub(crate) on: Option<ObjectName>,
    /// The types of a function's arguments; `None` where they are left out.
    arguments: Option<Vec<String>>,
    /// Its name as it was written.
    written: String,
    /// The name of what it belongs to as it was written.
    on_written: Option<String>,
}

impl Object {
    fn new(kind: ObjectKind, node: &SyntaxNode, on: Option<&SyntaxNode>) -> Option<Self> {
        let (name, written) = if kind.names().is_some() {
            (ObjectName::of_node(node)?, written(node))
        } else {
            let written = signature(node);
            (ObjectName::new(None, &written.to_lowercase()), written)
        };
        Some(Self {
            kind,
            name,
            on: on.and_then(ObjectName::of_node),
            arguments: arguments(node),
            written,
            on_written: on.map(self::written),
        })
    }

    /// An object of that name.
    pub(crate) fn named(kind: ObjectKind, name: ObjectName, on: Option<&ObjectName>) -> Self {
        Self {
            kind,
            on: on.cloned(),
            arguments: None,
            written: name.sql(),
            on_written: on.map(ObjectName::sql),
            name,
        }
    }

    /// Whether both are the same, as far as can be told.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let same_table = match (&self.on, &other.on) {
            (Some(mine), Some(theirs)) if self.kind.is_part() => mine.may_be(theirs),
            _ => true,
        };
        let same_arguments = match (&self.arguments, &other.arguments) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        self.name.may_be(&other.name) && same_table && same_arguments
    }

    /// Under which it is found among others: two that may be the same have the same.
    pub(crate) fn key(&self) -> String {
        match &self.on {
            Some(on) if self.kind.is_part() => format!("{}.{}", on.name, self.name.name),
            _ => self.name.name.clone(),
        }
    }

    /// Whether the statement that adds it drops it first: `ALTER TABLE` does all its drops before
    /// it adds anything.
    pub(crate) fn is_dropped_with(&self, statement: &Statement<'_>) -> bool {
        let dropped = statement.sql.iter().flat_map(Dropped::of);
        dropped
            .filter(|dropped| dropped.if_exists && dropped.kind == self.kind)
            .any(|dropped| dropped.objects.iter().any(|gone| gone.may_be(self)))
    }

    /// What a guard must ask for.
    pub(crate) fn lookup<'a>(&'a self, caught: &'a [&'a str]) -> Lookup<'a> {
        Lookup {
            name: self.kind.names().is_some().then_some(&self.name),
            on: self.on.as_ref().filter(|_| self.kind.is_part()),
            catalogs: self.kind.catalogs(),
            caught,
        }
    }

    /// Its name as it was written: `"Teams"`.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// The table that it belongs to, as it was written; `None` where there is none.
    pub(crate) fn table(&self) -> Option<&str> {
        self.on_written.as_deref()
    }

    /// The statement that drops it without failing where it is not there.
    pub(crate) fn drop_if_exists(&self) -> String {
        let words = self.kind.words();
        match self.table() {
            Some(on) if self.kind.is_part() => {
                format!("DROP {words} IF EXISTS {} ON {on};", self.written)
            }
            _ => format!("DROP {words} IF EXISTS {};", self.written),
        }
    }
}

impl Object {
    /// The statement that drops it again, with all that tells it from others: the schema, which an
    /// index has from its table, and the types of a function's arguments.
    pub(crate) fn undo(&self, table: Option<&str>, concurrently: bool) -> String {
        let name = &self.written;
        match (self.kind, &self.arguments) {
            (ObjectKind::Index, _) => {
                let words = if concurrently {
                    "INDEX CONCURRENTLY"
                } else {
                    "INDEX"
                };
                let schema = table.and_then(|table| table.rsplit_once('.'));
                let schema = schema.map_or_else(String::new, |(schema, _)| format!("{schema}."));
                format!("DROP {words} IF EXISTS {schema}{name};")
            }
            (ObjectKind::Function | ObjectKind::Procedure, Some(arguments)) => {
                let (words, arguments) = (self.kind.words(), arguments.join(", "));
                format!("DROP {words} IF EXISTS {name}({arguments});")
            }
            _ => self.drop_if_exists(),
        }
    }
}

impl fmt::Display for Object {
    /// In prose: `` `TYPE mood` ``, `` `TRIGGER t` on `users` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}`", self.kind.words(), self.written)?;
        match self.table() {
            Some(on) if self.kind.is_part() => write!(f, " on `{on}`"),
            _ => Ok(()),
        }
    }
}

/// A `CREATE`, or the `ADD` of a part.
#[derive(Debug)]
pub(crate) struct Created {
    /// What kind of object it makes.
    pub(crate) kind: ObjectKind,
    /// The object; `None` where the server is to find a name for it.
    pub(crate) object: Option<Object>,
    /// Whether it says `IF NOT EXISTS` or `OR REPLACE`.
    pub(crate) has_clause: bool,
    /// Whether the object is gone with the session.
    pub(crate) is_temporary: bool,
    /// The statement, or its action.
    pub(crate) node: SyntaxNode,
}

impl Created {
    /// What a statement creates.
    pub(crate) fn of(statement: &Statement<'_>) -> Option<Self> {
        let sql = statement.sql.as_ref()?;
        Self::by(sql.syntax(), sql.syntax())
    }

    /// What an `ALTER` statement adds.
    pub(crate) fn added(sql: &ast::Stmt) -> impl Iterator<Item = Self> {
        actions(sql).filter_map(|(statement, action)| Self::by(&statement, &action))
    }

    fn by(statement: &SyntaxNode, node: &SyntaxNode) -> Option<Self> {
        let kind = ObjectKind::created_by(node.kind())?;
        let on = owner(kind, statement, node);
        let name = match kind.names() {
            Some((name, _)) => node.descendants().find(|inner| inner.kind() == name),
            None => Some(node.clone()),
        };
        let object = name.and_then(|name| {
            let mut object = Object {
                arguments: arguments(node),
                ..Object::new(kind, &name, on.as_ref())?
            };
            // An index lies in the schema of its table, wherever names without one are looked for.
            if kind == ObjectKind::Index
                && let Some(table) = &object.on
            {
                object.name.schema.clone_from(&table.schema);
            }
            Some(object)
        });
        let is_temporary = node
            .children()
            .any(|child| child.kind() == SyntaxKind::TEMP)
            || object
                .as_ref()
                .is_some_and(|o| o.name.schema.as_deref() == Some("pg_temp"));
        Some(Self {
            kind,
            has_clause: node.children().any(|child| {
                ast::IfNotExists::can_cast(child.kind()) || ast::OrReplace::can_cast(child.kind())
            }),
            is_temporary,
            object,
            node: node.clone(),
        })
    }

    /// The last of its words: `VIEW` of `CREATE MATERIALIZED VIEW`, or `CONCURRENTLY`.
    pub(crate) fn keyword(&self) -> Option<SyntaxToken> {
        keyword(self.kind, &self.node)
    }

    /// Its words in the file.
    pub(crate) fn words(&self, statement: &Statement<'_>) -> Range<usize> {
        head(self.kind, &self.node, statement)
    }

    /// Its words up to one of them: `CREATE UNIQUE INDEX CONCURRENTLY`.
    pub(crate) fn head_to(&self, keyword: &SyntaxToken) -> String {
        head_to(&self.node, keyword)
    }

    /// `CREATE`, or `ADD`.
    pub(crate) fn first_word(&self) -> Option<SyntaxToken> {
        self.node
            .children_with_tokens()
            .find_map(|element| element.into_token())
    }

    /// The table of an index, as it was written.
    pub(crate) fn parent(&self) -> Option<String> {
        self.owner().map(|node| written(&node))
    }

    /// The name of what it belongs to: the table of an index.
    pub(crate) fn parent_name(&self) -> Option<ObjectName> {
        ObjectName::of_node(&self.owner()?)
    }

    fn owner(&self) -> Option<SyntaxNode> {
        owner(self.kind, &self.node, &self.node)
    }

    /// Whether it is a schema with what it is to hold.
    pub(crate) fn has_elements(&self) -> bool {
        ast::CreateSchema::cast(self.node.clone())
            .is_some_and(|schema| schema.schema_elements().next().is_some())
    }

    /// Whether it is a trigger that can be deferred.
    pub(crate) fn is_constraint_trigger(&self) -> bool {
        ast::CreateTrigger::cast(self.node.clone())
            .is_some_and(|trigger| trigger.constraint_token().is_some())
    }
}

/// A `DROP` of objects, or of a part.
#[derive(Debug)]
pub(crate) struct Dropped {
    /// What kind of object it drops.
    pub(crate) kind: ObjectKind,
    /// The objects.
    pub(crate) objects: Vec<Object>,
    /// Whether it says `IF EXISTS`.
    pub(crate) if_exists: bool,
    /// Whether it says `CASCADE`.
    pub(crate) cascades: bool,
    /// The statement, or its action.
    pub(crate) node: SyntaxNode,
}

impl Dropped {
    /// What a statement drops, of its own or by actions.
    pub(crate) fn of(sql: &ast::Stmt) -> impl Iterator<Item = Self> {
        std::iter::once((sql.syntax().clone(), sql.syntax().clone()))
            .chain(actions(sql))
            .filter_map(|(statement, node)| Self::by(&statement, &node))
    }

    fn by(statement: &SyntaxNode, node: &SyntaxNode) -> Option<Self> {
        let kind = ObjectKind::dropped_by(node.kind())?;
        let on = owner(kind, statement, node);
        let objects = match kind.names() {
            Some((_, name)) => node
                .descendants()
                .filter(|inner| inner.kind() == name)
                .filter_map(|name| Object::new(kind, &name, on.as_ref()))
                .collect(),
            None => Object::new(kind, node, None).into_iter().collect(),
        };
        Some(Self {
            kind,
            objects,
            if_exists: tree::child::<ast::IfExists>(node).is_some(),
            cascades: tree::child::<ast::Cascade>(node).is_some(),
            node: node.clone(),
        })
    }

    /// Its words up to one of them: `DROP INDEX CONCURRENTLY`.
    pub(crate) fn head_to(&self, keyword: &SyntaxToken) -> String {
        head_to(&self.node, keyword)
    }

    /// The last of its words, behind which `IF EXISTS` belongs.
    pub(crate) fn keyword(&self) -> Option<SyntaxToken> {
        keyword(self.kind, &self.node)
    }

    /// Its words in the file.
    pub(crate) fn words(&self, statement: &Statement<'_>) -> Range<usize> {
        head(self.kind, &self.node, statement)
    }
}

/// The words of a node up to one of them.
fn head_to(node: &SyntaxNode, keyword: &SyntaxToken) -> String {
    let mut words: Vec<String> = Vec::new();
    for token in tokens_of(node) {
        words.push(token.text().to_uppercase());
        if token == *keyword {
            break;
        }
    }
    words.join(" ")
}

/// The actions of an `ALTER` statement that add or drop a part, with the statement.
fn actions(sql: &ast::Stmt) -> impl Iterator<Item = (SyntaxNode, SyntaxNode)> {
    let statement = sql.syntax().clone();
    let alters = matches!(
        sql,
        ast::Stmt::AlterTable(_)
            | ast::Stmt::AlterForeignTable(_)
            | ast::Stmt::AlterDomain(_)
            | ast::Stmt::AlterType(_)
            | ast::Stmt::AlterMaterializedView(_)
            | ast::Stmt::AlterView(_)
    );
    let list = |node: &SyntaxNode| node.kind() == SyntaxKind::ALTER_TYPE_ATTRIBUTE_ACTION_LIST;
    let direct = alters.then(|| statement.clone());
    direct.into_iter().flat_map(move |statement| {
        let nested = statement.children().filter(list).flat_map(|n| n.children());
        let actions: Vec<SyntaxNode> = statement.children().chain(nested).collect();
        actions
            .into_iter()
            .map(move |action| (statement.clone(), action))
    })
}

/// The node that names what the object belongs to.
fn owner(kind: ObjectKind, statement: &SyntaxNode, node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind::{ON_RELATION, ON_TABLE, RULE_ON, TABLE_RELATION_NAME};
    let holder = if statement != node {
        // The first name of an ALTER.
        statement.clone()
    } else if kind.is_part() || kind == ObjectKind::Index {
        let holders = [ON_RELATION, ON_TABLE, RULE_ON, TABLE_RELATION_NAME];
        node.children()
            .find(|child| holders.contains(&child.kind()))?
    } else {
        return None;
    };
    holder
        .descendants()
        .find(|inner| inner.kind() == SyntaxKind::PATH_REF)
}

/// What stands for the name of a cast, `(a AS b)`, or of a transform, `FOR a LANGUAGE b`.
fn signature(node: &SyntaxNode) -> String {
    if let Some(cast) = node.children().find(|n| n.kind() == SyntaxKind::CAST_SIG) {
        return words(&cast);
    }
    let ty = node.children().find(|n| ast::Type::can_cast(n.kind()));
    let language = node
        .children()
        .find(|n| n.kind() == SyntaxKind::LANGUAGE_REF);
    match (ty, language) {
        (Some(ty), Some(language)) => format!("FOR {} LANGUAGE {}", words(&ty), words(&language)),
        _ => String::new(),
    }
}

/// The types of a function's arguments, as far as they are part of its identity.
fn arguments(node: &SyntaxNode) -> Option<Vec<String>> {
    let of = |node: &SyntaxNode| tree::child::<ast::ParamList>(node);
    let list = of(node).or_else(|| of(&node.parent()?))?;
    let given = list.all_params().filter(|param| {
        param
            .mode()
            .is_none_or(|mode| !words(mode.syntax()).eq_ignore_ascii_case("out"))
    });
    Some(
        given
            .filter_map(|param| param.func_type())
            .map(|ty| canonical(&words(ty.syntax()).to_lowercase()))
            .collect(),
    )
}

/// One of the spellings of a type.
fn canonical(ty: &str) -> String {
    let same = match ty {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "bool" => "boolean",
        "float8" => "double precision",
        "varchar" => "character varying",
        "timestamp with time zone" => "timestamptz",
        other => other,
    };
    same.to_owned()
}

fn words(node: &SyntaxNode) -> String {
    one_line(&node.text().to_string())
}

fn written(node: &SyntaxNode) -> String {
    words(node).trim_end_matches(';').trim().to_owned()
}

fn keyword(kind: ObjectKind, node: &SyntaxNode) -> Option<SyntaxToken> {
    let tokens = || {
        node.children_with_tokens()
            .filter_map(|element| element.into_token())
    };
    tokens()
        .find(|token| token.kind() == SyntaxKind::CONCURRENTLY_KW)
        .or_else(|| tokens().find(|token| token.kind() == kind.keyword()))
        // ADD [COLUMN], DROP [COLUMN]
        .or_else(|| tokens().next())
}

fn head(kind: ObjectKind, node: &SyntaxNode, statement: &Statement<'_>) -> Range<usize> {
    let whole = statement.range_of_node(node);
    let end = keyword(kind, node).map_or(whole.end, |word| statement.range_of_token(&word).end);
    whole.start..end.max(whole.start)
}

/// The last word before the name: `VIEW` of `ALTER MATERIALIZED VIEW`.
pub(crate) fn last_of_kind(statement: &SyntaxNode) -> Option<SyntaxToken> {
    let elements = statement.children_with_tokens();
    let tokens = elements.map_while(|element| element.into_token());
    tokens.filter(|token| !token.kind().is_trivia()).last()
}
