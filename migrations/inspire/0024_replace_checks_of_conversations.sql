-- Migration: 0024_replace_checks_of_conversations
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger conversations, and check text as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE conversations
    DROP CONSTRAINT IF EXISTS conversations_title_check,
    ADD CONSTRAINT conversations_title_check
        CHECK (char_length(title) BETWEEN 1 AND 300) NOT VALID,
    DROP CONSTRAINT IF EXISTS conversations_language_code_check,
    ADD CONSTRAINT conversations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS conversations_archived_at_check,
    DROP CONSTRAINT IF EXISTS conversations_deleted_at_check,
    DROP CONSTRAINT IF EXISTS conversations_pinned_at_check,
    ADD CONSTRAINT conversations_pinned_at_check
        CHECK (pinned_at IS NULL OR (archived_at IS NULL AND deleted_at IS NULL)) NOT VALID;

COMMIT;
