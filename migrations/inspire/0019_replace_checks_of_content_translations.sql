-- Migration: 0019_replace_checks_of_content_translations
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check language tags and lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_translations
    DROP CONSTRAINT IF EXISTS content_translations_language_code_check,
    ADD CONSTRAINT content_translations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_translations_title_check,
    ADD CONSTRAINT content_translations_title_check
        CHECK (char_length(title) BETWEEN 1 AND 300) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_translations_summary_check,
    ADD CONSTRAINT content_translations_summary_check
        CHECK (char_length(summary) <= 2000) NOT VALID;

COMMIT;
