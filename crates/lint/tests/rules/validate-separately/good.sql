DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_total_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    END IF;
END;
$$;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_size_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_size_check CHECK (size >= 0) NOT VALID;
    END IF;
END;
$$;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
-- next migration
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    total numeric(10, 2) NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'invoices_total_check' AND conrelid = 'invoices'::regclass
    ) THEN
        ALTER TABLE invoices ADD CONSTRAINT invoices_total_check CHECK (total >= 0) NOT VALID;
    END IF;
END;
$$;
ALTER TABLE invoices VALIDATE CONSTRAINT invoices_total_check;
