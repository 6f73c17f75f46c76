//! The help of every command.

use crate::support::Place;

/// The help of a command and of all its subcommands, without what stands in all of them.
fn help(place: &Place, command: &str, globals: &mut Option<String>) -> String {
    let said = place.run(format!("{command} --help").trim_start());
    assert_eq!(said.code, Some(0), "{}", said.all());
    let (own, global) = said.stdout.split_once("Global options:").unwrap();
    let (global, rest) = global
        .split_once("\n\nExit status:")
        .unwrap_or((global, ""));
    let mut all = format!("$ cargo xtask{command} --help\n{own}");
    match globals {
        Some(globals) => assert_eq!(global.trim(), globals, "{command}"),
        None => {
            all = format!("$ cargo xtask --help\n{}\n", said.stdout);
            assert!(!rest.is_empty());
            *globals = Some(global.trim().to_owned());
        }
    }
    let commands = said.stdout.lines().skip_while(|line| *line != "Commands:");
    for line in commands.skip(1).take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        all.push_str(&help(place, &format!("{command} {name}"), globals));
    }
    all
}

#[test]
fn every_command_explains_itself() {
    insta::assert_snapshot!(help(&Place::unconfigured(), "", &mut None));
}
