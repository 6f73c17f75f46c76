DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_total_not_null' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_total_not_null CHECK (total IS NOT NULL) NOT VALID;
    END IF;
END;
$$;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_null;
-- next migration
-- PostgreSQL drops the check before it looks for a proof.
ALTER TABLE orders ALTER COLUMN total SET NOT NULL, DROP CONSTRAINT IF EXISTS orders_total_not_null;
