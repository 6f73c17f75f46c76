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
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_weight_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_weight_check CHECK (weight >= 0) NO INHERIT NOT VALID;
    END IF;
END;
$$;
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_size_check' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_size_check CHECK (size >= 0) NOT ENFORCED;
    END IF;
END;
$$;
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_customer_not_null' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_customer_not_null NOT NULL customer NOT VALID;
    END IF;
END;
$$;
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
        ALTER TABLE invoices ADD CONSTRAINT invoices_total_check CHECK (total >= 0);
    END IF;
END;
$$;
DO $$
BEGIN
    CREATE DOMAIN email_address AS text;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;
DO $$
BEGIN
    ALTER DOMAIN email_address ADD CONSTRAINT email_address_check CHECK (VALUE LIKE '%@%');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;
