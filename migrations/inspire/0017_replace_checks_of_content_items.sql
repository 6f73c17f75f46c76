-- Migration: 0017_replace_checks_of_content_items
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_items
    DROP CONSTRAINT IF EXISTS content_items_slug_check,
    ADD CONSTRAINT content_items_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 120) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_items_byline_check,
    ADD CONSTRAINT content_items_byline_check
        CHECK (char_length(byline) BETWEEN 1 AND 200) NOT VALID;

COMMIT;
