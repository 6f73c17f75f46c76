-- case
-- Destructive: nobody reads it
-- Contract: release 2026.11

ALTER TABLE authors DROP COLUMN IF EXISTS bio;
-- case
-- base ALTER TABLE authors ADD COLUMN nickname text;
-- Destructive: nobody reads it
-- Contract: release 2026.11

ALTER TABLE authors DROP COLUMN IF EXISTS nickname;
