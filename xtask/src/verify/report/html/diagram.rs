//! The tables that a migration changes and their neighbours, drawn: tables that are referred to stand left of
//! those that refer to them.

use std::collections::BTreeMap;

use jubilee_verify::{Fate, PicturedTable, Proved};

use super::markup::Markup;

/// Sizes in pixels.
const LETTER: f64 = 7.3;
const LINE: f64 = 19.0;
const HEAD: f64 = 28.0;
const GAP: f64 = 84.0;
const BETWEEN: f64 = 22.0;
const MARGIN: f64 = 8.0;
/// The longest text that is written whole.
const LONGEST: usize = 34;

/// A table in its place.
struct Box<'t> {
    table: &'t PicturedTable,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// The picture; nothing where no table is changed.
pub(super) fn write(page: &mut Markup, proved: &Proved) {
    if proved.tables.is_empty() {
        return;
    }
    let boxes = lay(&proved.tables);
    let width = boxes.iter().map(|b| b.x + b.width).fold(0.0, f64::max) + MARGIN + 30.0;
    let height = boxes.iter().map(|b| b.y + b.height).fold(0.0, f64::max) + MARGIN;
    page.raw("<section><h3>Tables</h3><p class=\"note\">What it changes, with the tables that are referred to or refer to it: keys, and what is not as before.");
    if proved.tables_left_out > 0 {
        page.raw(" ")
            .text(&crate::output::count(
                proved.tables_left_out,
                "further table",
            ))
            .raw(" not drawn.");
    }
    page.raw("</p><div class=\"wide\"><svg class=\"er\" role=\"img\" aria-label=\"Tables and their references\" width=\"")
        .size(width)
        .raw("\" height=\"")
        .size(height)
        .raw("\">");
    for from in &boxes {
        for reference in &from.table.references {
            if let Some(to) = boxes.iter().find(|b| b.table.name == reference.to) {
                let line = from
                    .table
                    .columns
                    .iter()
                    .position(|c| reference.columns.contains(&c.name));
                edge(page, from, to, line.unwrap_or(0), class(reference.fate));
            }
        }
    }
    for one in &boxes {
        table(page, one);
    }
    page.raw("</svg></div></section>");
}

fn class(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Added => "added",
        Fate::Removed => "removed",
        Fate::Changed => "changed",
    }
}

/// How far a table stands to the right: further than all to which it refers, but for circles.
fn level<'t>(
    table: &'t PicturedTable,
    all: &BTreeMap<&str, &'t PicturedTable>,
    above: &mut Vec<&'t str>,
) -> usize {
    if above.contains(&table.name.as_str()) {
        return 0;
    }
    above.push(&table.name);
    let levels = table
        .references
        .iter()
        .filter(|reference| !above.contains(&reference.to.as_str()))
        .filter_map(|reference| all.get(reference.to.as_str()).copied())
        .map(|to| level(to, all, &mut above.clone()) + 1);
    let level = levels.max().unwrap_or(0);
    above.pop();
    level
}

fn lay(tables: &[PicturedTable]) -> Vec<Box<'_>> {
    let all: BTreeMap<&str, &PicturedTable> = tables.iter().map(|t| (t.name.as_str(), t)).collect();
    let mut levels: BTreeMap<usize, Vec<&PicturedTable>> = BTreeMap::new();
    let of = |table: &PicturedTable| level(table, &all, &mut Vec::new());
    for table in tables {
        // What refers to none stands close to what refers to it, so that no line runs behind a table.
        let referring = tables.iter().filter(|other| {
            let mut references = other.references.iter();
            other.name != table.name && references.any(|r| r.to == table.name)
        });
        let nearest = referring
            .map(of)
            .min()
            .filter(|_| table.references.is_empty());
        let level = nearest.map_or_else(|| of(table), |nearest| nearest.saturating_sub(1));
        levels.entry(level).or_default().push(table);
    }
    let mut boxes: Vec<Box<'_>> = Vec::new();
    let mut x = MARGIN;
    for tables in levels.values_mut() {
        // Beside what they refer to, so that few lines cross.
        let middle = |table: &PicturedTable| {
            let of = table.references.iter();
            let places: Vec<f64> = of
                .filter_map(|r| boxes.iter().find(|b| b.table.name == r.to))
                .map(|b| b.y + b.height / 2.0)
                .collect();
            places.iter().sum::<f64>() / (places.len().max(1) as f64)
        };
        tables.sort_by(|a, b| middle(a).total_cmp(&middle(b)).then(a.name.cmp(&b.name)));
        let width = tables.iter().map(|table| width(table)).fold(0.0, f64::max);
        let mut y = MARGIN;
        let mut column = Vec::new();
        for table in tables.iter() {
            let height = HEAD + LINE * (table.columns.len() as f64) + 6.0;
            column.push(Box {
                table,
                x,
                y,
                width,
                height,
            });
            y += height + BETWEEN;
        }
        boxes.extend(column);
        x += width + GAP;
    }
    boxes
}

fn width(table: &PicturedTable) -> f64 {
    let columns = table.columns.iter();
    let texts =
        columns.map(|c| cut(&c.name).chars().count() + cut(&c.data_type).chars().count() + 8);
    let most = texts
        .max()
        .unwrap_or(0)
        .max(cut(&table.name).chars().count() + 2);
    (most as f64) * LETTER + 16.0
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

/// A line from a column to the table that it refers to; the end with many rows has a foot.
fn edge(page: &mut Markup, from: &Box<'_>, to: &Box<'_>, line: usize, class: &'static str) {
    let y = from.y + HEAD + LINE * (line as f64) + LINE / 2.0;
    let target = to.y + HEAD / 2.0;
    let is_left = to.x + to.width < from.x;
    let (start, end, bend) = if is_left {
        (from.x, to.x + to.width, -GAP / 2.0)
    } else {
        // To itself, to one in the same column, or in a circle: around the right side.
        (from.x + from.width, to.x + to.width, 28.0)
    };
    let end_bend = if is_left { -bend } else { 28.0 };
    let toward = if is_left { -1.0 } else { 1.0 };
    page.raw("<path class=\"edge ")
        .raw(class)
        .raw("\" d=\"M")
        .size(start)
        .raw(" ")
        .size(y)
        .raw("C")
        .size(start + bend)
        .raw(" ")
        .size(y)
        .raw(" ")
        .size(end + end_bend)
        .raw(" ")
        .size(target)
        .raw(" ")
        .size(end)
        .raw(" ")
        .size(target);
    for foot in [-5.0, 5.0] {
        page.raw("M")
            .size(start)
            .raw(" ")
            .size(y + foot)
            .raw("L")
            .size(start + toward * 9.0)
            .raw(" ")
            .size(y);
    }
    page.raw("\"/>");
}

fn table(page: &mut Markup, one: &Box<'_>) {
    let table = one.table;
    page.raw("<g class=\"")
        .raw(class(table.fate))
        .raw("\"><rect class=\"box\" rx=\"6\" x=\"")
        .size(one.x)
        .raw("\" y=\"")
        .size(one.y)
        .raw("\" width=\"")
        .size(one.width)
        .raw("\" height=\"")
        .size(one.height)
        .raw("\"/>");
    text(page, one.x + 10.0, one.y + 19.0, "name", &cut(&table.name));
    for (number, column) in table.columns.iter().enumerate() {
        let y = one.y + HEAD + LINE * (number as f64) + 14.0;
        page.raw("<g class=\"").raw(class(column.fate)).raw("\">");
        let key = match (column.primary, column.foreign) {
            (true, true) => "PK FK",
            (true, false) => "PK",
            (false, true) => "FK",
            (false, false) => match column.fate {
                Fate::Added => "+",
                Fate::Removed => "−",
                _ => "~",
            },
        };
        text(page, one.x + 10.0, y, "key", key);
        let name = cut(&column.name);
        text(page, one.x + 10.0 + 6.0 * LETTER, y, "column", &name);
        let after = (7 + name.chars().count()) as f64;
        text(
            page,
            one.x + 10.0 + after * LETTER,
            y,
            "type",
            &cut(&column.data_type),
        );
        page.raw("</g>");
    }
    page.raw("</g>");
}

fn text(page: &mut Markup, x: f64, y: f64, class: &'static str, text: &str) {
    page.raw("<text class=\"")
        .raw(class)
        .raw("\" x=\"")
        .size(x)
        .raw("\" y=\"")
        .size(y)
        .raw("\">")
        .text(text)
        .raw("</text>");
}
