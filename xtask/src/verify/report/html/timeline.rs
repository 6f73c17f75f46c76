//! The statements of a migration in order, and how long each lock is held.

use jubilee_core::{MigrationFile, Position, TransactionMode};
use jubilee_verify::{LockMode, Observed, Proved};

use super::super::said;
use super::markup::Markup;
use crate::output::{count, duration};

/// How many statements are listed without being asked for.
const LISTED: usize = 16;
/// How much of a statement is listed.
const WIDTH: usize = 110;

/// A lock, from the statement that takes it to where it ends.
struct Bar<'p> {
    table: &'p str,
    mode: LockMode,
    from: usize,
    /// The one after the last that it is held in.
    to: usize,
}

/// The bars and the list of statements.
pub(super) fn write(page: &mut Markup, proved: &Proved, file: &MigrationFile) {
    page.raw("<section><h3>Locks over the statements</h3>");
    let observed = &proved.observed;
    if observed.is_empty() {
        page.raw("<p class=\"note\">Its statements were not observed.</p></section>");
        return;
    }
    let line = |at: &Observed| Position::of(file.text(), at.range.start).line;
    let whole = file.header().transaction == TransactionMode::Transactional;
    let bars = bars(observed, whole);
    if bars.is_empty() {
        page.raw("<p class=\"note\">No statement takes a lock on what was there that others would notice.</p>");
    } else {
        page.raw("<p class=\"note\">By order, each statement as wide as the next. ")
            .raw(if whole {
                "One transaction: a lock is held from the statement that takes it until COMMIT."
            } else {
                "No transaction around it: a lock is held until the end of its statement."
            })
            .raw("</p>");
        lanes(page, observed, &bars, whole, &line);
    }
    page.raw(if observed.len() > LISTED {
        "<details><summary>"
    } else {
        "<details open><summary>"
    })
    .text(&count(numbered(observed).1, "statement"))
    .raw("</summary><div class=\"wide\"><table class=\"statements\"><thead><tr><th>#</th><th>line</th><th>statement</th><th>took</th><th>observed</th></tr></thead><tbody>");
    for (at, number) in observed.iter().zip(numbered(observed).0) {
        statement(page, at, &number, line(at), file.text());
    }
    page.raw("</tbody></table></div><p class=\"note\">Times are those of ")
        .text(&count(proved.rows, "row"))
        .raw(" on the scratch server; they say nothing of production.</p></details></section>");
}

/// The number of each, `2.1` for the first command within the second statement; and how many statements
/// there are.
fn numbered(observed: &[Observed]) -> (Vec<String>, usize) {
    let (mut number, mut part, mut end) = (0, 0, 0);
    let mut numbers = Vec::new();
    for at in observed {
        if at.range.start >= end {
            (number, part, end) = (number + 1, 0, at.range.end);
            numbers.push(number.to_string());
        } else {
            part += 1;
            numbers.push(format!("{number}.{part}"));
        }
    }
    (numbers, number)
}

fn bars(observed: &[Observed], whole: bool) -> Vec<Bar<'_>> {
    let mut bars: Vec<Bar<'_>> = Vec::new();
    let mut end = 0;
    for (index, at) in observed.iter().enumerate() {
        if at.range.start >= end {
            end = at.range.end;
        }
        let rest = &observed[index..];
        let to = if whole {
            observed.len()
        } else {
            index
                + rest
                    .iter()
                    .take_while(|next| next.range.start < end)
                    .count()
        };
        for lock in at.locks.iter().filter(|lock| lock.is_felt()) {
            for weaker in bars.iter_mut().filter(|bar| bar.table == lock.relation) {
                weaker.to = weaker.to.min(index);
            }
            bars.push(Bar {
                table: &lock.relation,
                mode: lock.mode,
                from: index,
                to,
            });
        }
    }
    bars
}

fn lanes(
    page: &mut Markup,
    observed: &[Observed],
    bars: &[Bar<'_>],
    whole: bool,
    line: &impl Fn(&Observed) -> usize,
) {
    let columns = observed.len();
    page.raw("<div class=\"lanes\" style=\"--n:")
        .number(columns)
        .raw(if whole {
            "\"><div class=\"lane axis\"><div class=\"who\">statement</div><div class=\"track\">"
        } else {
            "\"><div class=\"lane axis apart\"><div class=\"who\">statement</div><div class=\"track\">"
        });
    let every = columns.div_ceil(20);
    for (index, number) in numbered(observed).0.iter().enumerate() {
        page.raw("<span>")
            .text(if index.is_multiple_of(every) {
                number
            } else {
                ""
            })
            .raw("</span>");
    }
    page.raw(if whole {
        "<span class=\"commit\">COMMIT</span></div></div>"
    } else {
        "</div></div>"
    });
    let mut tables: Vec<&str> = Vec::new();
    for bar in bars {
        if !tables.contains(&bar.table) {
            tables.push(bar.table);
        }
    }
    for table in tables {
        let of_table = || bars.iter().filter(|bar| bar.table == table);
        page.raw(if whole {
            "<div class=\"lane\"><div class=\"who\"><b>"
        } else {
            "<div class=\"lane apart\"><div class=\"who\"><b>"
        })
        .text(table)
        .raw("</b>");
        for bar in of_table() {
            page.raw("<small>")
                .text(&phrase(bar, observed, whole, line))
                .raw("</small>");
        }
        page.raw("</div><div class=\"track\">");
        for bar in of_table() {
            page.raw("<span class=\"bar ")
                .raw(class(bar.mode))
                .raw("\" style=\"grid-column:")
                .number(bar.from + 1)
                .raw("/")
                .number(bar.to + 1)
                .raw("\" title=\"")
                .text(&phrase(bar, observed, whole, line))
                .raw("\"></span>");
        }
        page.raw("</div></div>");
    }
    page.raw("</div>");
}

fn phrase(
    bar: &Bar<'_>,
    observed: &[Observed],
    whole: bool,
    line: &impl Fn(&Observed) -> usize,
) -> String {
    let until = if !whole {
        "to the end of the statement".to_owned()
    } else if bar.to == observed.len() {
        "until COMMIT".to_owned()
    } else {
        format!(
            "until line {} takes a stronger one",
            line(&observed[bar.to])
        )
    };
    format!(
        "{} {}, from line {} {until}",
        bar.mode,
        bar.mode.short(),
        line(&observed[bar.from]),
    )
}

fn class(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessExclusive => "all",
        LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => "writes",
        _ => "schema",
    }
}

fn statement(page: &mut Markup, at: &Observed, number: &str, line: usize, text: &str) {
    let is_part = number.contains('.');
    page.raw(if is_part {
        "<tr class=\"part\"><td>"
    } else {
        "<tr><td>"
    })
    .text(number)
    .raw("</td><td>")
    .number(line)
    .raw("</td><td><code>")
    .text(&shortened(text.get(at.range.clone()).unwrap_or_default()))
    .raw("</code></td><td>");
    if !is_part {
        match at.took_ms {
            0 => page.text("< 1 ms"),
            took => page.text(&duration(took)),
        };
    }
    page.raw("</td><td>");
    for lock in at.locks.iter().filter(|lock| lock.is_felt()) {
        page.raw("<span class=\"seen ")
            .raw(class(lock.mode))
            .raw("\">")
            .text(&format!("{} on {}", lock.mode, lock.relation))
            .raw("</span>");
    }
    for words in said(at) {
        page.raw("<span class=\"seen\">")
            .text(&words)
            .raw("</span>");
    }
    if at.held {
        page.raw("<span class=\"seen\">observed while another session made it wait</span>");
    }
    page.raw("</td></tr>");
}

/// A statement in one line.
fn shortened(sql: &str) -> String {
    let mut line = String::new();
    for word in sql.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > WIDTH {
            let cut: String = line.chars().take(WIDTH).collect();
            return format!("{cut}…");
        }
    }
    line
}
