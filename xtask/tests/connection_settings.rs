//! From variables to settings, through [`Settings::resolve`].

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end like this"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jubilee_core::Environment;
use proptest::prelude::*;
use secrecy::ExposeSecret;
use xtask::connection::{Settings, Source, Variables};
use xtask::databases::ALL;
use xtask::databases::{ChangeRate, Database, Review};

const CODEX: Database = database("codex", 5432);
const DATABASES: [Database; 3] = [
    CODEX,
    database("inspire", 5433),
    database("continuum", 5434),
];

const fn database(name: &'static str, development_port: u16) -> Database {
    Database {
        name,
        holds: "things",
        change_rate: ChangeRate::Rare,
        review: Review::Standard,
        development_port,
    }
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn map(pairs: Pairs<'_>) -> BTreeMap<String, String> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

fn file_name(environment: Environment) -> PathBuf {
    match environment {
        Environment::Development => ".env".into(),
        Environment::Staging => ".env.staging".into(),
        Environment::Production => ".env.production".into(),
    }
}

/// All that was decided for codex, on one line; or everything that is wrong, with the hints.
fn resolved(environment: Environment, process: Pairs<'_>, file: Option<Pairs<'_>>) -> String {
    let file = file.map(|pairs| (file_name(environment), map(pairs)));
    let variables = Variables::from_maps(environment, &DATABASES, map(process), file);
    match Settings::resolve(&CODEX, environment, &variables) {
        Ok(Source::LocalServer) => "local server".to_owned(),
        Ok(Source::Configured(settings)) => {
            let password = match &settings.password {
                Some(password) => password.expose_secret(),
                None => "-",
            };
            let seconds = settings.connect_timeout.as_secs();
            let mut said = format!("{settings} {password} {}", settings.sslmode);
            if seconds != 10 {
                said.push_str(&format!(" {seconds}s"));
            }
            said
        }
        Err(error) => format!("{}\n-> {}", error.why().unwrap(), error.hint()),
    }
}

const DEVELOPMENT: Environment = Environment::Development;
const PRODUCTION: Environment = Environment::Production;

#[test]
fn the_local_server_is_meant_only_where_nothing_at_all_is_configured() {
    let defaults = "jubilee@localhost:5432/jubilee_codex jubilee_dev_codex prefer";
    let other_program = [("DB_HOST", "x"), ("HOME", "/root"), ("DATABASE_URL", "x")];
    let cases: [(Pairs<'_>, Option<Pairs<'_>>, &str); 5] = [
        (&[], None, "local server"),
        (&other_program, None, "local server"),
        (&[("DB_CODEX_HOST", "")], None, "local server"),
        (&[], Some(&[]), defaults),
        (&[("DB_INSPIRE_HOST", "x")], None, defaults),
    ];
    for (process, file, expected) in cases {
        assert_eq!(
            resolved(DEVELOPMENT, process, file),
            expected,
            "{process:?}"
        );
    }
    for environment in [Environment::Staging, PRODUCTION] {
        assert!(resolved(environment, &[], None).contains("DB_CODEX_HOST"));
    }
}

#[test]
fn keys_and_urls_say_the_same() {
    let single = [
        ("DB_CODEX_HOST", "db.example"),
        ("DB_CODEX_PORT", "6000"),
        ("DB_CODEX_NAME", "c"),
        ("DB_CODEX_USER", "u"),
        ("DB_CODEX_PASSWORD", "p@ss"),
        ("DB_CODEX_SSLMODE", "require"),
    ];
    let url = [(
        "DB_CODEX_URL",
        "postgres://u:p%40ss@db.example:6000/c?sslmode=require",
    )];
    let expected = "u@db.example:6000/c p@ss require";
    for environment in Environment::ALL {
        assert_eq!(resolved(environment, &single, None), expected);
        assert_eq!(resolved(environment, &url, None), expected);
        assert_eq!(resolved(environment, &[], Some(&single)), expected);
    }
}

#[test]
fn what_is_assumed_depends_on_the_environment() {
    let cases: [(Environment, Pairs<'_>, &str); 7] = [
        (
            DEVELOPMENT,
            &[("DB_CODEX_URL", "postgres://h?connect_timeout=3")],
            "jubilee@h:5432/jubilee_codex jubilee_dev_codex prefer 3s",
        ),
        (
            DEVELOPMENT,
            &[("DB_CODEX_HOST", "[::1]"), ("DB_CODEX_PORT", " 1 ")],
            "jubilee@[::1]:1/jubilee_codex jubilee_dev_codex prefer",
        ),
        (
            PRODUCTION,
            &[("DB_CODEX_URL", "postgres://u:p@h/c")],
            "u@h:5432/c p verify-full",
        ),
        (
            PRODUCTION,
            &[("DB_CODEX_URL", "postgres://u@/c?host=/run/pg")],
            "u@/run/pg:5432/c - verify-full",
        ),
        (
            PRODUCTION,
            &[("DB_CODEX_HOST", "h"), ("DB_CODEX_PORT", "x")],
            "the environment variable DB_CODEX_PORT is `x`, which is no port (1 to 65535)\n\
             DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD are missing, and nothing is assumed \
             in this environment\n\
             -> PostgreSQL's usual port is 5432\n\
             set DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD in .env.production or in the \
             environment (.env.example explains each)",
        ),
        (
            PRODUCTION,
            &[("DB_CODEX_URL", "postgres://u@h")],
            "the database name of DB_CODEX_URL, the password of DB_CODEX_URL are missing, and \
             nothing is assumed in this environment\n\
             -> set the database name of DB_CODEX_URL, the password of DB_CODEX_URL in \
             .env.production or in the environment (.env.example explains each)",
        ),
        (
            PRODUCTION,
            &[("DB_CODEX_URL", "postgres://")],
            "the host of DB_CODEX_URL, the database name of DB_CODEX_URL, the user of \
             DB_CODEX_URL, the password of DB_CODEX_URL are missing, and nothing is assumed in \
             this environment\n\
             -> set the host of DB_CODEX_URL, the database name of DB_CODEX_URL, the user of \
             DB_CODEX_URL, the password of DB_CODEX_URL in .env.production or in the environment \
             (.env.example explains each)",
        ),
    ];
    for (environment, process, expected) in cases {
        assert_eq!(
            resolved(environment, process, None),
            expected,
            "{process:?}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_with_a_remedy() {
    let modes = "known: disable, prefer, require, verify-ca, verify-full";
    let cases: [(Pairs<'_>, Pairs<'_>, String); 9] = [
        (
            &[("DB_CODEX_PORT", "65536")],
            &[("DB_CODEX_SSLMODE", "verify_full")],
            format!(
                "the environment variable DB_CODEX_PORT is `65536`, which is no port (1 to 65535)\n\
                 DB_CODEX_SSLMODE in .env is `verify_full`, which is no mode ({modes})\n\
                 -> PostgreSQL's usual port is 5432\n\
                 did you mean verify-full?"
            ),
        ),
        (
            &[],
            &[("DB_CODEX_SSLMODE", "tls")],
            format!(
                "DB_CODEX_SSLMODE in .env is `tls`, which is no mode ({modes})\n\
                 -> verify-full is the safe one"
            ),
        ),
        (
            &[("DB_CODEX_URL", "postgres://u:secret@h")],
            &[("DB_CODEX_HOST", "x"), ("DB_CODEX_PORT", "1")],
            "the environment variable DB_CODEX_URL is set, and so are DB_CODEX_HOST in .env, \
             DB_CODEX_PORT in .env\n\
             -> keep either the environment variable DB_CODEX_URL or the others"
                .to_owned(),
        ),
        (
            &[],
            &[("DB_CODEX_PASWORD", "secret"), ("DB_CODX_HOST", "x")],
            "DB_CODEX_PASWORD in .env is no known variable\n\
             DB_CODX_HOST in .env is no known variable\n\
             -> did you mean DB_CODEX_PASSWORD?\n\
             did you mean DB_CODEX_HOST?"
                .to_owned(),
        ),
        (
            &[],
            &[("JUBILEE_ENV", "production")],
            ".env says JUBILEE_ENV=production, and this run is in development\n\
             -> take JUBILEE_ENV out of .env and set it in the shell (it is looked at before the \
             file is read), or write JUBILEE_ENV=development there"
                .to_owned(),
        ),
        (
            &[],
            &[("DB_CODEX_HOST", "postgres://u:secret@h")],
            "DB_CODEX_HOST in .env holds a URL\n\
             -> put a URL into the variable that ends with _URL, and nothing else beside it"
                .to_owned(),
        ),
        (
            &[],
            &[("DB_CODEX_HOST", "h:5432"), ("DB_CODEX_PASSWORD", "a\0b")],
            "DB_CODEX_HOST in .env holds a port too, or an address that is none\n\
             DB_CODEX_PASSWORD in .env holds a NUL character\n\
             -> write the host alone, and the port into its own variable\n\
             correct DB_CODEX_PASSWORD in .env"
                .to_owned(),
        ),
        (
            &[],
            &[("DB_CODEX_URL", "postgres://h:x?sslmode=y&connect_timeout=0")],
            format!(
                "the port of DB_CODEX_URL in .env is `x`, which is no port (1 to 65535)\n\
                 the parameter sslmode of DB_CODEX_URL in .env is `y`, which is no mode ({modes})\n\
                 the parameter connect_timeout of DB_CODEX_URL in .env is `0`, which is no number \
                 of seconds (1 to 3600)\n\
                 -> PostgreSQL's usual port is 5432\n\
                 verify-full is the safe one\n\
                 leave it out for 10 seconds"
            ),
        ),
        (
            &[],
            &[("DB_CODEX_URL", "postgres://u:se/cret@h")],
            "DB_CODEX_URL in .env has a `@` behind its host or a `#`: the user, the password or \
             another part holds a character that is not percent-encoded\n\
             -> percent-encode the user and the password: % as %25, @ as %40, / as %2F, ? as %3F, \
             # as %23, : as %3A"
                .to_owned(),
        ),
    ];
    for (process, file, expected) in cases {
        assert_eq!(resolved(DEVELOPMENT, process, Some(file)), expected);
    }
}

#[test]
fn another_database_s_slip_is_not_this_one_s_error() {
    let file = [("DB_INSPIRE_PASWORD", "x"), ("DB_INSPRIE_HOST", "x")];
    assert_eq!(
        resolved(DEVELOPMENT, &[], Some(&file)),
        "jubilee@localhost:5432/jubilee_codex jubilee_dev_codex prefer"
    );
}

#[test]
fn root_certificates_are_looked_at_and_make_the_mode_strict() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap();
    fs::write(folder.path().join("ca.pem"), certificate.cert.pem()).unwrap();
    fs::write(folder.path().join("empty.pem"), "nothing").unwrap();
    fs::write(folder.path().join("Cargo.lock"), "").unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let resolve = |text: &str| {
        fs::write(folder.path().join(".env"), text).unwrap();
        let variables = Variables::read(DEVELOPMENT, &DATABASES, &inner, []).unwrap();
        match Settings::resolve(&CODEX, DEVELOPMENT, &variables) {
            Ok(Source::Configured(s)) => format!("{} {:?}", s.sslmode, s.sslrootcert),
            Ok(Source::LocalServer) => "local server".to_owned(),
            Err(error) => error.why().unwrap().replace(&shown(folder.path()), "TOP"),
        }
    };
    let found = format!("{:?}", Some(folder.path().join("ca.pem")));
    assert_eq!(
        resolve("DB_CODEX_SSLROOTCERT=ca.pem"),
        format!("verify-full {found}"),
        "a relative path starts from the file's folder"
    );
    assert_eq!(
        resolve("DB_CODEX_SSLROOTCERT=ca.pem\nDB_CODEX_SSLMODE=require"),
        format!("require {found}")
    );
    assert_eq!(
        resolve("DB_CODEX_SSLROOTCERT=ca.pem\nDB_CODEX_SSLMODE=prefer"),
        "DB_CODEX_SSLROOTCERT in TOP/.env is set, and with the mode prefer no certificate would \
         be checked"
    );
    assert_eq!(
        resolve("DB_CODEX_SSLROOTCERT=none.pem"),
        "DB_CODEX_SSLROOTCERT in TOP/.env is TOP/none.pem: there is no such file"
    );
    assert_eq!(
        resolve("DB_CODEX_SSLROOTCERT=empty.pem"),
        "DB_CODEX_SSLROOTCERT in TOP/.env is TOP/empty.pem: it holds no certificate in PEM form"
    );
    assert!(resolve("DB_CODEX_SSLROOTCERT=inner").contains("TOP/inner: it cannot be read"));
}

#[test]
fn the_example_says_what_is_assumed_anyway() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.env.example");
    let text = fs::read_to_string(example).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let databases: Vec<Database> = ALL.iter().map(|entry| entry.database).collect();
    let all = |text: &str| {
        fs::write(folder.path().join(".env"), text).unwrap();
        let variables = Variables::read(DEVELOPMENT, &databases, folder.path(), []).unwrap();
        assert_eq!(variables.warnings(), []);
        let described = databases.iter().map(|database| {
            let Ok(Source::Configured(s)) = Settings::resolve(database, DEVELOPMENT, &variables)
            else {
                panic!("{} is not configured", database.name)
            };
            let password = s.password.as_ref().map(|p| p.expose_secret().to_owned());
            format!("{s} {password:?} {}", s.sslmode)
        });
        described.collect::<Vec<String>>()
    };
    assert_eq!(all(&text), all("# nothing is set"));
    // The URLs that are commented out say the same.
    let urls: String = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains("_URL="))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(urls.lines().count(), databases.len());
    assert_eq!(all(&urls), all(&text));
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn password_of(variables: &Variables) -> String {
    match Settings::resolve(&CODEX, DEVELOPMENT, variables) {
        Ok(Source::Configured(settings)) => {
            assert!(format!("{settings:?}").contains("REDACTED"));
            settings.password.unwrap().expose_secret().to_owned()
        }
        other => panic!("{other:?}"),
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

proptest! {
    #[test]
    fn any_password_survives(
        password in r#"([@:/?#%'"\\$ &=+;,\[\]]|\PC){1,24}"#
    ) {
        let escaped = password
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('$', r"\$");
        let mut cases = vec![
            ("DB_CODEX_PASSWORD", password.clone()),
            ("DB_CODEX_URL", format!("postgres://u:{}@h:1/c", encoded(&password))),
            ("DB_CODEX_URL", format!("postgres://u:{}@h:1/c", sparingly_encoded(&password))),
        ];
        for (name, value) in cases.drain(..) {
            let variables =
                Variables::from_maps(DEVELOPMENT, &DATABASES, map(&[(name, &value)]), None);
            prop_assert_eq!(password_of(&variables), password.clone());
        }

        let folder = tempfile::tempdir().unwrap();
        let mut texts = vec![format!("DB_CODEX_PASSWORD=\"{escaped}\"\nDB_CODEX_HOST=h\n")];
        if !password.contains('\'') && !password.ends_with('\\') {
            texts.push(format!("DB_CODEX_PASSWORD='{password}'\nDB_CODEX_HOST=h\n"));
        }
        for text in texts {
            fs::write(folder.path().join(".env"), &text).unwrap();
            let variables = Variables::read(DEVELOPMENT, &DATABASES, folder.path(), []).unwrap();
            prop_assert_eq!(password_of(&variables), password.clone());
            prop_assert_eq!(variables.get("DB_CODEX_HOST").map(|host| host.value), Some("h"));
        }
    }
}
