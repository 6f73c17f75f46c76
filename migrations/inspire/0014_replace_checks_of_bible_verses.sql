-- Migration: 0014_replace_checks_of_bible_verses
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE bible_verses
    DROP CONSTRAINT IF EXISTS bible_verses_verse_text_check,
    ADD CONSTRAINT bible_verses_verse_text_check
        CHECK (char_length(verse_text) BETWEEN 1 AND 5000) NOT VALID;

COMMIT;
