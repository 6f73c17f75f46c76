DO $do$
DECLARE
    enforcing record;
BEGIN
    FOR enforcing IN
        SELECT t.tgrelid::pg_catalog.regclass AS relation, t.tgname, {state} AS state
        FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
        WHERE k.conrelid = {table}::pg_catalog.regclass AND k.conname = {constraint} AND t.tgisinternal
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', enforcing.relation, enforcing.state, enforcing.tgname);
    END LOOP;
END
$do$