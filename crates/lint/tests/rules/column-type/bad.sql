CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    total numeric(10, 2),
    amount numeric(10, 2),
    size integer,
    customer text,
    placed_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id),
    CONSTRAINT orders_amount_check CHECK (amount > 0)
);
-- next migration
ALTER TABLE orders ALTER COLUMN total TYPE numeric(10, 4);
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(12, 2);
ALTER TABLE public.orders ALTER COLUMN size SET DATA TYPE bigint;
ALTER TABLE orders ALTER COLUMN customer TYPE text USING lower(customer);
ALTER TABLE orders ALTER COLUMN customer TYPE text COLLATE "C";
ALTER TABLE orders ALTER COLUMN placed_at TYPE text USING placed_at::text;
