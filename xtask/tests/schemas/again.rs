//! Every file is run twice in its place, and the second run changes nothing.

use postgres::Client;

use crate::rows;
use crate::support::{FIRST_RELEASE, databases, empty, files, lines, run};

/// The databases whose schemas are large, so that a fingerprint that finds little is a wrong one.
const LARGE: [&str; 3] = ["codex", "inspire", "continuum"];

/// Everything in schema `public` that a migration can have made, as text, and a digest of the rows
/// of each table.
pub(crate) fn fingerprint(client: &mut Client) -> Vec<String> {
    let mut all = Vec::new();
    for query in [
        "SELECT c.relname, c.relkind, c.relowner::regrole, c.relacl, pg_get_expr(c.relpartbound, c.oid), obj_description(c.oid, 'pg_class')
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity, a.attacl,
                pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1, a.attnum",
        "SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT i.indrelid::regclass, i.indexrelid::regclass, i.indisvalid, pg_get_indexdef(i.indexrelid) FROM pg_index i
         JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT oid::regprocedure, pg_get_functiondef(oid), proacl, obj_description(oid, 'pg_proc') FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' ORDER BY 1",
        "SELECT defaclrole::regrole, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2",
    ] {
        all.extend(lines(client, query));
    }
    for table in lines(
        client,
        "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1",
    ) {
        let rows = lines(
            client,
            &format!(
                "SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} t"
            ),
        );
        all.push(format!("{table} {}", rows.join("")));
    }
    all
}

/// The lines that only one of the two has.
pub(crate) fn difference(before: &[String], after: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|line| !after.contains(line));
    let new = after.iter().filter(|line| !before.contains(line));
    gone.map(|line| format!("- {line}"))
        .chain(new.map(|line| format!("+ {line}")))
        .collect()
}

#[test]
fn every_file_is_safe_to_run_again_in_its_place() {
    for (name, _) in databases() {
        let mut client = empty("again", name);
        let mut schema = Vec::new();
        for (count, file) in files(name).iter().enumerate() {
            if count == FIRST_RELEASE {
                rows::add(&mut client, name);
            }
            run(&mut client, file);
            schema = fingerprint(&mut client);
            run(&mut client, file);
            let changed = difference(&schema, &fingerprint(&mut client));
            assert_eq!(changed, Vec::<String>::new(), "{} run again", file.name());
        }
        assert!(
            schema.len() > if LARGE.contains(&name) { 100 } else { 0 },
            "{name} has a schema"
        );
    }
}
