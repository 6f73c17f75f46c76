//! What holds in every schema, asked of the catalogs.

use std::collections::BTreeMap;

use crate::support::{databases, lines, migrated};

/// Each query finds what must not be there.
const RULES: [(&str, &str); 12] = [
    ("a table without primary key", "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')"),
    ("a table without comment", "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND obj_description(c.oid, 'pg_class') IS NULL"),
    // All verses of a version have its one language, so the primary key serves that foreign key.
    ("a foreign key without index", "SELECT k.conrelid::regclass, k.conname FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
        AND k.conparentid = 0 AND k.conname <> 'bible_verses_bible_version_fkey' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
            AND (SELECT array_agg(x ORDER BY x) FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) x) = (SELECT array_agg(x ORDER BY x) FROM unnest(k.conkey) x))"),
    ("an index that another one makes redundant", "SELECT a.indexrelid::regclass, b.indexrelid::regclass FROM pg_index a JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
        JOIN pg_class ca ON ca.oid = a.indexrelid JOIN pg_class cb ON cb.oid = b.indexrelid
        WHERE ca.relnamespace = 'public'::regnamespace AND ca.relam = cb.relam AND NOT a.indisunique AND a.indexprs IS NULL AND b.indexprs IS NULL
        AND (b.indkey::int2[])[0:a.indnkeyatts - 1] = (a.indkey::int2[])[0:a.indnkeyatts - 1]
        AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid)"),
    ("a column type that the house does without", "SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
        AND a.atttypid IN ('timestamp'::regtype, 'varchar'::regtype, 'char'::regtype, 'bpchar'::regtype, 'json'::regtype, 'money'::regtype)"),
    ("a constraint that was never validated", "SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated"),
    ("an index that is not valid", "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"),
    ("updated_at without a trigger", "SELECT a.attrelid::regclass FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'updated_at'
        AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND (t.tgtype & 16) > 0)"),
    // Both dates of an invoice are written by the statement that issues it.
    ("a check that compares stamps of different transactions", "SELECT conrelid::regclass, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conname <> 'invoices_due_at_check'
        AND pg_get_constraintdef(oid) ~ '_at >= [a-z_]+_at'"),
    ("length() in place of char_length()", r"SELECT conrelid::regclass, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND pg_get_constraintdef(oid) ~ '\mlength\('"),
    ("a language tag that is checked in a way of its own", r"SELECT a.attrelid::regclass, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname IN ('locale', 'language_code')
        -- It is held equal to that of its version by a foreign key.
        AND c.relname <> 'bible_verses'
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid = a.attrelid AND k.conkey = ARRAY[a.attnum]
            AND pg_get_constraintdef(k.oid) = format('CHECK (((%1$s ~ ''^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$''::text) AND (char_length(%1$s) <= 35)))', a.attname))"),
    ("a function whose search_path is the caller's", "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT coalesce(p.proconfig::text ~ 'search_path', false)"),
];

#[test]
fn the_schemas_keep_the_house_rules() {
    for (name, _) in databases() {
        let mut client = migrated("rules", name);
        for (what, query) in RULES {
            assert_eq!(
                lines(&mut client, query),
                Vec::<String>::new(),
                "{name}: {what}"
            );
        }
    }
}

#[test]
fn set_updated_at_is_one_function_in_all_databases() {
    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, _) in databases() {
        let found = lines(
            &mut migrated("updated", name),
            "SELECT pg_get_functiondef(oid), obj_description(oid, 'pg_proc') FROM pg_proc WHERE oid = to_regprocedure('public.set_updated_at()')",
        );
        texts.entry(found.join("\n")).or_default().push(name);
    }
    assert_eq!(texts.len(), 1, "{texts:#?}");
}

#[test]
fn a_book_of_the_bible_has_one_code_in_all_databases() {
    let books = |name, query| lines(&mut migrated("books", name), query);
    let codex = books(
        "codex",
        "SELECT canonical_order, osis_code FROM bible_books ORDER BY 1",
    );
    assert_eq!(codex.len(), 66);
    assert_eq!(
        books(
            "inspire",
            "SELECT book_number, osis_code FROM bible_books WHERE testament <> 'deuterocanon' ORDER BY 1"
        ),
        codex
    );
    assert_eq!(
        lines(
            &mut migrated("named_books", "inspire"),
            "SELECT code FROM bible_books WHERE osis_code IS NULL"
        ),
        Vec::<String>::new()
    );
}
