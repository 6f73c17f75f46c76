-- Migration: 0015_replace_checks_of_content_types
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_types
    DROP CONSTRAINT IF EXISTS content_types_code_check,
    ADD CONSTRAINT content_types_code_check
        CHECK (code ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND char_length(code) <= 50) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_types_display_name_check,
    ADD CONSTRAINT content_types_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 100) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_types_description_check,
    ADD CONSTRAINT content_types_description_check
        CHECK (char_length(description) BETWEEN 1 AND 500) NOT VALID;

COMMIT;
