-- Migration: 0018_replace_checks_of_content_versions
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger content versions, and check text as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_versions
    DROP CONSTRAINT IF EXISTS content_versions_language_code_check,
    ADD CONSTRAINT content_versions_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_versions_title_check,
    ADD CONSTRAINT content_versions_title_check
        CHECK (char_length(title) BETWEEN 1 AND 300) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_versions_summary_check,
    ADD CONSTRAINT content_versions_summary_check
        CHECK (char_length(summary) <= 2000) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_versions_change_note_check,
    ADD CONSTRAINT content_versions_change_note_check
        CHECK (char_length(change_note) <= 1000) NOT VALID,
    DROP CONSTRAINT IF EXISTS content_versions_archived_at_check,
    ADD CONSTRAINT content_versions_archived_at_check
        CHECK ((publication_state = 'archived') = (archived_at IS NOT NULL)) NOT VALID;

COMMIT;
