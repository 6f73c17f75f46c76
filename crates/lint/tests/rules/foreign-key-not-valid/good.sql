DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_user_id_fkey' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders
            ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
    END IF;
END;
$$;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
-- next migration
-- PostgreSQL knows that the new column is empty.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS plan_id integer REFERENCES plans (plan_id);
-- next migration
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
CREATE INDEX IF NOT EXISTS invoices_order_id_idx ON invoices (order_id);
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'invoices_order_id_fkey' AND conrelid = 'invoices'::regclass
    ) THEN
        ALTER TABLE invoices
            ADD CONSTRAINT invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (order_id);
    END IF;
END;
$$;
