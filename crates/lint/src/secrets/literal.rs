//! String constants given to a name that says secret.

use std::ops::Range;

use jubilee_core::{Token, TokenKind};

use super::secret::{Secret, SecretKind};
use super::value::{is_chosen, is_password_hash, is_placeholder, is_random};
use super::{form, json};
use crate::syntax::{identifier, string_content};

/// Reads the tokens of a text and finds string constants that are given to, or compared with, a
/// name that says secret: `SET api_key = '…'`, `INSERT INTO … (token) VALUES ('…')`,
/// `client_secret text DEFAULT '…'`, `set_config('app.secret', '…', …)`, `v_password := '…'`.
#[derive(Default)]
pub(super) struct Literals {
    named: Option<Named>,
    /// The words and symbols before, the last one first.
    before: [Word; 2],
    insert: Insert,
    /// A string that is a name that says secret, as a key before its value.
    key: Option<(String, Class)>,
    /// Strings that are put together: `'a' || 'b'`.
    run: Option<Run>,
    /// What the statement gives to a column named `value`, until its `WHERE` says what it is.
    value: Option<Range<usize>>,
    /// Whether a column named `value` is given something next.
    gives_value: bool,
}

/// String constants with `||` between them.
struct Run {
    /// What the name before them says.
    named: Option<(String, Class)>,
    text: String,
    range: Range<usize>,
    /// Whether an operator stands behind the last one.
    goes_on: bool,
    pieces: usize,
}

/// A name that says secret, until its value or something else comes.
struct Named {
    name: String,
    class: Class,
    /// Tokens since.
    gap: usize,
    /// Open brackets since: `varchar(40)`.
    brackets: usize,
    /// Whether a value comes next.
    assigned: bool,
}

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Every value is a secret: people choose short ones.
    Password,
    /// Values that a machine has drawn are secrets; others are settings or kinds.
    Key,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Word {
    #[default]
    Other,
    SetConfig,
    Crypt,
    Symbol(char),
}

/// How far an `INSERT` has come.
#[derive(Default)]
enum Insert {
    #[default]
    Outside,
    /// Before the list of columns.
    Table,
    Columns(Vec<Option<(String, Class)>>),
    /// Behind the list of columns.
    Source(Vec<Option<(String, Class)>>),
    /// In the rows of `VALUES`, or in the list of a `SELECT`.
    Items(Items),
}

struct Items {
    columns: Vec<Option<(String, Class)>>,
    /// How deep in brackets the values stand.
    level: usize,
    depth: usize,
    column: usize,
    /// Whether a value begins here.
    begins: bool,
}

impl Literals {
    pub(super) fn token(&mut self, text: &str, token: &Token, found: &mut Vec<Secret>) {
        if token.kind.is_trivia() {
            return;
        }
        let here = &text[token.range.clone()];
        self.insert(text, token, found);
        self.join(text, token, found);
        let mut word = Word::Other;
        match token.kind {
            TokenKind::String => self.string(text, &token.range, found),
            TokenKind::Word | TokenKind::QuotedIdentifier => {
                if here.eq_ignore_ascii_case("set_config") {
                    word = Word::SetConfig;
                } else if here.eq_ignore_ascii_case("crypt") {
                    word = Word::Crypt;
                }
                self.word(here);
            }
            TokenKind::Symbol(symbol) => {
                word = Word::Symbol(symbol);
                self.symbol(symbol);
            }
            _ => self.gap(),
        }
        self.before = [word, self.before[0]];
    }

    fn string(&mut self, text: &str, range: &Range<usize>, found: &mut Vec<Secret>) {
        let content = string_content(text, range);
        let value = &text[content.clone()];
        let named = self.named.take();
        if std::mem::take(&mut self.gives_value) {
            self.value = Some(content.clone());
        } else if is_name(value)
            && self.before[0] == Word::Symbol('=')
            && let Some(class) = class_of(value)
            && let Some(given) = self.value.take()
            && (class == Class::Key || is_chosen(&text[given.clone()]))
        {
            add(&value_of(value), class, text, given, found);
            return;
        }
        let key = self
            .key
            .take()
            .filter(|_| self.before[0] == Word::Symbol(','));
        if let Some(class) = class_of(value).filter(|_| is_name(value)) {
            self.key = Some((value.to_owned(), class));
        }
        if let Some((name, class)) =
            key.filter(|(_, class)| *class == Class::Key || is_chosen(value))
        {
            add(&value_of(&name), class, text, content, found);
            return;
        }
        match (named, self.before) {
            (Some(named), _) if named.assigned => {
                add(&value_of(&named.name), named.class, text, content, found);
            }
            (_, [Word::Symbol('('), Word::SetConfig]) => {
                if let Some(class) = class_of(value) {
                    self.named = Some(Named::new(value, class));
                }
            }
            (_, [Word::Symbol('('), Word::Crypt]) => {
                add(
                    "the argument of `crypt`",
                    Class::Password,
                    text,
                    content,
                    found,
                );
            }
            _ if is_password_hash(value) => {
                add("a password hash", Class::Password, text, content, found);
            }
            _ if value.contains("\":") || value.contains("\" :") => {
                // A label or a type says only that there is a password.
                let of_account = json::pairs(text, &content).any(|(name, _)| is_of_account(name));
                for (name, place) in json::pairs(text, &content) {
                    let class = class_of(name).filter(|class| {
                        *class == Class::Key || of_account || is_chosen(&text[place.clone()])
                    });
                    if let Some(class) = class {
                        add(&value_of(name), class, text, place, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// Puts strings together that have `||` between them.
    fn join(&mut self, text: &str, token: &Token, found: &mut Vec<Secret>) {
        let here = &text[token.range.clone()];
        match token.kind {
            TokenKind::String => {
                let content = string_content(text, &token.range);
                match &mut self.run {
                    Some(run) if run.goes_on => {
                        run.text.push_str(&text[content.clone()]);
                        run.range.end = content.end;
                        run.goes_on = false;
                        run.pieces += 1;
                    }
                    _ => {
                        let assigned = self.named.as_ref().filter(|named| named.assigned);
                        self.run = Some(Run {
                            named: assigned.map(|named| (named.name.clone(), named.class)),
                            text: text[content.clone()].to_owned(),
                            range: content,
                            goes_on: false,
                            pieces: 1,
                        });
                    }
                }
            }
            _ if here == "||" || here == "|" => {
                if let Some(run) = &mut self.run {
                    run.goes_on = true;
                }
            }
            _ => {
                if let Some(run) = self.run.take().filter(|run| run.pieces > 1) {
                    run.judge(found);
                }
            }
        }
    }

    fn word(&mut self, here: &str) {
        const CLAUSES: [&str; 12] = [
            "and", "or", "is", "in", "then", "when", "from", "where", "values", "select", "like",
            "check",
        ];
        let name = identifier(here);
        if ["update", "insert", "delete", "select"].contains(&&*name) {
            self.value = None;
        }
        self.gives_value = ["value", "val", "setting_value", "config_value"].contains(&&*name);
        if let Some(named) = &mut self.named {
            let at_once = named.gap == 0;
            if name == "default" || (name == "to" && at_once) {
                named.assigned = true;
                return;
            }
            if CLAUSES.contains(&&*name) || named.assigned {
                self.named = None;
            }
        }
        match class_of(&name) {
            Some(class) => self.named = Some(Named::new(&name, class)),
            None => self.gap(),
        }
    }

    fn symbol(&mut self, symbol: char) {
        if symbol != '=' {
            self.gives_value = false;
        }
        let after_colon = self.before[0] == Word::Symbol(':');
        let of_setting = matches!(self.before, [_, Word::Symbol('(')]);
        let Some(named) = &mut self.named else {
            return;
        };
        match symbol {
            '=' if after_colon || named.gap <= 1 => named.assigned = true,
            '>' if named.gap == 0 => named.assigned = true,
            ',' if of_setting && named.gap == 0 && named.name.contains('.') => {
                named.assigned = true
            }
            '(' => named.brackets += 1,
            ')' if named.brackets > 0 => named.brackets -= 1,
            ':' | '<' | '!' | '.' => {}
            _ => self.named = None,
        }
    }

    fn gap(&mut self) {
        if let Some(named) = &mut self.named {
            named.gap += 1;
            if named.gap > 8 {
                self.named = None;
            }
        }
    }

    fn insert(&mut self, text: &str, token: &Token, found: &mut Vec<Secret>) {
        let here = &text[token.range.clone()];
        let is = |word: &str| token.kind == TokenKind::Word && here.eq_ignore_ascii_case(word);
        if is("insert") {
            self.insert = Insert::Table;
            return;
        }
        self.insert = match (std::mem::take(&mut self.insert), token.kind) {
            (Insert::Outside, _) | (_, TokenKind::Symbol(';')) => Insert::Outside,
            (Insert::Table, TokenKind::Symbol('(')) => Insert::Columns(Vec::new()),
            (Insert::Table, _) if is("values") || is("select") => Insert::Outside,
            (Insert::Columns(columns), TokenKind::Symbol(')')) => {
                if columns.iter().any(Option::is_some) {
                    Insert::Source(columns)
                } else {
                    Insert::Outside
                }
            }
            (Insert::Columns(mut columns), TokenKind::Word | TokenKind::QuotedIdentifier) => {
                let name = identifier(here);
                columns.push(class_of(&name).map(|class| (name.into_owned(), class)));
                Insert::Columns(columns)
            }
            (Insert::Source(columns), _) if is("values") || is("select") => Insert::Items(Items {
                columns,
                level: usize::from(is("values")),
                depth: 0,
                column: 0,
                begins: is("select"),
            }),
            (Insert::Items(Items { depth: 0, .. }), _)
                if ["on", "returning", "from", "where"].into_iter().any(is) =>
            {
                Insert::Outside
            }
            (Insert::Items(mut items), kind) => {
                let begins = std::mem::take(&mut items.begins);
                match kind {
                    TokenKind::Symbol('(') => {
                        items.depth += 1;
                        if items.level == 1 && items.depth == 1 {
                            items.column = 0;
                            items.begins = true;
                        }
                    }
                    TokenKind::Symbol(')') => items.depth = items.depth.saturating_sub(1),
                    TokenKind::Symbol(',') if items.depth == items.level => {
                        items.column += 1;
                        items.begins = true;
                    }
                    TokenKind::String if begins && items.depth == items.level => {
                        if let Some(Some((name, class))) = items.columns.get(items.column) {
                            let content = string_content(text, &token.range);
                            add(&value_of(name), *class, text, content, found);
                        }
                    }
                    _ => {}
                }
                Insert::Items(items)
            }
            (before, _) => before,
        };
    }
}

impl Run {
    fn judge(self, found: &mut Vec<Secret>) {
        let mut forms = Vec::new();
        form::find(&self.text, &mut forms);
        let form = forms.into_iter().next();
        let subject = match (form, &self.named) {
            (Some(form), _) => Some((form.kind, form.subject)),
            (None, Some((name, Class::Key))) if is_random(&self.text) => {
                Some((SecretKind::Literal, value_of(name)))
            }
            (None, Some((name, Class::Password))) if !is_placeholder(&self.text) => {
                Some((SecretKind::Literal, value_of(name)))
            }
            _ => None,
        };
        found.extend(subject.map(|(kind, subject)| Secret::new(kind, self.range, subject)));
    }
}

/// Whether a name in JSON says that its other values give access to an account.
fn is_of_account(name: &str) -> bool {
    ["host", "hostname", "login", "server", "user", "username"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a string could be a name: `smtp_password`.
fn is_name(value: &str) -> bool {
    value.len() <= 60
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

impl Named {
    fn new(name: &str, class: Class) -> Self {
        Self {
            name: name.to_owned(),
            class,
            gap: 0,
            brackets: 0,
            assigned: false,
        }
    }
}

/// What a name says of its value: only its last words count, so `token_hash`, `password_changed_at`
/// and `secret_name` say nothing. `apiKey` and `APIKey` are read as `api_key`.
fn class_of(name: &str) -> Option<Class> {
    let humps = name.bytes().zip(name.bytes().skip(1));
    let humps = humps.filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    if humps.count() == 0 {
        return class_of_words(name);
    }
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push('_');
        }
        words.push(c);
        before = c;
    }
    class_of_words(&words)
}

fn class_of_words(name: &str) -> Option<Class> {
    const PASSWORDS: [&str; 4] = ["password", "passwd", "pwd", "passphrase"];
    const KEYS: [&str; 17] = [
        "secret",
        "token",
        "api_key",
        "apikey",
        "access_key",
        "secret_key",
        "private_key",
        "encryption_key",
        "signing_key",
        "auth_key",
        "credential",
        "credentials",
        "account_key",
        "client_key",
        "hmac_key",
        "license_key",
        "webhook_key",
    ];
    let ends = |word: &&str| -> bool {
        let Some(start) = name.len().checked_sub(word.len()) else {
            return false;
        };
        let (before, end) = name.as_bytes().split_at(start);
        end.eq_ignore_ascii_case(word.as_bytes())
            && matches!(before.last(), None | Some(b'_' | b'.' | b'-'))
    };
    if PASSWORDS.iter().any(ends) {
        Some(Class::Password)
    } else if KEYS.iter().any(ends) {
        Some(Class::Key)
    } else {
        None
    }
}

fn value_of(name: &str) -> String {
    format!("the value of `{name}`")
}

fn add(subject: &str, class: Class, text: &str, content: Range<usize>, found: &mut Vec<Secret>) {
    let value = &text[content.clone()];
    let secret = match class {
        Class::Password => value.len() >= 4 && !value.contains(char::is_whitespace),
        Class::Key => is_random(value),
    };
    if secret && !is_placeholder(value) {
        found.push(Secret::new(SecretKind::Literal, content, subject));
    }
}
