CREATE TABLE IF NOT EXISTS orders (
    order_id uuid PRIMARY KEY,
    price numeric NOT NULL,
    gross numeric GENERATED ALWAYS AS (price * 1.2) STORED
);
CREATE OR REPLACE FUNCTION close_order(order_id uuid) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'UPDATE public.orders SET price = 0 WHERE orders.order_id = $1';
CREATE OR REPLACE FUNCTION grant_to_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public'
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO codex_readwrite', name);
    END LOOP;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO codex_readonly;
END;
$$;
SELECT grant_to_roles();
-- next migration
REVOKE UPDATE, DELETE ON orders FROM codex_readwrite;
REVOKE ALL ON orders FROM codex_readonly;
ALTER TABLE orders ALTER COLUMN gross DROP EXPRESSION IF EXISTS;
CREATE OR REPLACE FUNCTION close_order(order_id uuid) RETURNS void LANGUAGE sql
    AS 'UPDATE public.orders SET price = 0 WHERE orders.order_id = $1';
