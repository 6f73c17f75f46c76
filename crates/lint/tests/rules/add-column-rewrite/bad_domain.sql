DO $$
BEGIN
    CREATE DOMAIN email_address AS text CONSTRAINT email_address_check CHECK (VALUE LIKE '%@%');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;
-- next migration
ALTER TABLE orders ADD COLUMN IF NOT EXISTS contact email_address;
