//! The report as a page of its own: one file that needs nothing else.

mod diagram;
mod forecast;
mod markup;
mod timeline;

use jubilee_catalog::What;
use jubilee_core::{MigrationFile, TransactionMode};
use jubilee_verify::{Finding, Outcome, Proof, Proved, Verdict};

use self::markup::Markup;
use super::{Verified, VerifiedDatabase, answer, notes, position};
use crate::output::{count, duration};

/// Up to how many migrations are shown in full; of more, those that fail.
const OPEN: usize = 4;
/// Up to how many changes of the schema are shown without being asked for.
const CHANGES: usize = 24;

/// The page.
pub(crate) fn write(verified: &Verified) -> String {
    let mut page = Markup::default();
    let total = verified.databases.iter().map(|d| d.proved.len()).sum();
    page.raw(include_str!("head.html"))
        .raw("<style>")
        .raw(include_str!("page.css"))
        .raw("</style></head><body><header class=\"")
        .raw(if verified.fails() { "fails" } else { "holds" })
        .raw("\"><h1>");
    if total == 0 {
        page.raw("No new migration");
    } else {
        page.text(&capitalised(&verified.summary()));
    }
    page.raw("</h1><p>")
        .text(&about(verified, total))
        .raw("</p></header><main>");
    if total > 0 {
        page.raw("<div class=\"find\" hidden><input type=\"search\" aria-label=\"Filter by table or migration\" placeholder=\"Filter by table or migration\" autocomplete=\"off\"><span role=\"status\"></span></div>");
        overview(&mut page, verified);
        for database in &verified.databases {
            for (proved, file, path) in database.each() {
                let open = !proved.holds() || total <= OPEN;
                migration(&mut page, database, (proved, file, &path), open);
            }
        }
    }
    page.raw("</main><script>")
        .raw(include_str!("page.js"))
        .raw("</script></body></html>\n");
    page.into_text()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

fn about(verified: &Verified, total: usize) -> String {
    match &verified.postgresql {
        Some(version) => format!(
            "{} proved on a scratch PostgreSQL {version} in {}, with {} a table, seed {}",
            count(total, "migration"),
            duration(verified.took_ms),
            count(verified.rows, "row"),
            verified.seed
        ),
        None => "Nothing to prove".to_owned(),
    }
}

/// A migration a line, a proof a column.
fn overview(page: &mut Markup, verified: &Verified) {
    page.raw("<div class=\"wide\"><table class=\"overview\"><thead><tr><th>migration</th>");
    for proof in Proof::ALL {
        page.raw("<th title=\"")
            .text(proof.question())
            .raw("\">")
            .text(proof.name())
            .raw("</th>");
    }
    page.raw("</tr></thead>");
    for database in &verified.databases {
        page.raw("<tbody><tr class=\"database\"><th colspan=\"10\">")
            .text(database.migrations.database)
            .raw("</th></tr>");
        for (proved, _, path) in database.each() {
            page.raw("<tr data-find=\"")
                .text(&found_by(proved, &path))
                .raw("\"><td><a href=\"#")
                .text(&id(database, proved))
                .raw("\">")
                .text(&proved.name.to_string())
                .raw("</a></td>");
            for proof in Proof::ALL {
                let outcome = proved.outcomes.iter().find(|o| o.proof == proof);
                mark(page, database, proved, outcome);
            }
            page.raw("</tr>");
        }
        let note = match database.proved.is_empty() {
            true => "no new migration".to_owned(),
            false => database.left_out().unwrap_or_default(),
        };
        if !note.is_empty() {
            // The name, and the proofs.
            page.raw("<tr class=\"left\"><td colspan=\"11\">")
                .text(&note)
                .raw("</td></tr>");
        }
        page.raw("</tbody>");
    }
    page.raw("</table></div>");
}

/// What is found out in a cell, with a link to what is wrong.
fn mark(
    page: &mut Markup,
    database: &VerifiedDatabase,
    proved: &Proved,
    outcome: Option<&Outcome>,
) {
    let Some(outcome) = outcome else {
        page.raw("<td></td>");
        return;
    };
    let (word, _) = answer(outcome);
    page.raw("<td class=\"")
        .raw(class(&outcome.verdict))
        .raw("\" title=\"")
        .text(&format!("{}: {word}", outcome.proof))
        .raw("\">");
    if outcome.verdict.findings().is_empty() {
        page.raw(sign(&outcome.verdict));
    } else {
        page.raw("<a href=\"#")
            .text(&format!("{}-{}", id(database, proved), outcome.proof))
            .raw("\">")
            .raw(sign(&outcome.verdict))
            .raw("</a>");
    }
    page.raw("</td>");
}

fn class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Holds(_) => "holds",
        Verdict::Fails(_) => "fails",
        Verdict::Declared(..) => "declared",
        Verdict::NotAsked => "idle",
        Verdict::NotMade(_) => "open",
    }
}

fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Holds(_) => "✓",
        Verdict::Fails(_) => "✗",
        Verdict::Declared(..) => "!",
        Verdict::NotAsked => "–",
        Verdict::NotMade(_) => "?",
    }
}

fn id(database: &VerifiedDatabase, proved: &Proved) -> String {
    format!("{}-{}", database.migrations.database, proved.name)
}

/// The words by which a migration is found: its path and what it locks and changes.
fn found_by(proved: &Proved, path: &str) -> String {
    let mut words = vec![path.to_lowercase()];
    let locks = proved.observed.iter().flat_map(|o| &o.locks);
    words.extend(locks.map(|lock| lock.relation.to_lowercase()));
    words.extend(
        proved
            .changes
            .iter()
            .map(|change| change.name.identity.to_lowercase()),
    );
    words.sort();
    words.dedup();
    words.join(" ")
}

fn migration(
    page: &mut Markup,
    database: &VerifiedDatabase,
    (proved, file, path): (&Proved, &MigrationFile, &str),
    open: bool,
) {
    page.raw("<details class=\"migration\" id=\"")
        .text(&id(database, proved))
        .raw("\" data-find=\"")
        .text(&found_by(proved, path))
        .raw(if open { "\" open>" } else { "\">" })
        .raw("<summary><h2>")
        .text(path)
        .raw("</h2><span class=\"word ")
        .raw(if proved.holds() { "holds" } else { "fails" })
        .raw("\">")
        .raw(if proved.holds() { "holds" } else { "fails" })
        .raw("</span></summary><p class=\"description\">")
        .sentence(&file.header().description)
        .raw("</p>");
    tags(page, file);
    page.raw("<table class=\"proofs\"><tbody>");
    for outcome in &proved.outcomes {
        let (word, detail) = answer(outcome);
        page.raw("<tr><td class=\"name\">")
            .text(outcome.proof.name())
            .raw("<small>")
            .text(outcome.proof.question())
            .raw("</small></td><td><span class=\"word ")
            .raw(class(&outcome.verdict))
            .raw("\">")
            .raw(word)
            .raw("</span></td><td>")
            .sentence(&detail)
            .raw("</td><td class=\"took\">");
        if matches!(outcome.verdict, Verdict::Holds(_) | Verdict::Fails(_)) {
            page.text(&duration(outcome.took_ms));
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table>");
    if !proved.unfilled.is_empty() {
        page.raw("<p class=\"note\">Tables without rows:</p><ul class=\"changes\">");
        for table in &proved.unfilled {
            page.raw("<li><code>")
                .text(&table.table)
                .raw("</code>: ")
                .sentence(table.obstacle.as_deref().unwrap_or("none could be made"))
                .raw("</li>");
        }
        page.raw("</ul>");
    }
    for (line, what) in notes(database, proved, file) {
        page.raw("<p class=\"note\">Line ")
            .number(line)
            .raw(": ")
            .sentence(&what)
            .raw("</p>");
    }
    for outcome in &proved.outcomes {
        let all = outcome.verdict.findings();
        if all.is_empty() {
            continue;
        }
        page.raw("<div id=\"")
            .text(&format!("{}-{}", id(database, proved), outcome.proof))
            .raw("\">");
        for one in all {
            finding(page, outcome, one, file, path);
        }
        page.raw("</div>");
    }
    timeline::write(page, proved, file);
    forecast::write(page, proved, file);
    diagram::write(page, proved);
    changes(page, proved);
    page.raw("</details>");
}

/// What the header says of it.
fn tags(page: &mut Markup, file: &MigrationFile) {
    let header = file.header();
    let mut tags = vec![
        ("Author", header.author.clone()),
        ("Date", header.date.to_string()),
    ];
    if header.transaction == TransactionMode::None {
        tags.push(("Transaction", "none".to_owned()));
    }
    tags.extend(
        header
            .reverts
            .map(|version| ("Reverts", version.to_string())),
    );
    tags.extend(header.destructive.clone().map(|why| ("Destructive", why)));
    tags.extend(header.contract.clone().map(|why| ("Contract", why)));
    tags.extend(header.loosens.clone().map(|why| ("Loosens", why)));
    page.raw("<ul class=\"tags\">");
    for (name, value) in tags {
        page.raw("<li><b>")
            .raw(name)
            .raw("</b> ")
            .text(&value)
            .raw("</li>");
    }
    page.raw("</ul>");
}

fn finding(
    page: &mut Markup,
    outcome: &Outcome,
    finding: &Finding,
    file: &MigrationFile,
    path: &str,
) {
    let place =
        position(file, finding).map_or_else(|| path.to_owned(), |at| format!("{path}:{at}"));
    page.raw("<article class=\"finding ")
        .raw(class(&outcome.verdict))
        .raw("\"><p class=\"place\"><b>")
        .text(outcome.proof.name())
        .raw("</b> ")
        .text(&place)
        .raw("</p><h3>")
        .sentence(&finding.what)
        .raw("</h3>");
    if let Some(range) = &finding.range {
        page.excerpt(file.text(), range);
    }
    page.raw("<dl><dt>why</dt><dd>")
        .sentence(&finding.why)
        .raw("</dd><dt>instead</dt><dd>")
        .sentence(&finding.instead)
        .raw("</dd></dl></article>");
}

fn changes(page: &mut Markup, proved: &Proved) {
    let changes = &proved.changes;
    page.raw("<section><h3>Changes of the schema</h3>");
    if changes.is_empty() {
        let applies =
            |o: &Outcome| o.proof == Proof::Applies && matches!(o.verdict, Verdict::Holds(_));
        page.raw(if proved.outcomes.iter().any(applies) {
            "<p class=\"note\">None.</p></section>"
        } else {
            "<p class=\"note\">Not known, since it does not apply.</p></section>"
        });
        return;
    }
    page.raw(if changes.len() > CHANGES {
        "<details><summary>"
    } else {
        "<details open><summary>"
    })
    .text(&count(changes.len(), "object"))
    .raw("</summary><ul class=\"changes\">");
    for change in changes {
        let name = change.name.to_string();
        let text = change.to_string();
        page.raw(match change.what {
            What::Added(_) => "<li class=\"added\"><code>",
            What::Removed(_) => "<li class=\"removed\"><code>",
            What::Changed(_) => "<li class=\"changed\"><code>",
        })
        .text(&name)
        .raw("</code>")
        .text(text.strip_prefix(&name).unwrap_or(&text))
        .raw("</li>");
    }
    page.raw("</ul></details></section>");
}
