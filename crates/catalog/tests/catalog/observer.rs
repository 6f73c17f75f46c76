//! `pg_dump` sees no difference between schemas that are taken for equal.

use std::process::Command;

use jubilee_catalog::{diff, to_sql};

use crate::kinds::EVERY_KIND;
use crate::pairs::{Random, number, statements};
use crate::support::{database, read, run, server};

/// What cannot be made again, since secrets are not read.
const WITHOUT_SECRETS: &str = "DROP SUBSCRIPTION incoming; DROP SERVER remote CASCADE";

/// The lines of a dump in no order, without those that differ from dump to dump; `None` if this
/// PostgreSQL has no `pg_dump`.
fn dump(name: &str) -> Option<Vec<String>> {
    let program = server().installation().bin.join("pg_dump");
    if !program.exists() {
        return None;
    }
    let output = Command::new(program)
        .args(["--schema-only", &server().url(name)])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| {
            !line.is_empty()
                && !["--", "\\restrict", "\\unrestrict"]
                    .iter()
                    .any(|start| line.starts_with(start))
        })
        // A trailing comma says which column is the last one, which `diff` says too.
        .map(|line| in_order(line.trim_end_matches(',')))
        .collect();
    lines.sort();
    Some(lines)
}

/// The order of storage parameters and of tags is of no importance.
fn in_order(line: &str) -> String {
    let line = line.to_owned();
    if !line.trim_start().starts_with("WITH (") && !line.contains("WHEN TAG IN") {
        return line;
    }
    let mut words: Vec<&str> = line
        .trim()
        .split(&[',', '(', ')', ' ', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words.join(" ")
}

#[test]
fn pg_dump_distinguishes_nothing_that_is_taken_for_equal() {
    let all = statements();
    let mut random = Random(number("SEED", 5));
    let mut seen = 0;
    for round in 0..number("PAIRS", 6) {
        let (name, copy) = (format!("seen_{round}"), format!("seen_{round}_copy"));
        let mut original = database(&name, EVERY_KIND);
        run(&mut original, WITHOUT_SECRETS);
        for _ in 0..(round % 7) * 3 {
            // Some need what others have dropped.
            let _ = original.batch_execute(all[random.below(all.len())]);
        }
        let mut loaded = database(&copy, "SET check_function_bodies = off");
        let (wanted, empty) = (read(&mut original), read(&mut loaded));
        run(&mut loaded, &to_sql(&wanted, &empty, "postgres"));
        let left = diff(&read(&mut loaded), &wanted);
        if !left.is_empty() {
            // An index that is not valid, say: pg_dump need not see it.
            continue;
        }
        let (Some(copied), Some(dumped)) = (dump(&copy), dump(&name)) else {
            return;
        };
        let only = |here: &[String], there: &[String]| -> Vec<String> {
            let mut there = there.to_vec();
            let is_here_only = |line: &&String| match there.iter().position(|other| other == *line)
            {
                Some(at) => {
                    there.swap_remove(at);
                    false
                }
                None => true,
            };
            let mut here: Vec<&String> = here.iter().collect();
            let mut is_here_only = is_here_only;
            here.retain(|line| is_here_only(line));
            here.into_iter().cloned().collect()
        };
        assert_eq!(
            only(&copied, &dumped),
            only(&dumped, &copied),
            "round {round}"
        );
        seen += 1;
    }
    assert!(seen > 2, "only {seen} pairs were equal");
}
