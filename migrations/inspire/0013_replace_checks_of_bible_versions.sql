-- Migration: 0013_replace_checks_of_bible_versions
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check language tags and lengths as in the other databases

-- 0013 to 0026 exchange checks, one table in each file, so that no table stays locked while
-- another one is waited for:
--
-- * Language tags are checked as in the other databases: a BCP 47 tag of at most 35
--   characters. The pattern before allowed three subtags behind the language; every tag
--   that passed still does.
-- * length(text) becomes char_length(text), the spelling of the other databases and of the
--   standard. It is the same function.
-- * No check compares stamps of different transactions any more: now() is the start of a
--   transaction, so a long one may archive what was created after it began, and was
--   refused (23514).
--
-- NOT VALID reads no row, so each lock is held for an instant; 0027 checks the rows.

BEGIN;

ALTER TABLE bible_versions
    DROP CONSTRAINT IF EXISTS bible_versions_language_code_check,
    ADD CONSTRAINT bible_versions_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS bible_versions_title_check,
    ADD CONSTRAINT bible_versions_title_check
        CHECK (char_length(title) BETWEEN 1 AND 200) NOT VALID,
    DROP CONSTRAINT IF EXISTS bible_versions_copyright_notice_check,
    ADD CONSTRAINT bible_versions_copyright_notice_check
        CHECK (license_kind = 'public-domain' OR char_length(coalesce(copyright_notice, '')) > 0) NOT VALID;

COMMIT;
