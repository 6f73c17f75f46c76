-- Migration: 0001_example
-- Database: codex
-- Author: Ada Lovelace
-- Date: 2026-11-22
-- Description: an example

BEGIN;

SELECT 1;

COMMIT;
