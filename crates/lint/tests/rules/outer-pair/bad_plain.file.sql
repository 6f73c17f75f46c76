CREATE SCHEMA IF NOT EXISTS teams;
-- That is all.
