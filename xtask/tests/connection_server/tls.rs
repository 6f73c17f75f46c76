//! Every mode against every kind of server.

use std::path::Path;
use std::process::Command;

use jubilee_pg_local::{Options, TempServer};
use xtask::connection::{Failure, connect};

use crate::certificates::{Authority, Identity};
use crate::support::{failure, open, outcome, over_socket, over_tcp, run, server};

/// What comes of each mode; the last two rows have root certificates, and so has the second
/// `require`.
struct Modes<'a> {
    disable: &'a str,
    prefer: &'a str,
    require: &'a str,
    require_with_roots: &'a str,
    verify_ca: &'a str,
    verify_full: &'a str,
}

/// Only the first line of an error counts here: what, and why behind it.
fn check(server: &TempServer, roots: &Path, expected: &Modes<'_>) {
    let roots = roots.display().to_string();
    let of = |pairs: &[(&str, &str)]| {
        let whole = outcome(&over_tcp(server, pairs));
        let said = whole.split("\nhint: ").next().unwrap_or_default();
        let said = said.replace("cannot connect to postgres@localhost:PORT/postgres: ", "");
        said.replace("\nwhy: -", "").replace("\nwhy: ", ": ")
    };
    let with_roots = |mode| of(&[("SSLMODE", mode), ("SSLROOTCERT", &roots)]);
    assert_eq!(of(&[("SSLMODE", "disable")]), expected.disable);
    assert_eq!(of(&[("SSLMODE", "prefer")]), expected.prefer);
    assert_eq!(of(&[("SSLMODE", "require")]), expected.require);
    assert_eq!(with_roots("require"), expected.require_with_roots);
    assert_eq!(with_roots("verify-ca"), expected.verify_ca);
    assert_eq!(with_roots("verify-full"), expected.verify_full);
}

struct Scene {
    folder: tempfile::TempDir,
    authority: Authority,
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            folder: tempfile::tempdir().unwrap(),
            authority: Authority::new("ours"),
        };
        // A file of several: the one that counts comes last.
        let others = Authority::new("other").pem() + &scene.authority.pem();
        std::fs::write(scene.roots(), others).unwrap();
        scene
    }

    /// The files of a server that knows our authority's clients.
    fn files(&self, identity: &Identity) -> Vec<(String, Vec<u8>)> {
        [
            ("server.crt", &identity.certificate),
            ("server.key", &identity.key),
            ("clients.pem", &self.authority.pem()),
        ]
        .map(|(name, pem)| (name.to_owned(), pem.clone().into_bytes()))
        .into()
    }

    fn roots(&self) -> std::path::PathBuf {
        self.folder.path().join("roots.pem")
    }
}

#[test]
fn a_good_certificate_satisfies_every_mode() {
    let scene = Scene::new();
    let server = server(Some(&scene.authority.sign("localhost")), &[]);
    let expected = Modes {
        disable: "plain",
        prefer: "encrypted",
        require: "encrypted",
        require_with_roots: "encrypted",
        verify_ca: "encrypted",
        verify_full: "encrypted",
    };
    check(&server, &scene.roots(), &expected);

    let socket = over_socket(&server, &[("SSLMODE", "verify-full")]);
    assert_eq!(outcome(&socket), "plain", "sockets have no TLS in any mode");
}

#[test]
fn another_host_s_certificate_fails_verify_full_alone() {
    let scene = Scene::new();
    let server = server(Some(&scene.authority.sign("db.example")), &[]);
    let expected = Modes {
        disable: "plain",
        prefer: "encrypted",
        require: "encrypted",
        require_with_roots: "encrypted",
        verify_ca: "encrypted",
        verify_full: "the server's certificate is for another host: it is for db.example, not for \
                      localhost",
    };
    check(&server, &scene.roots(), &expected);
}

#[test]
fn a_certificate_out_of_date_fails_wherever_it_is_looked_at() {
    let scene = Scene::new();
    for (years, fault, why) in [
        ((2000, 2001), "has expired", "it expired "),
        ((2119, 2120), "is not yet valid", "it begins in "),
    ] {
        let identity = scene.authority.sign_for("localhost", years);
        let server = server(Some(&identity), &[]);
        let roots = scene.roots().display().to_string();
        for mode in ["require", "verify-ca", "verify-full"] {
            let settings = over_tcp(&server, &[("SSLMODE", mode), ("SSLROOTCERT", &roots)]);
            let said = outcome(&settings);
            assert!(
                said.contains(&format!("certificate {fault}\nwhy: {why}")),
                "{said}"
            );
            assert!(said.contains(" days"), "{said}");
        }
        for mode in ["prefer", "require"] {
            let settings = over_tcp(&server, &[("SSLMODE", mode)]);
            assert_eq!(outcome(&settings), "encrypted", "{mode}");
        }
    }
}

#[test]
fn an_unknown_authority_fails_wherever_it_is_looked_at() {
    let scene = Scene::new();
    let stranger = Authority::new("stranger");
    let server = server(Some(&stranger.sign("localhost")), &[]);
    let unknown = "the server's certificate is not signed by a known authority";
    let expected = Modes {
        disable: "plain",
        prefer: "encrypted",
        require: "encrypted",
        require_with_roots: unknown,
        verify_ca: unknown,
        verify_full: unknown,
    };
    check(&server, &scene.roots(), &expected);
}

#[test]
fn an_authority_s_own_certificate_is_told_apart() {
    let scene = Scene::new();
    let server = server(Some(&scene.authority.identity()), &[]);
    let own = "the server's certificate is an authority's, and may not be a server's";
    let expected = Modes {
        disable: "plain",
        prefer: "encrypted",
        require: "encrypted",
        require_with_roots: own,
        verify_ca: own,
        verify_full: own,
    };
    check(&server, &scene.roots(), &expected);
}

#[test]
fn without_tls_in_the_server_only_the_lax_modes_connect() {
    let scene = Scene::new();
    let server = server(None, &[]);
    let none = |mode| format!("the server has no TLS, and the mode {mode} demands it");
    let expected = Modes {
        disable: "plain",
        prefer: "plain",
        require: &none("require"),
        require_with_roots: &none("require"),
        verify_ca: &none("verify-ca"),
        verify_full: &none("verify-full"),
    };
    check(&server, &scene.roots(), &expected);
}

#[test]
fn a_server_that_demands_tls_refuses_plain_text() {
    let scene = Scene::new();
    let hba = ["hostnossl all all all reject"];
    let server = server(Some(&scene.authority.sign("localhost")), &hba);
    let refused = "the server's pg_hba.conf does not admit it: pg_hba.conf rejects connection for \
                   host \"127.0.0.1\", user \"postgres\", database \"postgres\", no encryption \
                   (SQLSTATE 28000)";
    let expected = Modes {
        disable: refused,
        prefer: "encrypted",
        require: "encrypted",
        require_with_roots: "encrypted",
        verify_ca: "encrypted",
        verify_full: "encrypted",
    };
    check(&server, &scene.roots(), &expected);
    let said = outcome(&over_tcp(&server, &[("SSLMODE", "disable")]));
    assert!(
        said.contains("set the environment variable DB_CODEX_SSLMODE to require or verify-full"),
        "{said}"
    );
}

#[test]
fn a_server_that_refuses_tls_is_not_reached_by_falling_back() {
    let scene = Scene::new();
    let hba = ["hostssl all all all reject"];
    let server = server(Some(&scene.authority.sign("localhost")), &hba);
    for mode in ["prefer", "require", "verify-full"] {
        let settings = over_tcp(&server, &[("SSLMODE", mode)]);
        let failed = run(async { connect(&settings, "test").await.err() }).unwrap();
        let expected = match mode {
            // The system does not know our authority.
            "verify-full" => [Failure::CertificateAuthority, Failure::Certificates],
            _ => [Failure::NotAdmitted; 2],
        };
        assert!(expected.contains(&failed.failure()), "{mode}: {failed}");
    }
}

#[test]
fn a_client_certificate_is_shown_to_a_server_that_asks_for_it() {
    let scene = Scene::new();
    let server = TempServer::start(&Options {
        tcp: true,
        hba: vec!["hostssl all all 127.0.0.1/32 cert".to_owned()],
        settings: vec![
            ("ssl".into(), "on".into()),
            ("ssl_ca_file".into(), "clients.pem".into()),
        ],
        files: scene.files(&scene.authority.sign("localhost")),
        ..Options::default()
    })
    .unwrap();
    let roots = scene.roots().display().to_string();
    let folder = scene.folder.path();
    let with = |(certificate, key): &(String, String)| {
        let verified = [("SSLMODE", "verify-full"), ("SSLROOTCERT", &*roots)];
        let own = [("PASSWORD", ""), ("SSLCERT", certificate), ("SSLKEY", key)];
        over_tcp(&server, &[verified.as_slice(), &own].concat())
    };
    let own = with(&scene.authority.sign_client("postgres", folder));
    assert_eq!(outcome(&own), "encrypted");
    run(async {
        let connection = open(&own).await;
        connection.canceller().cancel().await.unwrap();
        connection.close().await;
    });

    let another = outcome(&with(&scene.authority.sign_client("another", folder)));
    assert!(
        another.contains("certificate authentication failed for user"),
        "{another}"
    );
    let mut none = own.clone();
    none.identity = None;
    let said = outcome(&none);
    assert!(
        said.contains("why: connection requires a valid client certificate"),
        "{said}"
    );
    let set = "hint: if the server asks for a certificate, set the environment variable \
               DB_CODEX_SSLCERT and the environment variable DB_CODEX_SSLKEY; else";
    assert!(said.contains(set), "{said}");

    // The server's alert may be lost when it closes: the log-in was on its way already.
    let stranger = Authority::new("stranger").sign_client("postgres", folder);
    let failed = failure(&with(&stranger));
    let expected = [Failure::ClientCertificate, Failure::Closed];
    assert!(expected.contains(&failed), "{failed:?}");
}

/// The system's collection is whatever `SSL_CERT_FILE` names. A process of its own gets it, since
/// the environment belongs to all tests of this one.
#[test]
fn without_a_file_the_system_s_authorities_count() {
    let scene = Scene::new();
    let server = server(Some(&scene.authority.sign("localhost")), &[]);
    let empty = scene.folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for (roots, expected) in [(scene.roots(), "encrypted"), (empty, "roots missing")] {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tls::in_a_process_of_its_own", "--ignored"])
            .env_remove("SSL_CERT_DIR")
            .env("SSL_CERT_FILE", roots)
            .env("TEST_PORT", server.tcp_port().unwrap().to_string())
            .env("TEST_PASSWORD", server.password().unwrap())
            .env("TEST_EXPECTED", expected)
            .output()
            .unwrap();
        assert!(status.status.success(), "{status:?}");
    }
}

#[test]
#[ignore = "started by without_a_file_the_system_s_authorities_count"]
fn in_a_process_of_its_own() {
    let variable = |name| std::env::var(name).unwrap();
    let settings = crate::support::settings(&[
        ("PORT", &variable("TEST_PORT")),
        ("NAME", "postgres"),
        ("USER", "postgres"),
        ("PASSWORD", &variable("TEST_PASSWORD")),
        ("SSLMODE", "verify-full"),
    ]);
    let said = outcome(&settings);
    match variable("TEST_EXPECTED").as_str() {
        "encrypted" => assert_eq!(said, "encrypted"),
        _ => assert!(said.contains("the certificates cannot be loaded"), "{said}"),
    }
}
