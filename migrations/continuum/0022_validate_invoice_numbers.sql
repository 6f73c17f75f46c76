-- Migration: 0022_validate_invoice_numbers
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check the existing invoices against the register of numbers

-- Reads the table under a lock that lets reading and writing go on.

BEGIN;

ALTER TABLE invoices VALIDATE CONSTRAINT invoices_user_id_invoice_number_fkey;

COMMIT;
