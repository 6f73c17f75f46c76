-- Migration: 0013_drop_stamp_checks_of_notifications
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger notifications

-- See 0010 for the reason.

BEGIN;

ALTER TABLE notifications
    DROP CONSTRAINT IF EXISTS notifications_read_at_check,
    DROP CONSTRAINT IF EXISTS notifications_dismissed_at_check;

COMMIT;
