UPDATE products SET price = price * 100 WHERE currency = 'EUR';
UPDATE users SET display_name = display_name || ' (old)', status = lower(status) WHERE id IS NOT NULL;
UPDATE users AS u SET active = NOT u.active WHERE locale = 'de';
UPDATE users SET tags = array_append(tags, 'new') WHERE tags IS NOT NULL;
UPDATE users SET path = replace(path, '/a', '/a/b') WHERE locale = 'de';

INSERT INTO counters (code, total) VALUES ('visits', 1)
ON CONFLICT (code) DO UPDATE SET total = counters.total + excluded.total;

MERGE INTO products AS p
USING prices AS n ON p.id = n.id
WHEN MATCHED THEN UPDATE SET price = p.price + n.price;

ALTER TABLE events ALTER COLUMN happened_at TYPE timestamptz USING happened_at AT TIME ZONE 'UTC';
