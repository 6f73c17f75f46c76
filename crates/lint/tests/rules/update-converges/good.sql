UPDATE users SET email = lower(trim(email)) WHERE email <> lower(trim(email));
UPDATE users SET locale = coalesce(locale, 'en') WHERE locale IS NULL;
UPDATE users SET status = CASE WHEN status = 'new' THEN 'pending' ELSE status END WHERE id IS NOT NULL;
UPDATE products SET price_cents = price * 100 WHERE price_cents IS NULL;
UPDATE products SET price = price * 100, unit = 'cent' WHERE unit = 'euro';
UPDATE users SET display_name = display_name || ' (old)' WHERE display_name NOT LIKE '% (old)';
UPDATE users SET settings = settings || '{"theme": "dark"}'::jsonb WHERE id IS NOT NULL;
UPDATE users SET settings = jsonb_set(settings, '{theme}', '"dark"') WHERE id IS NOT NULL;
UPDATE users SET settings = settings - 'theme' WHERE id IS NOT NULL;
UPDATE users SET path = replace(path, '/old/', '/new/') WHERE id IS NOT NULL;

INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor')
ON CONFLICT (code) DO UPDATE SET display_name = excluded.display_name;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'events' AND column_name = 'happened_at'
          AND data_type = 'timestamp without time zone'
    ) THEN
        ALTER TABLE events
            ALTER COLUMN happened_at TYPE timestamptz USING happened_at AT TIME ZONE 'UTC';
    END IF;
END
$$;
UPDATE products AS p SET price = n.price * 100 FROM prices AS n WHERE p.id = n.id;
UPDATE products SET number = (SELECT max(number) FROM old_products) + 1 WHERE id IS NOT NULL;

INSERT INTO counters (code, total) VALUES ('visits', 1)
ON CONFLICT (code) DO UPDATE SET total = excluded.total * 2;
UPDATE accounts SET email = lower(left(email, 3) || id || '@example.org') WHERE email !~ '@example\.org$';
