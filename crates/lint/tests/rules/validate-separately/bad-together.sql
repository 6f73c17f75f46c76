ALTER TABLE singers ADD CONSTRAINT singers_size_check CHECK (size > 0) NOT VALID;
-- next migration
ALTER TABLE singers VALIDATE CONSTRAINT singers_size_check, ADD COLUMN motto text;
