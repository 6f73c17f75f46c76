//! The whole check: no panic, findings lie in the text, and a second run says the same.
#![no_main]

use jubilee_core::{SourceFile, parse_date};
use jubilee_lint::{FileReport, Scope, check_folder};
use libfuzzer_sys::fuzz_target;

const HEADER: &str = "-- Migration: 0001_example\n-- Database: codex\n-- Author: Ada\n\
    -- Date: 2026-11-22\n-- Description: an example\n";

fn check(bytes: &[u8]) -> Vec<FileReport<'_>> {
    let scope = Scope {
        database: "codex",
        other_databases: &["inspire", "continuum"],
        today: parse_date("2026-11-22"),
    };
    let file = SourceFile::new("0001_example.sql", bytes);
    check_folder(&scope, [file], &|_| false)
}

fuzz_target!(|body: &[u8]| {
    let bytes = [HEADER.as_bytes(), body].concat();
    let reports = check(&bytes);
    let again = check(&bytes);
    for (report, second) in reports.iter().zip(&again) {
        assert_eq!(report.findings, second.findings);
        for finding in &report.findings {
            if let Some(range) = &finding.range {
                assert!(report.text.get(range.clone()).is_some(), "{finding:?}");
            }
            if let Some(fix) = &finding.fix {
                for edit in &fix.edits {
                    assert!(report.text.get(edit.range.clone()).is_some(), "{finding:?}");
                }
            }
        }
    }
});
