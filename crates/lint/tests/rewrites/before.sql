CREATE DOMAIN plain AS integer;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN words AS text;
CREATE TABLE other (id integer PRIMARY KEY);
CREATE TABLE t (
    id integer PRIMARY KEY, n integer, big bigint, short varchar(10), long varchar, fixed char(5),
    note text, checked varchar(10) CHECK (checked <> ''), c_text text COLLATE "C",
    price numeric(10, 2), amount numeric, at timestamp(3), at_zone timestamptz(3), hour time(3),
    hour_zone timetz(3), span interval(3), bits bit(4), more_bits varbit(4), net cidr,
    doc json, count plain, rank positive, names varchar(10)[], ratio real, markup xml
);
CREATE INDEX t_short_idx ON t (short);
CREATE INDEX t_note_idx ON t (note);
CREATE INDEX t_c_text_idx ON t (c_text);
CREATE INDEX t_price_idx ON t (price);
CREATE INDEX t_at_idx ON t (at);
CREATE TABLE parent (id integer, d date) PARTITION BY RANGE (d);
CREATE TABLE child PARTITION OF parent FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE table_of_2026 (id integer NOT NULL, d date NOT NULL);
INSERT INTO other VALUES (1);
INSERT INTO t (id, n, short, note, rank) VALUES (1, 1, 'a', 'a', 1);
INSERT INTO parent VALUES (1, '2020-06-01');
INSERT INTO table_of_2026 VALUES (1, '2026-06-01');
