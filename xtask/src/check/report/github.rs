//! The report as annotations of GitHub Actions.

use super::{page, positions};
use crate::check::Checked;

/// Workflow commands that GitHub Actions shows as annotations of the changed files. GitHub,
/// "Workflow commands for GitHub Actions".
pub(super) fn write(checked: &[Checked]) -> String {
    let mut text = String::new();
    for (file, finding) in checked.iter().flat_map(Checked::findings) {
        let mut properties = format!("file={}", property(&file.path));
        if let Some((start, end)) = positions(file, finding) {
            properties.push_str(&format!(
                ",line={},endLine={},col={}",
                start.line, end.line, start.column
            ));
            // Columns are meant within one line.
            if start.line == end.line {
                properties.push_str(&format!(",endColumn={}", end.column));
            }
        }
        let message = format!(
            "{}: {}\n{}\nsee {}",
            finding.what,
            finding.why,
            finding.instead,
            page(finding)
        );
        text.push_str(&format!(
            "::{} {properties},title={}::{}\n",
            finding.rule.severity,
            property(finding.rule.name),
            data(&message)
        ));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
