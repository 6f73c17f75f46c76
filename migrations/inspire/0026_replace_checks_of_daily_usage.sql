-- Migration: 0026_replace_checks_of_daily_usage
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE daily_usage
    DROP CONSTRAINT IF EXISTS daily_usage_model_name_check,
    ADD CONSTRAINT daily_usage_model_name_check
        CHECK (char_length(model_name) BETWEEN 1 AND 100) NOT VALID;

COMMIT;
