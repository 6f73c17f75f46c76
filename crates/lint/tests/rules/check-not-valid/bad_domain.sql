DO $$
BEGIN
    ALTER DOMAIN email_address ADD CONSTRAINT email_address_check CHECK (VALUE LIKE '%@%');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;
