-- Migration: 0020_register_invoice_numbers
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let an invoice number be given once on the whole platform, in a way that survives distribution

-- The number was unique for each user; book-keeping wants it unique altogether. A unique
-- index on invoice_number would do today, but a table distributed by user_id can only be
-- unique over columns that include user_id. So the numbers get a register:
--
-- * invoice_numbers says which user has which number. It will be a reference table, whole
--   on every node, and can therefore have the number alone as its key.
-- * invoices refers to it by (user_id, invoice_number): an invoice can only bear a number
--   that is registered for its user. The key there leaves each number one user, and
--   invoices_user_id_invoice_number_key, which stays, leaves each user one invoice with it.
-- * A trigger registers the number that an invoice gets, so that the running release goes on
--   issuing invoices as it does.
--
-- Numbers are not drawn from a sequence here: which series there are, and that a series has
-- no gaps, is up to the service that numbers invoices. Its number is now refused (23505)
-- where it was only expected to be new. A number that was used stays in the register, even
-- if its draft is deleted: it is not given twice.
--
-- The trigger reads and writes another table, which a trigger on a distributed table cannot
-- do, so there it does nothing, and the migration that distributes invoices drops it. Before
-- that, the service has to insert the number into the register itself, in the transaction
-- that issues the invoice, as it may from now on (docs/citus.md).
--
-- The foreign key is NOT VALID: rows that are there are registered by 0021, which says so if
-- two users have the same number, and checked by 0022. The stamp checks go as in 0010;
-- due_at is written together with issued_at, so its check stays.

BEGIN;

CREATE TABLE IF NOT EXISTS invoice_numbers (
    invoice_number text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoice_numbers_pkey PRIMARY KEY (invoice_number),
    -- Redundant beside the primary key, but the target of the invoices' foreign key.
    CONSTRAINT invoice_numbers_user_id_invoice_number_key UNIQUE (user_id, invoice_number),
    CONSTRAINT invoice_numbers_invoice_number_check CHECK (char_length(invoice_number) BETWEEN 1 AND 50)
);

COMMENT ON TABLE invoice_numbers IS 'Numbers of invoices that were given, and to whom. Rows are added and never changed or deleted.';
COMMENT ON COLUMN invoice_numbers.user_id IS 'The user whose invoice has the number. Kept with the invoices when the account is erased.';

-- With its owner's rights: who may write invoices need not have grants on the register.
CREATE OR REPLACE FUNCTION register_invoice_number()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    -- On a distributed table this runs for a shard, which has a name of its own: there the
    -- foreign key alone decides.
    IF TG_TABLE_NAME <> 'invoices' THEN
        RETURN NEW;
    END IF;

    INSERT INTO public.invoice_numbers (invoice_number, user_id)
    VALUES (NEW.invoice_number, NEW.user_id)
    ON CONFLICT (invoice_number) DO NOTHING;

    IF EXISTS (
        SELECT 1
        FROM public.invoice_numbers
        WHERE invoice_number = NEW.invoice_number
            AND user_id <> NEW.user_id
    ) THEN
        RAISE EXCEPTION 'invoice number % was given to another user', NEW.invoice_number
            USING ERRCODE = 'unique_violation',
                TABLE = 'invoice_numbers',
                CONSTRAINT = 'invoice_numbers_pkey';
    END IF;

    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION register_invoice_number() IS
    'BEFORE row trigger: enters the number of an invoice into invoice_numbers, and refuses one that another user has. Does nothing on a distributed table.';

ALTER TABLE invoices
    DROP CONSTRAINT IF EXISTS invoices_paid_at_check,
    DROP CONSTRAINT IF EXISTS invoices_voided_at_check;

DROP TRIGGER IF EXISTS invoices_register_number ON invoices;
CREATE TRIGGER invoices_register_number
    BEFORE INSERT OR UPDATE OF user_id, invoice_number ON invoices
    FOR EACH ROW
    WHEN (NEW.invoice_number IS NOT NULL)
    EXECUTE FUNCTION register_invoice_number();

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'invoices_user_id_invoice_number_fkey'
            AND conrelid = 'invoices'::regclass
    ) THEN
        ALTER TABLE invoices
            ADD CONSTRAINT invoices_user_id_invoice_number_fkey FOREIGN KEY (user_id, invoice_number)
            REFERENCES invoice_numbers (user_id, invoice_number) ON DELETE RESTRICT
            NOT VALID;
    END IF;
END;
$$;

COMMENT ON COLUMN invoices.invoice_number IS
    'Printed number, given when issued; NULL for a draft. Unique in the whole platform: see invoice_numbers.';

COMMIT;
