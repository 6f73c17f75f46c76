//! URLs, and values with odd characters in them.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use crate::support::{DEVELOPMENT, Place};

#[test]
fn the_parts_of_a_url_are_found() {
    let rest = "jubilee_codex jubilee_dev_codex";
    let cases = [
        ("postgres://", format!("jubilee@localhost:5432/{rest}")),
        ("postgresql://u:p@h:1/d", "u@h:1/d p".to_owned()),
        ("POSTGRES://h", format!("jubilee@h:5432/{rest}")),
        ("postgres://u@h/", "u@h:5432/jubilee_codex -".to_owned()),
        ("postgres://u:p@ss@h/d", "u@h:5432/d p@ss".to_owned()),
        ("postgres://u:p:q@h/d", "u@h:5432/d p:q".to_owned()),
        ("postgres://u:p%40%2F%3a@h/d", "u@h:5432/d p@/:".to_owned()),
        ("postgres://u:p+q@h/d", "u@h:5432/d p+q".to_owned()),
        ("postgres://u:p@/d", "u@localhost:5432/d p".to_owned()),
        (
            "postgres://[::1]:5433/",
            format!("jubilee@[::1]:5433/{rest}"),
        ),
        ("postgres://[::1]/", format!("jubilee@[::1]:5432/{rest}")),
        (
            "postgres://a,b:2,[::3]:3/",
            format!("jubilee@a:5432,b:2,[::3]:3/{rest}"),
        ),
        ("postgres://a,b/?port=7", format!("jubilee@a:7,b:7/{rest}")),
        (
            "postgres://%2Frun%2Fpg/",
            format!("jubilee@/run/pg:5432/{rest}"),
        ),
        (
            "postgres:///d?host=/run/pg&port=1&user=u",
            "u@/run/pg:1/d -".to_owned(),
        ),
        (
            "postgres:///?application_name=a+b%20c&keepalives=0&keepalives_count=3",
            format!("jubilee@localhost:5432/{rest}"),
        ),
        (
            "postgres:///?target_session_attrs=any&channel_binding=require",
            format!("jubilee@localhost:5432/{rest}"),
        ),
    ];
    for (url, expected) in cases {
        let place = Place::new(DEVELOPMENT).set(&format!("DB_CODEX_URL={url}"));
        assert_eq!(place.said(), expected, "{url}");
    }
}

#[test]
fn a_url_is_taken_as_it_is_written_but_for_blanks_around_it() {
    for (url, expected) in [
        ("postgres://u:p\tq@h/c", "u@h:5432/c p\tq"),
        ("postgres://u:p@h/..", "u@h:5432/.. p"),
        (" postgres://u:p@h/c\n", "u@h:5432/c p"),
    ] {
        let place = Place::new(DEVELOPMENT).set_raw("DB_CODEX_URL", url);
        assert_eq!(place.said(), expected, "{url:?}");
    }
}

#[test]
fn names_addresses_and_folders_are_hosts() {
    for (host, shown) in [
        ("localhost", "localhost"),
        ("my_host-1.example.", "my_host-1.example."),
        ("10.0.0.1", "10.0.0.1"),
        ("::1", "[::1]"),
        ("[fe80::1]", "[fe80::1]"),
        ("/run/postgresql", "/run/postgresql"),
    ] {
        let place = Place::new(DEVELOPMENT).set(&format!("DB_CODEX_HOST={host}"));
        let expected = format!("jubilee@{shown}:5432/jubilee_codex jubilee_dev_codex");
        assert_eq!(place.said(), expected);
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// As little as possible: what a careful person would write.
fn sparingly_encoded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '%' | '@' | '/' | '?' | '#' => encoded(c.encode_utf8(&mut [0; 4])),
            _ => c.to_string(),
        })
        .collect()
}

fn password(place: &Place) -> String {
    let settings = place.settings();
    assert!(format!("{settings:?}").contains("REDACTED"));
    let [server] = &*settings.servers else {
        panic!("one server is configured")
    };
    assert_eq!(server.host, "h");
    server.password.as_ref().unwrap().expose_secret().to_owned()
}

proptest! {
    #[test]
    fn any_password_survives(
        password in r#"([@:/?#%'"\\$ &=+;,\[\]]|\PC){1,24}"#
    ) {
        let escaped = password
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('$', r"\$");
        let place = || Place::new(DEVELOPMENT);
        let mut places = vec![
            place().set("DB_CODEX_HOST=h").set_raw("DB_CODEX_PASSWORD", &password),
            place().set_raw("DB_CODEX_URL", &format!("postgres://u:{}@h:1/c", encoded(&password))),
            place().set_raw("DB_CODEX_URL", &format!("postgres://u:{}@h:1/c", sparingly_encoded(&password))),
            place().dotenv(&format!("DB_CODEX_PASSWORD=\"{escaped}\"\nDB_CODEX_HOST=h\n")),
            place()
                .file("secret", &format!("{password}\n"), 0o444)
                .set("DB_CODEX_HOST=h\nDB_CODEX_PASSWORD_FILE=FOLDER/secret"),
        ];
        if !password.contains('\'') && !password.ends_with('\\') {
            places.push(place().dotenv(&format!("DB_CODEX_PASSWORD='{password}'\nDB_CODEX_HOST=h\n")));
        }
        for place in places {
            prop_assert_eq!(self::password(&place), password.clone());
        }
    }
}
