-- Transaction: none
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_pkey ON orders (order_id, "Line");
-- next migration
ALTER TABLE orders ALTER COLUMN order_id SET NOT NULL;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_pkey' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;
    END IF;
END;
$$;
