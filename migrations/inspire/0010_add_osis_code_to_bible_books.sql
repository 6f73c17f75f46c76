-- Migration: 0010_add_osis_code_to_bible_books
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Give the books of the Bible the code by which all databases name them

-- codex spells passages with OSIS codes, and all services store them; the key here is the
-- USFM code, on which the verses of all versions hang. The OSIS code is the canonical one,
-- so it comes in as a column, and the key stays. NULL is for a book that OSIS does not name.
--
-- The check on the name is the same one, spelt with char_length as everywhere (see 0013).

BEGIN;

ALTER TABLE bible_books
    ADD COLUMN IF NOT EXISTS osis_code text,
    DROP CONSTRAINT IF EXISTS bible_books_osis_code_check,
    ADD CONSTRAINT bible_books_osis_code_check
        CHECK (osis_code ~ '^[1-4]?[A-Z][A-Za-z]{1,6}$') NOT VALID,
    DROP CONSTRAINT IF EXISTS bible_books_english_name_check,
    ADD CONSTRAINT bible_books_english_name_check
        CHECK (char_length(english_name) BETWEEN 1 AND 100) NOT VALID;

COMMENT ON COLUMN bible_books.code IS
    'USFM book identifier, e.g. GEN or 1CO: the key in this database. Elsewhere a book is named by osis_code.';
COMMENT ON COLUMN bible_books.osis_code IS
    'Abbreviation of the OSIS standard, e.g. Gen or 1Cor: the canonical code, by which all databases and services name a book.';

COMMIT;
