DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_number_key' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE NULLS NOT DISTINCT (number, "Year") INCLUDE (total);
    END IF;
END;
$$;
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_pkey' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);
    END IF;
END;
$$;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS code text UNIQUE;
