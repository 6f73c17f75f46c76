//! Statements lie in the text, in order, without overlap, whatever the text is.
#![no_main]

use jubilee_core::{MigrationName, normalise, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = normalise(bytes.into()) else {
        return;
    };
    let Ok(name) = MigrationName::from_file_name("0001_example.sql") else {
        return;
    };
    let parsed = parse("codex", &name, &text);
    let mut end = 0;
    for statement in parsed.script.iter().flat_map(|script| script.statements()) {
        assert!(end <= statement.range.start && statement.range.start < statement.range.end);
        assert!(text.get(statement.range.clone()).is_some());
        end = statement.range.end;
    }
});
