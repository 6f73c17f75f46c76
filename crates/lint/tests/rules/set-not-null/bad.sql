CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    customer text,
    total numeric(10, 2),
    placed_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
-- next migration
ALTER TABLE orders ALTER COLUMN customer SET NOT NULL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text NOT NULL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS remark text NOT NULL DEFAULT NULL;
-- next migration
-- The check is not validated, or says something else.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_placed_at_not_null' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_placed_at_not_null CHECK (placed_at IS NOT NULL) NOT VALID;
    END IF;
END;
$$;
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_total_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0) NOT VALID;
    END IF;
END;
$$;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
-- next migration
ALTER TABLE orders ALTER COLUMN placed_at SET NOT NULL, ALTER COLUMN total SET NOT NULL;
