UPDATE products SET price = price * 0.5 WHERE price > 0;
UPDATE products SET price = price * 100 WHERE price < 1000 AND currency IS NOT NULL;
UPDATE products SET price = price + 1 WHERE price IS NOT NULL;
UPDATE products AS p SET price = o.price * 2 FROM products AS o WHERE o.product_id = p.product_id;
UPDATE products SET name = 'x' || name WHERE name LIKE 'a%' OR name LIKE '%b';
UPDATE products SET token = gen_random_uuid() WHERE currency = 'EUR';
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT product_id, price FROM products LOOP
        UPDATE products SET price = r.price * 2 WHERE product_id = r.product_id;
    END LOOP;
END
$$;
ALTER TABLE products ALTER COLUMN made_at TYPE timestamptz USING to_timestamp(made_at);
ALTER TABLE products ALTER COLUMN made_at TYPE timestamptz USING made_at AT TIME ZONE 'UTC';
UPDATE products SET kind = CASE kind WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' END WHERE kind IN ('a', 'b');
WITH dearer AS (SELECT product_id, price * 1.1 AS new_price FROM products)
UPDATE products SET price = d.new_price FROM dearer AS d WHERE d.product_id = products.product_id;
UPDATE products SET price = o.price + 1 FROM (SELECT product_id, price FROM products) AS o
WHERE o.product_id = products.product_id;
ALTER TABLE products ALTER COLUMN size TYPE text USING CASE size WHEN 1 THEN 'small' ELSE 'large' END;
