CREATE TABLE IF NOT EXISTS orders (
    order_id uuid PRIMARY KEY,
    gross integer GENERATED ALWAYS AS (1) STORED
);
GRANT SELECT ON orders TO codex_readwrite;
REVOKE UPDATE ON orders FROM codex_readwrite;
-- next migration
-- It has none of these, or has them again.
REVOKE ALL ON orders FROM PUBLIC, nobody;
REVOKE UPDATE ON orders FROM codex_readwrite;
REVOKE SELECT ON orders FROM codex_readwrite;
GRANT SELECT ON orders TO codex_readwrite;
REVOKE GRANT OPTION FOR SELECT ON orders FROM codex_readwrite;
-- Nobody uses it yet.
CREATE TABLE IF NOT EXISTS drafts (
    draft_id uuid PRIMARY KEY,
    size integer GENERATED ALWAYS AS (1) STORED
);
REVOKE ALL ON drafts FROM codex_readwrite;
ALTER TABLE drafts ALTER COLUMN size DROP EXPRESSION IF EXISTS;
-- A trigger fills it from then on.
ALTER TABLE orders ALTER COLUMN gross DROP EXPRESSION IF EXISTS;
CREATE TRIGGER orders_set_gross BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION set_gross();
