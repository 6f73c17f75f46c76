-- Migration: 0014_name_canonical_book_code
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: says which code names a book of the Bible in every database

-- OSIS here, USFM elsewhere: two codes for one book. The code of this database is the
-- canonical one, since the passages that all services store are spelt with it (osis_ref);
-- the database with the texts has it as a column beside its own.

BEGIN;

COMMENT ON COLUMN bible_books.osis_code IS
    'Abbreviation of the OSIS standard, such as Gen or 1Cor; case matters. The canonical code: by it all databases and services name a book.';

COMMIT;
