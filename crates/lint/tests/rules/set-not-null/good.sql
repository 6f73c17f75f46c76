CREATE TABLE IF NOT EXISTS orders (
    order_id uuid NOT NULL,
    customer text,
    total numeric(10, 2),
    placed_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id)
);
ALTER TABLE orders ALTER COLUMN placed_at SET NOT NULL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text NOT NULL;
-- next migration
ALTER TABLE orders ALTER COLUMN order_id SET NOT NULL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS remark text NOT NULL DEFAULT '';
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_total_not_null' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_total_not_null CHECK (NOT (total IS NULL) AND total > 0) NOT VALID;
    END IF;
END;
$$;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_null;
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_total_not_null;
-- next migration
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
