-- Migration: 0002_example
-- Databse: codex
-- Author: Your Name
-- Date: 2026-02-30

BEGIN;
SELECT 1;
COMMIT;
