CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    net numeric NOT NULL,
    total numeric GENERATED ALWAYS AS (net * 1.19) STORED,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
-- next migration
ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (net * 1.20);
ALTER TABLE invoices ALTER COLUMN total SET EXPRESSION AS (net * 1.20);
