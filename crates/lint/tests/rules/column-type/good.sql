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
-- next migration
CREATE TABLE IF NOT EXISTS bills (
    bill_id uuid NOT NULL,
    net numeric NOT NULL,
    total numeric GENERATED ALWAYS AS (net * 1.19) VIRTUAL,
    CONSTRAINT bills_pkey PRIMARY KEY (bill_id)
);
-- next migration
ALTER TABLE bills ALTER COLUMN total SET EXPRESSION AS (net * 1.20);
