CREATE TABLE IF NOT EXISTS orders (
    order_id uuid PRIMARY KEY,
    name text,
    code varchar(10),
    span interval year to month,
    price numeric(5, 2),
    size int,
    rank int,
    CONSTRAINT orders_rank_check CHECK (rank > 0)
);
-- next migration
ALTER TABLE orders ALTER COLUMN name TYPE text COLLATE "C" USING lower(name);
ALTER TABLE orders ALTER COLUMN name TYPE text USING lower(name);
ALTER TABLE orders ALTER COLUMN span TYPE interval day;
ALTER TABLE orders ALTER COLUMN price TYPE decimal(5, -2);
ALTER TABLE orders ALTER COLUMN size TYPE int4 USING size + 1;
ALTER TABLE orders ALTER COLUMN code TYPE character varying(10) USING upper(code);
ALTER TABLE orders ALTER COLUMN size TYPE int[] USING ARRAY[size];
ALTER TABLE orders ALTER COLUMN rank TYPE integer;
ALTER TABLE orders ALTER COLUMN rank TYPE int4 USING rank::int;
