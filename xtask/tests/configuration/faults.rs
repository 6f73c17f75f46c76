//! Configurations that are wrong, each with what is said of it, in one snapshot.

use crate::support::{DEVELOPMENT, PRODUCTION, Place};

/// A name for what is wrong, the environment variables, and the dotenv file. `secret` stands for
/// what must not be shown; `FOLDER` for the folder.
const CASES: [(&str, &str, &str); 59] = [
    // The file.
    ("a line without =", "", "DB_CODEX_HOST localhost\nsecret"),
    (
        "a value with a space",
        "",
        "DB_CODEX_PASSWORD=secret secret",
    ),
    (
        "a quote that does not close",
        "",
        "DB_CODEX_PASSWORD='secret\nDB_CODEX_USER=u",
    ),
    (
        "a backslash before the quote",
        "",
        "DB_CODEX_PASSWORD='secret\\'\nDB_CODEX_USER='u'",
    ),
    ("a backslash at the end", "", "DB_CODEX_PASSWORD=secret\\"),
    (
        "the file of another environment",
        "",
        "JUBILEE_ENV=production",
    ),
    // Names.
    ("a misspelt key", "", "DB_CODEX_PASWORD=secret"),
    (
        "a key with another word for it",
        "DB_CODEX_SSL_MODE=require\nDB_CODEX_DBNAME=c",
        "",
    ),
    ("a misspelt database", "", "DB_CODX_HOST=h"),
    ("small letters", "db_codex_host=h", ""),
    (
        "a key that nothing is like",
        "DB_CODEX_POOL_SIZE=5",
        "DB_CODEX_USERNAME=u",
    ),
    // Contradictions.
    (
        "a URL and other fields",
        "",
        "DB_CODEX_URL=postgres://u:secret@h/c\nDB_CODEX_HOST=x\nDB_CODEX_USER=y",
    ),
    (
        "a URL and another password",
        "DB_CODEX_URL=postgres://u:secret@h/c\nDB_CODEX_PASSWORD=secret2",
        "",
    ),
    (
        "two passwords",
        "",
        "DB_CODEX_PASSWORD=secret\nDB_CODEX_PASSWORD_FILE=secret.txt",
    ),
    // URLs.
    ("another scheme", "DB_CODEX_URL=mysql://u:secret@h", ""),
    ("no scheme", "", "DB_CODEX_URL=localhost:5432/secret"),
    (
        "a password with /",
        "",
        "DB_CODEX_URL=postgres://u:se/secret@h",
    ),
    (
        "a password with ?",
        "",
        "DB_CODEX_URL=postgres://u:se?secret@h",
    ),
    (
        "a password with #",
        "",
        "DB_CODEX_URL='postgres://u:se#secret'",
    ),
    (
        "a password with %",
        "",
        "DB_CODEX_URL=postgres://u:50%secret@h:1",
    ),
    (
        "a password that is not UTF-8",
        "",
        "DB_CODEX_URL=postgres://u:secret%ff@h",
    ),
    ("no @host", "", "DB_CODEX_URL=postgres://u:secret/c"),
    ("a port in words", "", "DB_CODEX_URL=postgres://h:secret"),
    (
        "a port that is too large",
        "",
        "DB_CODEX_URL=postgres://h:65536",
    ),
    (
        "a misspelt parameter",
        "",
        "DB_CODEX_URL=postgres://h?sslmod=require",
    ),
    (
        "an unknown parameter",
        "",
        "DB_CODEX_URL=postgres://h?colour=red",
    ),
    (
        "a parameter twice",
        "",
        "DB_CODEX_URL=postgres://h?host=i&sslmode=disable&sslmode=require",
    ),
    (
        "the direct URL",
        "",
        "DB_CODEX_DIRECT_URL=postgres://h:1?sslmode=x",
    ),
    // Hosts and ports.
    (
        "a URL as the host",
        "",
        "DB_CODEX_HOST=postgres://u:secret@h",
    ),
    ("a user with the host", "", "DB_CODEX_HOST=u:secret@h"),
    ("a port with the host", "", "DB_CODEX_HOST=h:5432"),
    ("a path with the host", "", "DB_CODEX_HOST=h/d"),
    ("a blank in the host", "DB_CODEX_HOST=a b", ""),
    ("a host missing of several", "", "DB_CODEX_HOST=a,,b"),
    ("brackets alone", "", "DB_CODEX_HOST=[]"),
    ("a port that is not a number", "DB_CODEX_PORT=x", ""),
    ("port 0", "", "DB_CODEX_PORT=0"),
    (
        "more ports than hosts",
        "",
        "DB_CODEX_HOST=a\nDB_CODEX_PORT=1,2",
    ),
    ("NUL in the password", "DB_CODEX_PASSWORD=secret\0", ""),
    // TLS.
    ("a misspelt mode", "", "DB_CODEX_SSLMODE=verify_full"),
    ("an unknown mode", "", "DB_CODEX_SSLMODE=tls"),
    (
        "root certificates that are not there",
        "",
        "DB_CODEX_SSLROOTCERT=none.pem",
    ),
    (
        "root certificates without any",
        "",
        "DB_CODEX_SSLROOTCERT=empty.pem",
    ),
    (
        "root certificates that are broken",
        "",
        "DB_CODEX_SSLROOTCERT=broken.pem",
    ),
    (
        "root certificates that nothing checks",
        "",
        "DB_CODEX_SSLROOTCERT=ca.pem\nDB_CODEX_SSLMODE=prefer",
    ),
    (
        "a client certificate without a key",
        "",
        "DB_CODEX_SSLCERT=ca.pem",
    ),
    (
        "a key without a client certificate",
        "",
        "DB_CODEX_SSLKEY=own.key",
    ),
    (
        "another certificate's key",
        "",
        "DB_CODEX_SSLCERT=ca.pem\nDB_CODEX_SSLKEY=own.key",
    ),
    (
        "a key that others may read",
        "",
        "DB_CODEX_SSLCERT=ca.pem\nDB_CODEX_SSLKEY=open.key",
    ),
    (
        "a key that is none",
        "",
        "DB_CODEX_SSLCERT=ca.pem\nDB_CODEX_SSLKEY=empty.pem",
    ),
    (
        "a client certificate without TLS",
        "",
        "DB_CODEX_SSLCERT=own.pem\nDB_CODEX_SSLKEY=own.key\nDB_CODEX_SSLMODE=disable",
    ),
    // Secrets.
    (
        "a secret that is not there",
        "DB_CODEX_PASSWORD_FILE=FOLDER/none",
        "",
    ),
    (
        "a secret that is empty",
        "",
        "DB_CODEX_PASSWORD_FILE=nothing",
    ),
    (
        "a secret with an empty line behind it",
        "",
        "DB_CODEX_PASSWORD_FILE=two_lines",
    ),
    (
        "a password file that others may read",
        "DB_CODEX_HOST=h\nPGPASSFILE=FOLDER/open.pass",
        "",
    ),
    // The rest.
    ("a time limit of 0", "", "DB_CODEX_CONNECT_TIMEOUT=0"),
    (
        "a kind of session that is unknown",
        "",
        "DB_CODEX_URL=postgres://h?target_session_attrs=primary&channel_binding=yes",
    ),
    ("keepalives in words", "", "DB_CODEX_KEEPALIVES_IDLE=5min"),
    (
        "everything at once",
        "DB_CODEX_PORT=65536\nDB_CODEX_POOL=1",
        "DB_CODEX_SSLMODE=verify_full\nDB_CODEX_HOST=h:1\nDB_CODEX_PASWORD=secret\nDB_CODEX_SSLROOTCERT=none.pem",
    ),
];

/// In production nothing is assumed.
const IN_PRODUCTION: [(&str, &str, &str); 6] = [
    ("nothing is there", "", ""),
    ("half of the fields", "DB_CODEX_HOST=h\nDB_CODEX_PORT=x", ""),
    ("half of a URL", "", "DB_CODEX_URL=postgres://u@h"),
    (
        "an empty URL",
        "DB_CODEX_URL=postgres://",
        "DB_CODEX_USER=u",
    ),
    (
        "a password file that is not there",
        "PGPASSFILE=FOLDER/none",
        "DB_CODEX_URL=postgres://u@h/c",
    ),
    (
        "a password file without a line for it",
        "DB_CODEX_PASSFILE=FOLDER/other.pass",
        "DB_CODEX_URL=postgres://u@h/c",
    ),
];

#[test]
fn bad_configurations() {
    let made = |name: &str| rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let (ca, own) = (made("ca"), made("own"));
    let place = |environment| {
        Place::new(environment)
            .file("ca.pem", &ca.cert.pem(), 0o644)
            .file("own.pem", &own.cert.pem(), 0o644)
            .file("own.key", &own.signing_key.serialize_pem(), 0o600)
            .file("open.key", &ca.signing_key.serialize_pem(), 0o644)
            .file("empty.pem", "nothing", 0o600)
            .file(
                "broken.pem",
                "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n",
                0o600,
            )
            .file("secret.txt", "secret", 0o600)
            .file("nothing", "\n", 0o600)
            .file("two_lines", "secret\n\n", 0o600)
            .file("open.pass", "*:*:*:*:secret", 0o644)
            .file("other.pass", "other:*:*:*:secret", 0o600)
    };
    let mut all = String::new();
    let cases = CASES.map(|case| (DEVELOPMENT, case)).into_iter();
    let cases = cases.chain(IN_PRODUCTION.map(|case| (PRODUCTION, case)));
    for (environment, (name, process, file)) in cases {
        let mut place = place(environment);
        for line in process.lines() {
            place = place.set(line);
        }
        if !file.is_empty() {
            place = place.dotenv(file);
        }
        let said = place.said();
        // The words "secret.txt" and "-> …" are ours.
        let shown = said.replace("secret.txt", "");
        assert!(!shown.contains("secret"), "{name}: {said}");
        let usual = "the connection to codex is not configured properly for development\n";
        let said = said.replace(usual, "");
        all.push_str(&format!("## {name}\n{said}\n\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn what_cannot_be_read_is_named() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use crate::support::{CODEX, DATABASES};
    use xtask::connection::Configuration;

    let place = Place::new(DEVELOPMENT);
    let read = |process: Vec<(OsString, OsString)>| {
        let folder = place.folder.path();
        let read = Configuration::read(DEVELOPMENT, &DATABASES, folder, process);
        let error = read.and_then(|read| read.source(&CODEX)).unwrap_err();
        format!("{error}: {}", error.why())
    };
    let garbled = || OsString::from_vec(vec![0xff]);
    let process = vec![
        ("DB_CODEX_PASSWORD".into(), garbled()),
        ("X".into(), garbled()),
    ];
    assert_eq!(
        read(process),
        "the connection to codex is not configured properly for development: the environment \
         variable DB_CODEX_PASSWORD is not UTF-8 text"
    );
    std::fs::write(place.path(".env"), b"A=1\nB=\xff\n").unwrap();
    assert_eq!(
        read(vec![]),
        ".env is not UTF-8 text: .env:2: the first bytes that are not"
    );
    // A loop of links cannot be opened, not even by root.
    std::fs::remove_file(place.path(".env")).unwrap();
    std::os::unix::fs::symlink(".env", place.path(".env")).unwrap();
    assert!(read(vec![]).starts_with(".env cannot be read: "));
}

/// Lines that are not understood do not hide what is wrong with the others, of whatever database; and
/// nothing is called missing that may stand in them.
#[test]
fn a_broken_line_hides_no_other_mistake() {
    let place = Place::new(PRODUCTION).dotenv(
        "DB_CODEX_HOST db.example\nDB_CODEX_USER='secret\nDB_CODEX_NAME=c\nDB_CODEX_PORT=x\nDB_CODEX_PASWORD=secret\nDB_INSPIRE_SSLMODE=tls\n",
    );
    insta::assert_snapshot!(place.said(), @"
    .env.production has 2 lines that are not understood
    .env.production:1: expected NAME=value, where NAME is letters, digits and `_`
    .env.production:2: expected a quote that closes on the same line (`\\'` does not close a single quote: if the value ends with a backslash, put it into double quotes and double the backslash)
    DB_CODEX_PASWORD in .env.production:5 is not a known variable
    DB_CODEX_PORT in .env.production:4 is `x`, which is not a port (1 to 65535)
    DB_INSPIRE_SSLMODE in .env.production:6 is `tls`, which is not a mode (known: disable, prefer, require, verify-ca, verify-full)
    -> compare the line with .env.example
    did you mean DB_CODEX_PASSWORD?
    PostgreSQL's usual port is 5432
    verify-full is the safe one
    ");
}

#[test]
fn what_is_odd_and_stops_nothing() {
    let warnings = |place: &Place| {
        let warnings = place.read().unwrap().warnings();
        let lines = warnings
            .iter()
            .map(|warning| format!("{}; {}\n", warning.what, warning.hint));
        lines.collect::<String>()
    };
    let folder = Place::new(DEVELOPMENT);
    std::fs::create_dir(folder.path(".env")).unwrap();
    insta::assert_snapshot!(warnings(&folder), @".env is a folder, so it configures nothing; to configure the databases, make .env a file (.env.example explains it)");
    // A folder of that name is a usual one for Python's virtual environments.
    std::fs::write(folder.path(".env/pyvenv.cfg"), "").unwrap();
    assert_eq!(warnings(&folder), "");

    let quoted = Place::new(DEVELOPMENT)
        .set("DB_CODEX_USER=\"ada\"\nDB_CODEX_NAME='c'")
        .dotenv("DB_CODEX_PORT='5432'\n");
    insta::assert_snapshot!(warnings(&quoted), @"
    the environment variable DB_CODEX_NAME begins and ends with quotes, which are part of its value; set it without (dotenv files may have quotes; `docker run --env-file` and systemd's EnvironmentFile pass them on, or read them otherwise)
    the environment variable DB_CODEX_USER begins and ends with quotes, which are part of its value; set it without (dotenv files may have quotes; `docker run --env-file` and systemd's EnvironmentFile pass them on, or read them otherwise)
    ");

    let two = Place::new(DEVELOPMENT)
        .set("DB_CODEX_URL=postgres://u:p@pooler/codex\nDB_CODEX_DIRECT_URL=postgres://db/inspire")
        .dotenv("DB_CODEX_DIRECT_URL=postgres://db/other\nDB_INSPIRE_NAME=inspire\nDB_INSPIRE_DIRECT_URL=postgres://db/inspire\n");
    insta::assert_snapshot!(warnings(&two), @"the database name of the environment variable DB_CODEX_DIRECT_URL is `inspire`, and the database name of the environment variable DB_CODEX_URL is `codex`; `inspire` is used; if both should be the same database, correct one of them");
}
