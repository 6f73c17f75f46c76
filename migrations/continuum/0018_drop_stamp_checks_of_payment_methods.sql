-- Migration: 0018_drop_stamp_checks_of_payment_methods
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger payment methods

-- See 0010 for the reason.

BEGIN;

ALTER TABLE payment_methods
    DROP CONSTRAINT IF EXISTS payment_methods_detached_at_check;

COMMIT;
