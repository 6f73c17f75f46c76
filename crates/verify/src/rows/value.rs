//! A value of a type, drawn.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::mine::Hints;
use super::random::{EPOCH, YEAR, choose, date, json, timestamp, uuid};
use super::schema::{Type, Types};
use super::{pattern, real};

/// Draws values.
pub(crate) struct Values<'a> {
    pub(crate) types: &'a Types,
    /// What the checks of a domain tell, by its OID.
    pub(crate) domains: &'a BTreeMap<i64, Hints>,
}

/// For what a value is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'w> {
    pub(crate) type_oid: i64,
    pub(crate) typmod: i32,
    /// The column's name.
    pub(crate) name: &'w str,
    pub(crate) hints: &'w Hints,
    /// Whether it shall be as long as it may be.
    pub(crate) longest: bool,
    /// Whether it is part of a key: then it is seldom short, since short values meet by chance.
    pub(crate) key: bool,
}

impl Values<'_> {
    /// Draws a value as `jsonb_populate_recordset` takes it: a string that the type's input
    /// function reads, or for `json` and `jsonb` the value itself.
    pub(crate) fn draw(&self, wanted: Wanted<'_>, rng: &mut StdRng) -> Value {
        let Some(ty) = self.types.get(&wanted.type_oid) else {
            return Value::String(real::text(wanted.name, rng));
        };
        match (ty.kind.as_str(), ty.name.as_str()) {
            ("d", _) => {
                let mut hints = wanted.hints.clone();
                if let Some(own) = self.domains.get(&ty.oid) {
                    hints.extend(own);
                }
                self.draw(
                    Wanted {
                        type_oid: ty.base,
                        typmod: ty.typmod,
                        hints: &hints,
                        ..wanted
                    },
                    rng,
                )
            }
            ("b", "json" | "jsonb") => json(wanted.hints, rng),
            _ => Value::String(self.text(ty, wanted, rng)),
        }
    }

    /// The type of a domain below all domains.
    pub(crate) fn below(&self, mut oid: i64) -> Option<&Type> {
        loop {
            let ty = self.types.get(&oid)?;
            if ty.kind != "d" {
                return Some(ty);
            }
            oid = ty.base;
        }
    }

    /// A value of a part of a composite value, an array or a range.
    fn part(
        &self,
        oid: i64,
        typmod: i32,
        name: &str,
        wanted: Wanted<'_>,
        rng: &mut StdRng,
    ) -> String {
        let value = self.draw(
            Wanted {
                type_oid: oid,
                typmod,
                name,
                longest: false,
                ..wanted
            },
            rng,
        );
        match value {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    fn text(&self, ty: &Type, wanted: Wanted<'_>, rng: &mut StdRng) -> String {
        match ty.kind.as_str() {
            "e" => choose(&ty.labels, rng).unwrap_or_default(),
            "array" => {
                let most = if wanted.longest { 6 } else { 3 };
                let count = match rng.random_range(0..6u8) {
                    0 => 0,
                    1 => longest_count(wanted.hints, rng),
                    _ => rng.random_range(1..=most),
                };
                let elements: Vec<String> = (0..count)
                    .map(|_| {
                        in_quotes(&self.part(ty.element, wanted.typmod, wanted.name, wanted, rng))
                    })
                    .collect();
                format!("{{{}}}", elements.join(","))
            }
            "c" => {
                let none = Hints::default();
                let fields: Vec<String> = ty
                    .fields
                    .iter()
                    .map(|(oid, typmod, name)| {
                        let wanted = Wanted {
                            hints: &none,
                            ..wanted
                        };
                        in_quotes(&self.part(*oid, *typmod, name, wanted, rng))
                    })
                    .collect();
                format!("({})", fields.join(","))
            }
            "r" => self.range(ty, wanted, rng),
            "m" => {
                let range = self.range(ty, wanted, rng);
                format!("{{{range}}}")
            }
            _ => self.base(ty, wanted, rng),
        }
    }

    /// A range whose bounds stand in order.
    fn range(&self, ty: &Type, wanted: Wanted<'_>, rng: &mut StdRng) -> String {
        let name = self
            .below(ty.subtype)
            .map(|t| t.name.clone())
            .unwrap_or_default();
        let (low, high) = match name.as_str() {
            "date" | "timestamp" | "timestamptz" => {
                let start = EPOCH + rng.random_range(0..2 * YEAR);
                let end = start + rng.random_range(1..30) * 86_400;
                match name.as_str() {
                    "date" => (date(start), date(end)),
                    "timestamp" => (timestamp(start), timestamp(end)),
                    _ => (timestamp(start) + "+00", timestamp(end) + "+00"),
                }
            }
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => {
                let start = match rng.random_range(0..4u8) {
                    0 => wanted.hints.numbers.first().copied().unwrap_or(0.0) as i64,
                    _ => rng.random_range(0..20_000),
                };
                (
                    start.to_string(),
                    (start + rng.random_range(1..50)).to_string(),
                )
            }
            _ => {
                let mut bounds = [
                    self.part(ty.subtype, -1, wanted.name, wanted, rng),
                    self.part(ty.subtype, -1, wanted.name, wanted, rng),
                ];
                bounds.sort();
                let [low, high] = bounds;
                (low, high)
            }
        };
        format!("[{},{})", in_quotes(&low), in_quotes(&high))
    }

    fn base(&self, ty: &Type, wanted: Wanted<'_>, rng: &mut StdRng) -> String {
        let hints = wanted.hints;
        // A constant that the expressions name is right more often than anything else.
        let constant = rng.random_range(0..10u8) < 6;
        let number = |rng: &mut StdRng, low: f64, high: f64| -> f64 {
            let near: Vec<f64> = hints
                .numbers
                .iter()
                .flat_map(|n| [n - 1.0, *n, n + 1.0])
                .filter(|n| *n >= low && *n <= high)
                .collect();
            match (constant, rng.random_range(0..4u8)) {
                (true, 0..3) if !near.is_empty() => near[rng.random_range(0..near.len())],
                // Between two constants lies what `BETWEEN` wants.
                (true, _) if hints.numbers.len() > 1 => {
                    let from = hints.numbers[0].max(low);
                    let to = hints.numbers[hints.numbers.len() - 1].min(high).max(from);
                    rng.random_range(from..=to).round()
                }
                (_, 0) => f64::from(rng.random_range(0..10u8)),
                (_, 1) => f64::from(rng.random_range(0..=100u8)).min(high),
                _ => f64::from(rng.random_range(0..1_000_000u32)) % (high + 1.0),
            }
        };
        let moment = |rng: &mut StdRng| EPOCH + rng.random_range(0..2 * YEAR);
        match ty.name.as_str() {
            "text" | "varchar" | "bpchar" | "name" | "char" | "citext" => {
                return text(ty, wanted, rng);
            }
            "bytea" => {
                let length = match hints.numbers.is_empty() {
                    false if hints.lengths => length(hints, rng),
                    _ => rng.random_range(1..40),
                };
                return format!("\\x{}", real::hex(length, rng));
            }
            _ => {}
        }
        let of_type: Vec<&String> = hints.strings.iter().collect();
        if constant
            && !of_type.is_empty()
            && !matches!(
                ty.name.as_str(),
                "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "bool" | "uuid"
            )
        {
            let text = of_type[rng.random_range(0..of_type.len())];
            if looks_like(&ty.name, text) {
                return text.clone();
            }
        }
        match ty.name.as_str() {
            "bool" => rng.random::<bool>().to_string(),
            "int2" => (number(rng, -32_768.0, 32_767.0) as i16).to_string(),
            "int4" => (number(rng, -2_147_483_648.0, 2_147_483_647.0) as i32).to_string(),
            "int8" | "oid" | "money" => (number(rng, -9.0e15, 9.0e15) as i64).abs().to_string(),
            "float4" | "float8" => number(rng, -1.0e9, 1.0e9).to_string(),
            "numeric" => numeric(wanted, number(rng, -1.0e15, 1.0e15), rng),
            "uuid" => uuid(rng),
            "date" => date(moment(rng)),
            "timestamp" => timestamp(moment(rng)),
            "timestamptz" => timestamp(moment(rng)) + "+00",
            "time" | "timetz" => timestamp(moment(rng))[11..].to_owned(),
            "interval" => format!("{} hours", rng.random_range(1..500)),
            "inet" => format!("192.0.2.{}", rng.random_range(1..255)),
            "cidr" => format!("198.51.{}.0/24", rng.random_range(0..255)),
            "macaddr" => format!(
                "08:00:2b:{:02x}:{:02x}:{:02x}",
                rng.random::<u8>(),
                rng.random::<u8>(),
                rng.random::<u8>()
            ),
            "macaddr8" => format!(
                "08:00:2b:01:02:{:02x}:{:02x}:{:02x}",
                rng.random::<u8>(),
                rng.random::<u8>(),
                rng.random::<u8>()
            ),
            "bit" | "varbit" => {
                let length = match wanted.typmod {
                    bits if bits > 0 => bits,
                    _ if ty.name == "bit" => 1,
                    _ => 8,
                };
                (0..length)
                    .map(|_| if rng.random() { '1' } else { '0' })
                    .collect()
            }
            "point" => format!(
                "({},{})",
                rng.random_range(0..100),
                rng.random_range(0..100)
            ),
            "line" => "{1,-1,0}".to_owned(),
            "lseg" | "box" | "path" => "((0,0),(1,2))".to_owned(),
            "polygon" => "((0,0),(1,2),(2,0))".to_owned(),
            "circle" => format!("<(0,0),{}>", rng.random_range(1..100)),
            "tsvector" => "a:1 text:2".to_owned(),
            "tsquery" => "a & text".to_owned(),
            "xml" => "<a>text</a>".to_owned(),
            "jsonpath" => "$.a".to_owned(),
            "pg_lsn" => "0/16B3748".to_owned(),
            "regclass" => "pg_class".to_owned(),
            "regtype" => "integer".to_owned(),
            "regproc" => "now".to_owned(),
            "regrole" => "postgres".to_owned(),
            "hstore" => "a=>1".to_owned(),
            "ltree" => "a.b.c".to_owned(),
            _ => real::text(wanted.name, rng),
        }
    }
}

/// Whether a constant may be one of that type: others stand in the same expression.
fn looks_like(ty: &str, text: &str) -> bool {
    let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    match ty {
        "date" | "timestamp" | "timestamptz" => {
            starts_with_digit && text.len() >= 10 && text.contains('-')
        }
        "time" | "timetz" => starts_with_digit && text.contains(':'),
        "interval" => starts_with_digit && (text.contains(':') || text.contains(' ')),
        "inet" | "cidr" => text.contains('.') || text.contains(':'),
        _ => false,
    }
}

fn text(ty: &Type, wanted: Wanted<'_>, rng: &mut StdRng) -> String {
    let hints = wanted.hints;
    let most = match ty.name.as_str() {
        "char" => 1,
        "name" => 63,
        "bpchar" if wanted.typmod < 0 => 1,
        _ if wanted.typmod >= 4 => usize::try_from(wanted.typmod - 4).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let drawn = match rng.random_range(0..20u8) {
        _ if wanted.longest => {
            let limit = hints
                .numbers
                .iter()
                .copied()
                .filter(|n| *n >= 1.0 && *n <= 5000.0)
                .fold(0.0, f64::max);
            let limit = if most < 10_000 {
                most
            } else if hints.lengths {
                limit as usize
            } else {
                200
            };
            stretch(&base_text(wanted, rng), limit)
        }
        0..18 if wanted.key && hints.patterns.is_empty() && hints.strings.is_empty() => {
            real::text(wanted.name, rng)
        }
        0..10 if !hints.patterns.is_empty() => choose(&hints.patterns, rng)
            .and_then(|p| pattern::draw(&p, rng))
            .unwrap_or_default(),
        0..14 if !hints.strings.is_empty() => choose(&hints.strings, rng).unwrap_or_default(),
        14..17 if hints.lengths => {
            let length = length(hints, rng);
            if length <= 8 && hints.patterns.is_empty() {
                real::hex(4, rng).chars().take(length).collect()
            } else {
                stretch(&base_text(wanted, rng), length)
            }
        }
        17 => real::hex(rng.random_range(1..33), rng),
        18 => rng.random_range(0..100_000u32).to_string(),
        19 => ((b'a' + rng.random_range(0..26u8)) as char).to_string(),
        _ => real::text(wanted.name, rng),
    };
    drawn.chars().take(most).collect()
}

fn base_text(wanted: Wanted<'_>, rng: &mut StdRng) -> String {
    let drawn = choose(&wanted.hints.patterns, rng).and_then(|p| pattern::draw(&p, rng));
    drawn.unwrap_or_else(|| real::text(wanted.name, rng))
}

/// A text of that length that begins and goes on with another one.
fn stretch(text: &str, length: usize) -> String {
    let filler: Vec<char> = if text.is_empty() {
        vec!['x']
    } else {
        text.chars().collect()
    };
    filler.iter().cycle().take(length).collect()
}

/// A length that the expressions speak of.
fn length(hints: &Hints, rng: &mut StdRng) -> usize {
    let lengths: Vec<usize> = hints
        .numbers
        .iter()
        .filter(|n| **n >= 0.0 && **n <= 5000.0)
        .map(|n| *n as usize)
        .collect();
    let Some(length) = lengths.get(rng.random_range(0..lengths.len().max(1))) else {
        return rng.random_range(1..20);
    };
    match rng.random_range(0..4u8) {
        0 => length.saturating_sub(1),
        1 => length + 1,
        _ => *length,
    }
}

fn longest_count(hints: &Hints, rng: &mut StdRng) -> usize {
    if hints.lengths {
        length(hints, rng).min(50)
    } else {
        1
    }
}

fn numeric(wanted: Wanted<'_>, number: f64, rng: &mut StdRng) -> String {
    let (precision, scale) = match wanted.typmod {
        typmod if typmod >= 4 => (((typmod - 4) >> 16) & 0xffff, (typmod - 4) & 0x7ff),
        _ => (1000, 2),
    };
    let whole = u32::try_from(precision - scale).unwrap_or(0);
    let limit = 10f64.powi(i32::try_from(whole.min(15)).unwrap_or(15));
    let number = if number.abs() >= limit {
        number % limit
    } else {
        number
    };
    let has_fraction = scale > 0
        && rng.random_range(0..3u8) > 0
        && number.fract() == 0.0
        && number.abs() + 1.0 < limit;
    if has_fraction {
        let digits = usize::try_from(scale.min(2)).unwrap_or(0);
        format!("{number:.0}.{:0digits$}", rng.random_range(0..10))
    } else {
        number.to_string()
    }
}

/// A part of a composite value, an array or a range, quoted.
fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
