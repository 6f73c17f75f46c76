CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    customer text,
    total numeric(10, 2),
    placed_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
CREATE INDEX IF NOT EXISTS orders_customer_idx ON orders (customer);
CREATE INDEX IF NOT EXISTS orders_total_idx ON public.orders (total);
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_placed_at_idx ON orders (placed_at);
-- next migration
CREATE TABLE IF NOT EXISTS events (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, happened_at)
) PARTITION BY RANGE (happened_at);
-- next migration
CREATE INDEX IF NOT EXISTS events_happened_at_idx ON ONLY events (happened_at);
-- next migration
-- In another schema it is still the file's own.
CREATE TABLE IF NOT EXISTS venues (venue_id uuid, name text, CONSTRAINT venues_pkey PRIMARY KEY (venue_id));
DO $$
BEGIN
    IF to_regclass('archive.venues') IS NULL THEN
        ALTER TABLE venues SET SCHEMA archive;
    END IF;
END;
$$;
CREATE INDEX IF NOT EXISTS venues_name_idx ON archive.venues (name);
