ALTER TABLE orders ADD COLUMN IF NOT EXISTS code uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN IF NOT EXISTS seen_at timestamptz DEFAULT pg_catalog.clock_timestamp();
ALTER TABLE orders ADD COLUMN IF NOT EXISTS digits text DEFAULT lpad((random() * 1000)::int::text, 3, '0');
ALTER TABLE orders ADD COLUMN IF NOT EXISTS slug text DEFAULT make_slug('order');
ALTER TABLE orders ADD COLUMN IF NOT EXISTS shout text GENERATED ALWAYS AS (upper(customer)) STORED;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS number bigint GENERATED ALWAYS AS IDENTITY;
-- next migration
CREATE OR REPLACE FUNCTION any_code() RETURNS text LANGUAGE sql AS $$ SELECT gen_random_uuid()::text $$;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS any_code text DEFAULT any_code();
