-- Migration: 0028_index_complete_messages
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Index the search vectors of complete messages
-- Transaction: none

-- A query with search_vector @@ ... implies IS NOT NULL, so it uses this index as it is.

CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_search_vector_idx
    ON messages USING gin (search_vector)
    WHERE search_vector IS NOT NULL;
