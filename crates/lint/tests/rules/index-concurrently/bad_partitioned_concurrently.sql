CREATE TABLE IF NOT EXISTS events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_at_idx ON events (at);
