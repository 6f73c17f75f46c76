-- Migration: 0011_index_audit_log_id_occurred_at
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: builds the index of the primary key that audit_log will have as a partition
-- Transaction: none

-- The key of a partitioned table holds the column that it is partitioned by. Built
-- concurrently: audit_log is written at every sign-in.

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS audit_log_history_pkey
    ON audit_log (id, occurred_at);
