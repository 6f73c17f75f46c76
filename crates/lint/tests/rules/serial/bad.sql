CREATE TABLE IF NOT EXISTS events (
    event_id bigserial,
    position SERIAL8,
    CONSTRAINT events_pkey PRIMARY KEY (event_id)
);
