CREATE TABLE IF NOT EXISTS books (
    book_number smallint NOT NULL,
    chapter_count integer NOT NULL DEFAULT 0,
    CONSTRAINT books_pkey PRIMARY KEY (book_number)
);
CREATE TABLE IF NOT EXISTS verses (
    book_number integer NOT NULL,
    verse_number integer NOT NULL,
    CONSTRAINT verses_pkey PRIMARY KEY (book_number, verse_number)
);
-- Its type is that of what it refers to.
CREATE TABLE IF NOT EXISTS old_events (
    event_id integer NOT NULL,
    CONSTRAINT old_events_pkey PRIMARY KEY (event_id),
    CONSTRAINT old_events_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (event_id)
);
CREATE TABLE IF NOT EXISTS notes (
    note_id bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT notes_pkey PRIMARY KEY (note_id)
);
