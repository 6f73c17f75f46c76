//! The report as annotations of GitHub Actions.

use jubilee_core::Position;
use jubilee_lint::LockMode;

use super::{
    heading, line_of, lock_message, meant, message, positions, suppressed_what, written_by,
};
use crate::check::{Checked, CheckedFile, Links};

/// Workflow commands that GitHub Actions shows as annotations of the changed files. GitHub,
/// "Workflow commands for GitHub Actions". It shows ten of a kind, the first ones.
pub(super) fn write(checked: &[Checked], links: &Links) -> String {
    let mut text = String::new();
    for (file, declared) in checked.iter().flat_map(Checked::declared) {
        let heading = heading(declared.field);
        for (what, place) in meant(file, declared) {
            let message = format!("{heading}: {what}; reason given: {}", declared.reason);
            text.push_str(&command("warning", file, place, &heading, &message));
        }
    }
    for (file, suppression) in checked.iter().flat_map(Checked::suppressed) {
        let finding = &suppression.said.finding;
        let message = format!(
            "1 suppressed: {}: {}; reason given: {}; {}",
            finding.rule.name,
            suppressed_what(suppression),
            suppression.said.reason,
            written_by(suppression)
        );
        let title = format!("suppressed {}", finding.rule.name);
        let place = positions(file, finding);
        text.push_str(&command("warning", file, place, &title, &message));
    }
    for (file, finding) in checked.iter().flat_map(Checked::findings) {
        let message = message(finding, links);
        let severity = finding.rule.severity.to_string();
        let place = positions(file, finding);
        text.push_str(&command(
            &severity,
            file,
            place,
            finding.rule.name,
            &message,
        ));
    }
    for (file, lock) in checked.iter().flat_map(Checked::locks) {
        if lock.mode < LockMode::Share {
            continue;
        }
        let message = lock_message(lock);
        let line = line_of(file, &lock.range);
        let place = Position { line, column: 1 };
        let place = Some((place, place));
        text.push_str(&command("notice", file, place, "lock", &message));
    }
    text
}

fn command(
    kind: &str,
    file: &CheckedFile,
    place: Option<(Position, Position)>,
    title: &str,
    message: &str,
) -> String {
    let mut properties = format!("file={}", property(&file.path));
    if let Some((start, end)) = place {
        properties.push_str(&format!(
            ",line={},endLine={},col={}",
            start.line, end.line, start.column
        ));
        // Columns are meant within one line.
        if start.line == end.line {
            properties.push_str(&format!(",endColumn={}", end.column));
        }
    }
    format!(
        "::{kind} {properties},title={}::{}\n",
        property(title),
        data(message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
