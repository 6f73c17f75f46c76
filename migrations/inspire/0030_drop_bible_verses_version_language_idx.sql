-- Migration: 0030_drop_bible_verses_version_language_idx
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Drop an index that the primary key of bible_verses makes redundant
-- Transaction: none

-- It served the foreign key to (code, language_code) of a version. All verses of a version
-- have its one language, so the primary key, which begins with the version, finds the same
-- rows, and this index only made the loading of a version slower.

DROP INDEX CONCURRENTLY IF EXISTS bible_verses_version_language_idx;
