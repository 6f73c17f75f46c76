DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'orders_number_key' AND conrelid = 'orders'::regclass
    ) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number_key;
    END IF;
END;
$$;
-- next migration
CREATE TABLE IF NOT EXISTS events (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, happened_at)
) PARTITION BY RANGE (happened_at);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'events_event_id_key' AND conrelid = 'events'::regclass
    ) THEN
        ALTER TABLE ONLY events ADD CONSTRAINT events_event_id_key UNIQUE (event_id, happened_at);
    END IF;
END;
$$;
-- next migration
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    number text NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'invoices_number_key' AND conrelid = 'invoices'::regclass
    ) THEN
        ALTER TABLE invoices ADD CONSTRAINT invoices_number_key UNIQUE (number);
    END IF;
END;
$$;
-- next migration
CREATE TABLE IF NOT EXISTS lines (line_id uuid NOT NULL, note text);
-- next migration
-- Transaction: none
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS lines_pkey ON lines (line_id) INCLUDE (note);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'lines_pkey' AND conrelid = 'lines'::regclass
    ) THEN
        ALTER TABLE lines ADD CONSTRAINT lines_pkey PRIMARY KEY USING INDEX lines_pkey;
    END IF;
END;
$$;
-- next migration
-- Nobody saw this index being made.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'parcels_pkey' AND conrelid = 'parcels'::regclass
    ) THEN
        ALTER TABLE parcels ADD CONSTRAINT parcels_pkey PRIMARY KEY USING INDEX parcels_parcel_id_idx;
    END IF;
END;
$$;
