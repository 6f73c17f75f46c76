//! A header is read to the same end whatever stands in it, and what is wrong lies in the text.
#![no_main]

use jubilee_core::{MigrationName, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &str| {
    let Ok(name) = MigrationName::from_file_name("0001_example.sql") else {
        return;
    };
    let text = format!("{header}\n\nBEGIN;\nSELECT 1;\nCOMMIT;\n");
    let parsed = parse("codex", &name, &text);
    for violation in &parsed.violations {
        if let Some(range) = &violation.range {
            assert!(text.get(range.clone()).is_some());
        }
    }
});
