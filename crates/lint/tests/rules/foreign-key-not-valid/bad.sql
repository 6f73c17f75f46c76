DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_user_id_fkey' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders
            ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
    END IF;
END;
$$;
-- next migration
ALTER TABLE orders ADD COLUMN IF NOT EXISTS plan_id integer DEFAULT 1 REFERENCES plans (plan_id);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_card_id_fkey' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE public.orders ADD CONSTRAINT orders_card_id_fkey
            FOREIGN KEY (card_id) REFERENCES cards (card_id) DEFERRABLE INITIALLY DEFERRED;
    END IF;
END;
$$;
