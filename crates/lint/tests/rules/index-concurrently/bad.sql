CREATE INDEX IF NOT EXISTS orders_customer_idx
    ON orders (customer, lower(note)) -- a comment
    INCLUDE (total)
    WHERE total > 0;
CREATE UNIQUE INDEX IF NOT EXISTS orders_number_key ON public.orders USING btree (number) NULLS NOT DISTINCT;

DO $$
BEGIN
    IF to_regclass('orders_total_idx') IS NULL THEN
        EXECUTE 'CREATE INDEX IF NOT EXISTS orders_total_idx ON orders (total)';
    END IF;
END;
$$;
