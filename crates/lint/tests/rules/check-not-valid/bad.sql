DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_total_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
    END IF;
END;
$$;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS currency text DEFAULT 'EUR' CONSTRAINT orders_currency_check CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE orders ADD COLUMN IF NOT EXISTS weight integer CHECK (weight > 0);
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_customer_not_null' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_customer_not_null NOT NULL customer;
    END IF;
END;
$$;
