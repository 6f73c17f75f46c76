-- Migration: 0012_index_osis_codes
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let no two books have the same OSIS code
-- Transaction: none

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS bible_books_osis_code_key
    ON bible_books (osis_code);
