-- Migration: 0029_drop_messages_search_idx
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Drop the index that also held an entry for each message that is still streaming
-- Transaction: none

-- messages_search_vector_idx serves every query that this one did.

DROP INDEX CONCURRENTLY IF EXISTS messages_search_idx;
