//! The names that the rule `constraint-name` proposes are those that PostgreSQL makes itself.

use crate::support::{Form, check, findings};
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

const TABLES: &str = r#"
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE IF NOT EXISTS teams (
    team_id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z]+$') CHECK (char_length(slug) < 50),
    owner_id uuid NOT NULL,
    founded_on date CHECK (founded_on <= current_date),
    starts_on date,
    ends_on date,
    "order" integer CHECK ("order" > 0),
    CONSTRAINT teams_owner_id_check CHECK (owner_id IS NOT NULL),
    CHECK (owner_id <> team_id),
    CHECK (owner_id <> '00000000-0000-4000-8000-000000000000'),
    CHECK (true),
    CHECK (starts_on < ends_on),
    CHECK (starts_on::text <> '' AND starts_on IN ('2026-01-01', '2027-01-01')),
    CHECK (date_part('year', ends_on) > 2000 AND ends_on > date '2000-01-01'),
    CHECK (CASE WHEN slug = 'a' THEN make_interval(days => 1) > '1 hour' END),
    UNIQUE (starts_on, ends_on) INCLUDE (slug),
    EXCLUDE USING gist (owner_id WITH =, slug WITH =)
);
CREATE TABLE IF NOT EXISTS the_team_members_of_all_teams_of_all_ministries (
    the_identity_of_the_team_that_they_are_members_of uuid NOT NULL,
    user_id uuid NOT NULL,
    "größe_größe_größe_größe_größe_größe_größe_größe" text UNIQUE,
    PRIMARY KEY (the_identity_of_the_team_that_they_are_members_of, user_id),
    UNIQUE (user_id, the_identity_of_the_team_that_they_are_members_of),
    FOREIGN KEY (the_identity_of_the_team_that_they_are_members_of) REFERENCES teams (team_id),
    FOREIGN KEY (user_id) REFERENCES teams (team_id),
    CONSTRAINT ministry_fkey FOREIGN KEY (user_id) REFERENCES teams (team_id),
    FOREIGN KEY (user_id) REFERENCES teams (team_id) DEFERRABLE
);
CREATE DOMAIN email AS text CHECK (VALUE ~ '@') CHECK (VALUE <> '');
ALTER TABLE teams
    ADD COLUMN IF NOT EXISTS rating smallint CHECK (rating BETWEEN 1 AND 5),
    ADD COLUMN IF NOT EXISTS parent_id uuid REFERENCES teams (team_id);
DO $$
BEGIN
    -- At the top level, add-constraint-guarded asks for their names.
    ALTER TABLE teams ADD CHECK (slug <> 'admin') NOT VALID;
    ALTER DOMAIN email ADD CHECK (VALUE = lower(VALUE));
END
$$;
"#;

fn named(server: &TempServer, database: &str, sql: &str) -> Vec<String> {
    server.create_database(database).unwrap();
    let mut client = Client::connect(&server.url(database), NoTls).unwrap();
    client.batch_execute(sql).unwrap();
    let query = "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
                 WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1";
    let rows = client.query(query, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn proposed_names_are_those_that_postgresql_makes() {
    let mut text = TABLES.to_owned();
    let mut proposed = 0;
    // The names that follow are those that are still free, so one is given after the other.
    while let Some((place, fix)) = first_fix(&text) {
        assert!(proposed < 100, "no end at {place}:\n{text}");
        text = fix;
        proposed += 1;
    }
    assert_eq!(proposed, 22);
    let server = TempServer::start(&Options::default()).unwrap();
    assert_eq!(
        named(&server, "made", TABLES),
        named(&server, "proposed", &text)
    );
}

/// The text with the first unnamed constraint named, and where that was.
fn first_fix(text: &str) -> Option<(usize, String)> {
    let reports = check(Form::Sql, text);
    let (report, finding) = findings(&reports).find(|(_, f)| f.rule.name == "constraint-name")?;
    let fixed = finding.fix.as_ref()?.apply(&report.text);
    let body = fixed.split_once("BEGIN;\n")?.1.rsplit_once("\nCOMMIT;")?.0;
    Some((finding.range.clone()?.start, body.to_owned()))
}
