-- Migration: 0012_drop_stamp_checks_of_reading_progress
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger reading progress

-- See 0010 for the reason.

BEGIN;

ALTER TABLE reading_progress
    DROP CONSTRAINT IF EXISTS reading_progress_last_read_at_check,
    DROP CONSTRAINT IF EXISTS reading_progress_completed_at_check;

COMMIT;
