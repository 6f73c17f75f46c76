//! `db url` and `db psql` go where the configuration says.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Place, assert_said};

/// A place with a program `psql` that says how it was started.
fn place() -> Place {
    let place = Place::unconfigured();
    let script = "#!/bin/sh\necho \"arguments: $*\"\nenv | grep '^PG' | sort\n";
    let path = place.file("bin/psql", script.as_bytes());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", path.parent().unwrap().display());
    // It must not lead elsewhere.
    place.set("PATH", &path).set("PGHOSTADDR", "10.0.0.1")
}

#[test]
fn what_env_files_say() {
    let place = place();
    place.file(
        ".env",
        b"DB_CODEX_HOST=db.example\nDB_CODEX_PORT=6000\nDB_CODEX_USER='a da'\nDB_CODEX_PASSWORD=hush\nDB_CODEX_ROLE=owner\n",
    );
    place.file(
        ".env.production",
        b"DB_CODEX_URL=postgres://deploy:hush@db-1,db-2:7000/c?sslmode=require\nDB_INSPIRE_HOST=/run/postgresql\nDB_INSPIRE_NAME=i\nDB_INSPIRE_USER=deploy\n",
    );
    assert_said!(place.run("db url codex"), @"
    postgres://a%20da@db.example:6000/jubilee_codex?sslmode=prefer
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("db url codex inspire --production"), @"
    codex        postgres://deploy@db-1:5432,db-2:7000/c?sslmode=require
    inspire      postgres://deploy@/i?host=%2Frun%2Fpostgresql&port=5432
    ---- stderr
    ---- exit 0
    ");
    let mut psql = place.command("db psql codex -- -c");
    psql.arg("SELECT 1");
    assert_said!(place.said(psql.output().unwrap()), @"
    arguments: -c SELECT 1
    PGDATABASE=jubilee_codex
    PGHOST=db.example
    PGOPTIONS=-c role=owner
    PGPASSWORD=hush
    PGPORT=6000
    PGSSLMODE=prefer
    PGUSER=a da
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("db psql codex --production"), @"
    arguments: 
    PGDATABASE=c
    PGHOST=db-1,db-2
    PGPASSWORD=hush
    PGPORT=5432,7000
    PGSSLMODE=require
    PGTARGETSESSIONATTRS=read-write
    PGUSER=deploy
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn what_is_missing_is_said() {
    assert_said!(place().run("db url codex --production"), @"
    ---- stderr

      error: the connection to codex is not configured properly for production
      ╰─▶ there is no .env.production; nothing sets DB_CODEX_HOST, DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD, and nothing is assumed in production
      help: set DB_CODEX_HOST, DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD in .env.production or in the environment (.env.example explains each)
    ---- exit 4
    ");
}

#[test]
fn what_is_odd_is_said_before() {
    let place = place().set("DB_CODEX_HOST", "\"db.example\"");
    fs::create_dir(place.folder.path().join(".env")).unwrap();
    assert_said!(place.run("db url codex"), @r#"
    postgres://jubilee@"db.example":5432/jubilee_codex?sslmode=prefer
    ---- stderr
    warning: .env is a folder, so it configures nothing; to configure the databases, make .env a file (.env.example explains it)
    warning: the environment variable DB_CODEX_HOST begins and ends with quotes, which are part of its value; set it without (dotenv files may have quotes; `docker run --env-file` and systemd's EnvironmentFile pass them on, or read them otherwise)
    ---- exit 0
    "#);
}
