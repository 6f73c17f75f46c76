CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    customer text,
    total numeric(10, 2),
    placed_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
-- next migration
CREATE INDEX IF NOT EXISTS orders_customer_idx ON ONLY orders (customer);
