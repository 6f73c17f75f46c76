-- Migration: 0016_replace_checks_of_content_series
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check language tags and lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_series
    DROP CONSTRAINT IF EXISTS content_series_slug_check,
    ADD CONSTRAINT content_series_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 120) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_series_title_check,
    ADD CONSTRAINT content_series_title_check
        CHECK (char_length(title) BETWEEN 1 AND 300) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_series_description_check,
    ADD CONSTRAINT content_series_description_check
        CHECK (char_length(description) <= 5000) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_series_language_code_check,
    ADD CONSTRAINT content_series_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID;

COMMIT;
