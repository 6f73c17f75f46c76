//! The report as Markdown, for a comment on a pull request.

use std::fmt::Write;

use super::{Summary, found, line_of, page, positions};
use crate::check::Checked;
use jubilee_lint::Severity;

/// The report as a comment on a pull request: a table by database, then the findings.
pub(super) fn write(checked: &[Checked], summary: &Summary) -> String {
    let mut text = format!("### Migrations: {}\n\n", summary.found());
    text.push_str("| database | new | review | found |\n|---|---|---|---|\n");
    for database in checked {
        let of = |severity| {
            let findings = database.findings();
            findings
                .filter(|(_, finding)| finding.rule.severity == severity)
                .count()
        };
        let review = if database.is_touched() {
            format!("**{}**", database.database.review)
        } else {
            "–".to_owned()
        };
        let _ = writeln!(
            text,
            "| {} | {} of {} | {review} | {} |",
            database.database.name,
            database.new,
            database.migrations(),
            found(of(Severity::Error), of(Severity::Warning))
        );
    }
    if checked.iter().any(|c| c.locks().next().is_some()) {
        text.push_str("\n| locks on tables in use | | |\n|---|---|---|\n");
    }
    for (file, lock) in checked.iter().flat_map(Checked::locks) {
        let _ = writeln!(
            text,
            "| `{}:{}` | {} on `{}` | {}, {} |",
            file.path,
            line_of(file, &lock.range),
            lock.mode,
            lock.table,
            lock.mode.short(),
            lock.held
        );
    }
    for database in checked.iter().filter(|c| c.findings().next().is_some()) {
        let _ = writeln!(text, "\n#### {}\n", database.database.name);
        for (file, finding) in database.findings() {
            let place = positions(file, finding).map_or_else(
                || file.path.clone(),
                |(start, _)| format!("{}:{start}", file.path),
            );
            let _ = writeln!(
                text,
                "- **{}** [{}]({}) `{place}`: {}\n  {}. Instead: {}",
                finding.rule.severity,
                finding.rule.name,
                page(finding),
                finding.what,
                finding.why,
                finding.instead.replace('\n', "\n  ")
            );
        }
    }
    text
}
