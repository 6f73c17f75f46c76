ALTER TABLE orders
    ADD COLUMN IF NOT EXISTS note text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS noted_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS noted_on date DEFAULT current_date,
    ADD COLUMN IF NOT EXISTS noted_by text DEFAULT current_user,
    ADD COLUMN IF NOT EXISTS year text DEFAULT to_char(now() + interval '1 day', 'YYYY'),
    ADD COLUMN IF NOT EXISTS tags text[] DEFAULT ARRAY['new'],
    ADD COLUMN IF NOT EXISTS settings jsonb DEFAULT jsonb_build_object('a', 1),
    ADD COLUMN IF NOT EXISTS shout text GENERATED ALWAYS AS (upper(customer)) VIRTUAL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS code uuid;
ALTER TABLE orders ALTER COLUMN code SET DEFAULT gen_random_uuid();
-- next migration
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
ALTER TABLE invoices ADD COLUMN IF NOT EXISTS code uuid DEFAULT gen_random_uuid();
-- next migration
CREATE OR REPLACE FUNCTION first_code() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'a' $$;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS first_code text DEFAULT first_code();
