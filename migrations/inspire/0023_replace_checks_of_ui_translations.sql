-- Migration: 0023_replace_checks_of_ui_translations
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check language tags and lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE ui_translations
    DROP CONSTRAINT IF EXISTS ui_translations_language_code_check,
    ADD CONSTRAINT ui_translations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS ui_translations_message_code_check,
    ADD CONSTRAINT ui_translations_message_code_check
        CHECK (message_code ~ '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$'
            AND char_length(message_code) <= 200) NOT VALID,
    DROP CONSTRAINT IF EXISTS ui_translations_message_text_check,
    ADD CONSTRAINT ui_translations_message_text_check
        CHECK (char_length(message_text) BETWEEN 1 AND 10000) NOT VALID;

COMMIT;
