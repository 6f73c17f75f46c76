//! `snapshot`: each database's schema lies in the checkout.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Place, assert_said};

/// A checkout with the migrations, snapshots and lists of this one.
fn checkout() -> Place {
    let place = Place::checkout();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for database in xtask::databases::ALL {
        let name = database.database.name;
        for file in database.embedded {
            place.file(&format!("migrations/{name}/{}", file.name), &file.bytes);
        }
        for file in ["schema.sql", "SCHEMA.md", "drift.toml"] {
            let path = format!("crates/{name}/{file}");
            if let Ok(bytes) = fs::read(root.join(&path)) {
                place.file(&path, &bytes);
            }
        }
    }
    place
}

/// With PostgreSQL 15 and with 18, whichever runs here: the same bytes. That what is written loads to an
/// equal schema, the command itself makes sure of.
#[test]
fn the_snapshots_are_those_of_the_migrations() {
    let place = checkout();
    assert_said!(place.run("snapshot"), @"
    all snapshots are up to date
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("snapshot --check"), @"
    all snapshots are of these migrations
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn a_new_migration_needs_a_new_snapshot() {
    let place = checkout();
    let last = xtask::databases::ALL[0].embedded.len();
    let stem = format!("{:04}_add_nickname", last + 1);
    place.file(
        &format!("migrations/codex/{stem}.sql"),
        format!(
            "-- Migration: {stem}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n\
             -- Description: test\n\nBEGIN;\nALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text;\nCOMMIT;\n"
        )
        .as_bytes(),
    );
    assert_said!(place.run("snapshot --check"), @"
    ---- stderr

      error: out of date: crates/codex/schema.sql, crates/codex/SCHEMA.md
      ╰─▶ they are not of the migrations that are here
      help: cargo xtask snapshot, and commit what it writes
    ---- exit 1
    ");
    let before = fs::read_to_string(place.folder.path().join("crates/codex/schema.sql")).unwrap();
    assert_said!(place.run("snapshot codex"), @"
    ---- stderr
    wrote crates/codex/schema.sql
    wrote crates/codex/SCHEMA.md
    ---- exit 0
    ");
    let after = fs::read_to_string(place.folder.path().join("crates/codex/schema.sql")).unwrap();
    let new: Vec<&str> = after
        .lines()
        .filter(|line| !line.starts_with("-- ") && !before.lines().any(|other| other == *line))
        .collect();
    assert_eq!(new, ["    nickname                     text,"]);
    let gone = before
        .lines()
        .filter(|line| !line.starts_with("-- ") && !after.lines().any(|other| other == *line));
    assert_eq!(gone.count(), 0);
}

#[test]
fn what_a_branch_changes_is_shown_with_a_diagram() {
    let place = checkout();
    let git = |line: &str| {
        let status = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(line.split(' '))
            .current_dir(place.folder.path())
            .status();
        assert!(status.unwrap().success(), "{line}");
    };
    git("init -q -b main");
    git("add .");
    git("commit -q -m base");
    let path = place.folder.path().join("crates/codex/schema.sql");
    let sql = fs::read_to_string(&path).unwrap();
    let sql = sql.replace(
        "    suspension_reason            text,",
        "    suspension_reason            text,\n    nickname                     text DEFAULT '?',",
    );
    fs::write(&path, format!("{sql}\nCREATE TABLE public.teams (id uuid PRIMARY KEY, owner_id uuid NOT NULL REFERENCES public.users);\n")).unwrap();
    let said = place.run("snapshot codex --since main --format markdown");
    assert_said!(said, @r#"
    ### Schema of codex

    2 objects change

    - table public.teams: added, with 2 columns, 2 constraints
    - column public.users.nickname: added

    ```mermaid
    erDiagram
        teams["teams (new)"] {
            uuid id PK
            uuid owner_id FK
        }
        users {
            uuid id PK
            text nickname "new"
        }
        admin_tasks {
            uuid id PK
            uuid assigned_to FK
            uuid created_by FK
        }
        email_verification_tokens {
            uuid id PK
            uuid user_id FK
        }
        feature_flags {
            text flag_key PK
            uuid updated_by FK
        }
        oauth_authorization_codes {
            uuid id PK
            uuid client_id FK
            uuid user_id FK
        }
        oauth_clients {
            uuid id PK
            uuid created_by FK
        }
        oauth_refresh_token_families {
            uuid id PK
            uuid client_id FK
            uuid user_id FK
            uuid authorization_code_id FK
        }
        password_reset_tokens {
            uuid id PK
            uuid user_id FK
        }
        personas {
            uuid id PK
            uuid category_id FK
            uuid created_by FK
        }
        platform_settings {
            text setting_key PK
            uuid updated_by FK
        }
        safety_thresholds {
            uuid id PK
            uuid persona_id FK
            uuid updated_by FK
        }
        two_factor_methods {
            uuid id PK
            uuid user_id FK
        }
        two_factor_recovery_codes {
            uuid id PK
            uuid user_id FK
        }
        user_roles {
            uuid id PK
            uuid user_id FK
            uuid role_id FK
            uuid granted_by FK
            uuid revoked_by FK
        }
        users ||--o{ teams : "owner_id"
        users |o--o{ admin_tasks : "assigned_to / created_by"
        users ||--o{ email_verification_tokens : "user_id"
        users |o--o{ feature_flags : "updated_by"
        oauth_clients ||--o{ oauth_authorization_codes : "client_id"
        users ||--o{ oauth_authorization_codes : "user_id"
        users |o--o{ oauth_clients : "created_by"
        oauth_authorization_codes |o--o| oauth_refresh_token_families : "authorization_code_id"
        oauth_clients ||--o{ oauth_refresh_token_families : "client_id"
        users ||--o{ oauth_refresh_token_families : "user_id"
        users ||--o{ password_reset_tokens : "user_id"
        users |o--o{ personas : "created_by"
        users |o--o{ platform_settings : "updated_by"
        personas |o--o{ safety_thresholds : "persona_id"
        users |o--o{ safety_thresholds : "updated_by"
        users ||--o{ two_factor_methods : "user_id"
        users ||--o{ two_factor_recovery_codes : "user_id"
        users |o--o{ user_roles : "granted_by / revoked_by"
        users ||--o{ user_roles : "user_id"
    ```
    ---- stderr
    ---- exit 0
    "#);
    assert_said!(place.run("snapshot inspire --since main"), @"
    inspire: the schema stays as it is
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("snapshot inspire --since nowhere"), @"
    ---- stderr

      error: unknown revision `nowhere`
      ╰─▶ git has no commit of that name
      help: name a commit, a branch or a tag that git knows here, or fetch it: git fetch origin
    ---- exit 2
    ");
}
