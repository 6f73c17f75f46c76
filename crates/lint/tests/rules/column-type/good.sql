CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    total numeric(10, 2),
    size integer,
    customer text,
    placed_at timestamptz(3),
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
ALTER TABLE orders ALTER COLUMN size TYPE bigint;
-- next migration
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
ALTER TABLE orders ALTER COLUMN size TYPE int8;
ALTER TABLE orders ALTER COLUMN customer TYPE text USING customer::text;
-- next migration
ALTER TABLE orders ALTER COLUMN total TYPE numeric USING total;
