-- An example that its author ran piece by piece.

-- Teams, which users belong to.
CREATE SCHEMA IF NOT EXISTS teams;

-- And where they meet.
CREATE SCHEMA IF NOT EXISTS rooms
