-- Migration: 0021_fill_invoice_numbers
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Register the numbers of the invoices that are there

-- Where two users have the same number, which nothing but the service prevented, a person
-- has to say which invoice keeps it; so that is said here, before 0022 would fail over it.

BEGIN;

DO $$
DECLARE
    duplicate text;
BEGIN
    SELECT string_agg(invoice_number, ', ' ORDER BY invoice_number)
        INTO duplicate
        FROM (
            SELECT invoice_number
            FROM invoices
            WHERE invoice_number IS NOT NULL
            GROUP BY invoice_number
            HAVING count(DISTINCT user_id) > 1
            ORDER BY invoice_number
            LIMIT 10
        ) AS shared;
    IF duplicate IS NOT NULL THEN
        RAISE EXCEPTION 'invoices of several users have the same number: %', duplicate
            USING ERRCODE = 'unique_violation',
                TABLE = 'invoices',
                COLUMN = 'invoice_number',
                HINT = 'Give all but one of them another number, then migrate again.';
    END IF;
END;
$$;

INSERT INTO invoice_numbers (invoice_number, user_id, created_at)
SELECT invoice_number, user_id, issued_at
FROM invoices
WHERE invoice_number IS NOT NULL
ON CONFLICT (invoice_number) DO NOTHING;

COMMIT;
