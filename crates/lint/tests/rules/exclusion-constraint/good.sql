CREATE TABLE IF NOT EXISTS bookings (
    booking_id uuid NOT NULL,
    room_id integer NOT NULL,
    during tstzrange NOT NULL,
    CONSTRAINT bookings_pkey PRIMARY KEY (booking_id)
);
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'bookings_no_overlap' AND conrelid = 'bookings'::regclass
    ) THEN
        ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap
            EXCLUDE USING gist (room_id WITH =, during WITH &&);
    END IF;
END;
$$;
