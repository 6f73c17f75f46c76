//! Which layer wins, and what is assumed.

use jubilee_core::Environment;

use crate::support::{CODEX, DEVELOPMENT, PRODUCTION, Place};

const DEFAULTS: &str = "jubilee@localhost:5432/jubilee_codex jubilee_dev_codex";

#[test]
fn the_local_server_is_meant_only_where_nothing_at_all_is_configured() {
    let nothing = Place::new(DEVELOPMENT);
    assert_eq!(nothing.said(), "local server");
    let others = "DB_HOST=x\nHOME=/root\nDATABASE_URL=x\nDB_CODEX_HOST=";
    assert_eq!(Place::new(DEVELOPMENT).set(others).said(), "local server");
    assert_eq!(Place::new(DEVELOPMENT).dotenv("").said(), DEFAULTS);
    let another = Place::new(DEVELOPMENT).set("DB_INSPIRE_HOST=x");
    assert_eq!(another.said(), DEFAULTS);
    for environment in [Environment::Staging, PRODUCTION] {
        let said = Place::new(environment).said();
        assert!(
            said.contains("nothing sets DB_CODEX_HOST, DB_CODEX_NAME"),
            "{said}"
        );
    }
}

#[test]
fn each_environment_reads_its_own_file_only() {
    let place = Place::new(DEVELOPMENT).dotenv("DB_CODEX_URL=postgres://u:p@development/d");
    let read = |place: &mut Place, environment| {
        place.environment = environment;
        place.said()
    };
    let mut place = place;
    assert!(read(&mut place, Environment::Staging).contains("nothing sets"));
    assert!(read(&mut place, PRODUCTION).contains("nothing sets"));
    for environment in Environment::ALL {
        place.environment = environment;
        place = place.dotenv(&format!("DB_CODEX_URL=postgres://u:p@{environment}/d"));
    }
    for environment in Environment::ALL {
        let said = read(&mut place, environment);
        assert!(
            said.starts_with(&format!("u@{environment}:5432/d p")),
            "{said}"
        );
    }
}

/// The environment, the file, and what comes of them in development.
#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let fields = "DB_CODEX_HOST=file\nDB_CODEX_PORT=1\nDB_CODEX_NAME=f\nDB_CODEX_USER=u\n\
                  DB_CODEX_PASSWORD=p";
    let url = "DB_CODEX_URL=postgres://u:p@file:1/f?sslmode=require";
    let direct = format!("{fields}\nDB_CODEX_DIRECT_URL=postgres://direct");
    let cases = [
        // Each layer alone.
        ("", fields, "u@file:1/f p"),
        ("", url, "u@file:1/f p require"),
        (fields, "", "u@file:1/f p"),
        // Variable by variable.
        (
            "DB_CODEX_HOST=real",
            "DB_CODEX_PORT=7",
            "jubilee@real:7/jubilee_codex jubilee_dev_codex",
        ),
        ("DB_CODEX_HOST=real\nDB_CODEX_NAME=", fields, "u@real:1/f p"),
        ("DB_CODEX_PASSWORD=real", fields, "u@file:1/f real"),
        // A variable over the same part of the file's URL.
        ("DB_CODEX_PASSWORD=real", url, "u@file:1/f real require"),
        (
            "DB_CODEX_HOST=real\nDB_CODEX_SSLMODE=disable",
            url,
            "u@real:1/f p disable",
        ),
        // A URL of the environment over all that the file says: not even its port is left.
        (
            "DB_CODEX_URL=postgres://real",
            fields,
            "jubilee@real:5432/jubilee_codex jubilee_dev_codex",
        ),
        ("DB_CODEX_URL=postgres://a:b@real/c", url, "a@real:5432/c b"),
        (
            "DB_CODEX_URL=postgres://real/c",
            &direct,
            "jubilee@real:5432/c jubilee_dev_codex",
        ),
        // In one layer a variable completes the URL.
        (
            "",
            "DB_CODEX_URL=postgres://u@file/f\nDB_CODEX_PASSWORD=p",
            "u@file:5432/f p",
        ),
        (
            "",
            "DB_CODEX_URL=postgres://file:1/f\nDB_CODEX_PORT=1",
            "jubilee@file:1/f jubilee_dev_codex",
        ),
        // A direct URL replaces the address, and what it does not say is as it was.
        ("", &direct, "u@direct:5432/f p"),
        (
            "",
            "DB_CODEX_URL=postgres://a:b@pool:6432/c?sslmode=disable\nDB_CODEX_USER=a\nDB_CODEX_DIRECT_URL=postgres://direct/d",
            "a@direct:5432/d b",
        ),
        (
            "DB_CODEX_DIRECT_URL=postgres://x:y@real:3/z",
            fields,
            "x@real:3/z y",
        ),
        (
            "DB_CODEX_URL=postgres://pool\nDB_CODEX_DIRECT_URL=postgres://x:y@real:3/z",
            fields,
            "x@real:3/z y",
        ),
        (
            "DB_CODEX_PASSWORD=real\nDB_CODEX_SSLMODE=require",
            "DB_CODEX_DIRECT_URL=postgres://x:y@direct/z?sslmode=disable",
            "x@direct:5432/z real require",
        ),
        (
            "",
            "DB_CODEX_URL=postgres://a:b@pool:6432/c\nDB_CODEX_DIRECT_URL=postgres://direct",
            "a@direct:5432/c b",
        ),
        // A direct URL of the file is no way around a server that the environment names.
        ("DB_CODEX_HOST=real", &direct, "u@real:1/f p"),
        ("DB_CODEX_PASSWORD=real", &direct, "u@direct:5432/f real"),
    ];
    for (process, file, expected) in cases {
        let place = Place::new(DEVELOPMENT).set(process).dotenv(file);
        assert_eq!(place.said(), expected, "{process:?} over {file:?}");
    }
}

#[test]
fn what_is_assumed_depends_on_the_environment() {
    let cases = [
        (
            DEVELOPMENT,
            "postgres://h?connect_timeout=3",
            "jubilee@h:5432/jubilee_codex jubilee_dev_codex 3s",
        ),
        (PRODUCTION, "postgres://u:p@h/c", "u@h:5432/c p verify-full"),
        (
            PRODUCTION,
            "postgres://u@/c?host=/run/pg",
            "u@/run/pg:5432/c - verify-full",
        ),
        (
            PRODUCTION,
            "postgres://u:p@a,b:6/c",
            "u@a:5432,b:6/c p verify-full",
        ),
    ];
    for (environment, url, expected) in cases {
        let place = Place::new(environment).set(&format!("DB_CODEX_URL={url}"));
        assert_eq!(place.said(), expected, "{url}");
    }
}

#[test]
fn keys_and_urls_say_the_same() {
    let fields = "DB_CODEX_HOST=db.example,[::1]\nDB_CODEX_PORT=6000, 6001\nDB_CODEX_NAME=c\n\
                  DB_CODEX_USER=u\nDB_CODEX_PASSWORD=p@ss\nDB_CODEX_SSLMODE=require\n\
                  DB_CODEX_ROLE=owner\nDB_CODEX_CONNECT_TIMEOUT=3";
    let url = "DB_CODEX_URL=postgres://u:p%40ss@db.example:6000,[::1]:6001/c?sslmode=require\
               &role=owner&connect_timeout=3";
    let expected = "u@db.example:6000,[::1]:6001/c p@ss require role owner 3s";
    for environment in Environment::ALL {
        assert_eq!(Place::new(environment).set(fields).said(), expected);
        assert_eq!(Place::new(environment).set(url).said(), expected);
        assert_eq!(
            Place::new(environment)
                .dotenv(&fields.replace(", ", ","))
                .said(),
            expected
        );
    }
}

#[test]
fn another_database_s_slip_is_not_this_one_s_error() {
    let place = Place::new(DEVELOPMENT).dotenv("DB_INSPIRE_PASWORD=x\nDB_INSPRIE_HOST=x\n");
    assert_eq!(place.said(), DEFAULTS);
}

#[test]
fn a_file_of_another_environment_is_refused_unless_the_real_one_is_known() {
    for (process, file, refused) in [
        ("", "JUBILEE_ENV=production", true),
        ("", "NODE_ENV=production", true),
        ("", "JUBILEE_ENV=\nNODE_ENV=production", true),
        ("NODE_ENV=development", "JUBILEE_ENV=production", true),
        ("", "JUBILEE_ENV=development\nNODE_ENV=production", false),
        ("JUBILEE_ENV=development", "JUBILEE_ENV=production", false),
        ("JUBILEE_ENV=development", "NODE_ENV=production", false),
    ] {
        let said = Place::new(DEVELOPMENT).set(process).dotenv(file).said();
        let says = said.contains("=production, and this run is in development");
        assert_eq!(says, refused, "{process:?} over {file:?}: {said}");
    }
}

#[test]
fn what_is_odd_becomes_a_warning() {
    let place = Place::new(DEVELOPMENT)
        .dotenv("DB_CODEX_USER=a\nDB_CODEX_USER=b\nDB_POOL=1\nDB_POOL=2\n")
        .set_raw("DB_INSPIRE_PASSWORD", "pw\n");
    let warnings = place.read().unwrap().warnings();
    let said: Vec<String> = warnings.into_iter().map(|warning| warning.what).collect();
    assert_eq!(
        said,
        [
            "the environment variable DB_INSPIRE_PASSWORD begins or ends with a blank or a line \
             break",
            "DB_CODEX_USER in .env:2 is set a second time there, and this one counts",
        ]
    );
}

#[test]
fn nothing_shows_a_password() {
    let place = Place::new(DEVELOPMENT)
        .set("DB_CODEX_PASSWORD=sesame")
        .dotenv("DB_CODEX_URL=postgres://u:sesame@h");
    let configuration = place.read().unwrap();
    let source = configuration.source(&CODEX).unwrap();
    let said = format!("{configuration:?} {source:?}");
    assert!(
        !said.contains("sesame") && said.contains("REDACTED"),
        "{said}"
    );
}
