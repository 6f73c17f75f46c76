//! How fast the rules are: migrations as people write them, and a file of reference data.

#![expect(missing_docs, reason = "the macros make functions without")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jubilee_core::{SourceFile, parse_date};
use jubilee_lint::{Scope, check_folder};

/// A migration of some two kilobytes: a table, its index and trigger, a function, a guarded
/// constraint and some rows.
fn migration(number: usize) -> SourceFile<'static> {
    let name = format!("{number:04}_add_table_{number}");
    let text = include_str!("migration.sql")
        .replace("{name}", &name)
        .replace("{n}", &number.to_string());
    SourceFile::new(format!("{name}.sql"), text.into_bytes())
}

fn rows() -> SourceFile<'static> {
    let mut text = include_str!("migration.sql").replace("{name}", "0001_rows");
    let row = "INSERT INTO verses (book, chapter, verse) VALUES ('Genesis', 1, 1) ON CONFLICT DO NOTHING;\n";
    let body = text.find("CREATE TABLE").unwrap_or_default();
    text.truncate(body);
    text.push_str(&row.repeat(10_000_000 / row.len()));
    text.push_str("COMMIT;\n");
    SourceFile::new("0001_rows.sql", text.into_bytes())
}

fn check(entries: &[SourceFile<'static>]) -> usize {
    let scope = Scope {
        database: "codex",
        other_databases: &["inspire", "continuum"],
        today: parse_date("2026-11-22"),
    };
    let reports = check_folder(&scope, entries.to_vec(), &|_| false);
    reports.iter().map(|report| report.findings.len()).sum()
}

fn benchmark(criterion: &mut Criterion) {
    for (name, entries) in [
        ("1000 migrations", (1..=1000).map(migration).collect()),
        ("10 MB of INSERTs", vec![rows()]),
    ] {
        let entries: Vec<SourceFile<'static>> = entries;
        let bytes = entries.iter().map(|entry| entry.bytes.len() as u64).sum();
        let mut group = criterion.benchmark_group("check");
        group.sample_size(10);
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(name, |bencher| bencher.iter(|| check(&entries)));
        group.finish();
    }
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
