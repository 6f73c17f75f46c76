-- Migration: 0022_replace_checks_of_collections
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE collections
    DROP CONSTRAINT IF EXISTS collections_slug_check,
    ADD CONSTRAINT collections_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 120) NOT VALID,
    DROP CONSTRAINT IF EXISTS collections_title_check,
    ADD CONSTRAINT collections_title_check
        CHECK (char_length(title) BETWEEN 1 AND 300) NOT VALID,
    DROP CONSTRAINT IF EXISTS collections_description_check,
    ADD CONSTRAINT collections_description_check
        CHECK (char_length(description) <= 5000) NOT VALID;

COMMIT;
