//! How long statements take and locks are held where there are many rows.

use jubilee_core::MigrationFile;
use jubilee_verify::Proved;

use super::super::forecast::{heading, lines, notes};
use super::markup::Markup;

/// The forecast, if one was made.
pub(super) fn write(page: &mut Markup, proved: &Proved, file: &MigrationFile) {
    let Some(forecast) = &proved.forecast else {
        return;
    };
    page.raw("<section><h3>Forecast</h3><p class=\"note\">")
        .sentence(&heading(forecast))
        .raw("</p>");
    let lines = lines(forecast, file);
    if !lines.is_empty() {
        page.raw("<div class=\"wide\"><table class=\"statements\"><thead><tr><th>line</th><th>forecast</th><th></th></tr></thead><tbody>");
        for (line, what, note) in lines {
            page.raw("<tr><td>")
                .number(line)
                .raw("</td><td>")
                .sentence(&what)
                .raw("</td><td>")
                .text(note)
                .raw("</td></tr>");
        }
        page.raw("</tbody></table></div>");
    }
    let notes = notes(forecast);
    if !notes.is_empty() {
        page.raw("<ul class=\"changes\">");
        for note in notes {
            page.raw("<li>").sentence(&note).raw("</li>");
        }
        page.raw("</ul>");
    }
    page.raw("</section>");
}
