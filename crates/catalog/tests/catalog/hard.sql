-- A shop, in which much hangs together: types in types, views on views, partitions of partitions.
CREATE SCHEMA shop;
CREATE SCHEMA stock;
CREATE EXTENSION pg_trgm SCHEMA shop VERSION '1.5';
CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent', 'back');
CREATE TYPE shop.tier AS ENUM ('low', 'mid', 'high');
CREATE DOMAIN shop.email AS text COLLATE "C" CONSTRAINT email_form CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE DOMAIN shop.cents AS bigint DEFAULT 0 NOT NULL CHECK (VALUE >= 0);
CREATE DOMAIN shop.open_state AS shop.state CHECK (VALUE <> 'back');
CREATE TYPE shop.money AS (amount bigint, currency char(3));
CREATE TYPE shop.place AS (street text, town text, price shop.money, tier shop.tier);
CREATE TYPE shop.tiers AS RANGE (SUBTYPE = integer);
CREATE SEQUENCE shop.numbers START 1000 INCREMENT 10;
CREATE COLLATION shop.plain (LC_COLLATE = 'C', LC_CTYPE = 'C');

CREATE FUNCTION shop.normal(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT lower(trim($1))$$;
CREATE FUNCTION shop.is_open(shop.state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT $1 IN ('new', 'paid')$$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.changed := now(); RETURN NEW; END$$;
CREATE FUNCTION shop.nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;

CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email shop.email NOT NULL UNIQUE,
    name varchar(100) NOT NULL,
    search text GENERATED ALWAYS AS (shop.normal(name::text)) STORED,
    home shop.place,
    tier shop.tier NOT NULL DEFAULT 'low',
    tags text[] NOT NULL DEFAULT '{}',
    tiers shop.tier[] DEFAULT '{low,mid}',
    settings jsonb NOT NULL DEFAULT '{}'::jsonb,
    referrer bigint REFERENCES shop.customers ON DELETE SET NULL,
    created timestamptz NOT NULL DEFAULT now(),
    changed timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customers_name CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT customers_tier CHECK (tier <> 'high' OR referrer IS NULL)
);
CREATE INDEX customers_name_trgm ON shop.customers USING gin (name shop.gin_trgm_ops);
CREATE INDEX customers_search ON shop.customers (search COLLATE shop.plain) WHERE tier = 'high';
CREATE INDEX customers_lower ON shop.customers (shop.normal(email::text), created DESC NULLS LAST) INCLUDE (id);
CREATE TRIGGER customers_touch BEFORE UPDATE OF name, tier ON shop.customers FOR EACH ROW
    WHEN (old.tier IS DISTINCT FROM new.tier) EXECUTE FUNCTION shop.touch();
ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY customers_own ON shop.customers TO reader USING (tier < 'high' AND name <> '');
CREATE POLICY customers_all ON shop.customers AS RESTRICTIVE FOR UPDATE TO writer USING (true) WITH CHECK (email IS NOT NULL);
COMMENT ON TABLE shop.customers IS 'Who buys';
COMMENT ON COLUMN shop.customers.email IS 'Where to write to';
COMMENT ON CONSTRAINT customers_name ON shop.customers IS 'Not empty';

CREATE TABLE shop.products (
    sku text PRIMARY KEY CHECK (sku ~ '^[A-Z]{2}-[0-9]+$'),
    title text NOT NULL,
    price shop.cents,
    tier_range shop.tiers,
    number integer NOT NULL DEFAULT nextval('shop.numbers'),
    old_number serial,
    weight numeric(10, 3),
    made date,
    EXCLUDE USING gist (tier_range WITH &&)
) WITH (fillfactor = 90);
ALTER SEQUENCE shop.numbers OWNED BY shop.products.number;
ALTER TABLE shop.products ALTER title SET STATISTICS 300;
CREATE STATISTICS shop.products_stats (mcv) ON title, made FROM shop.products;

CREATE TABLE shop.orders (
    id bigint NOT NULL,
    customer bigint NOT NULL REFERENCES shop.customers,
    state shop.state NOT NULL DEFAULT 'new',
    total shop.cents,
    placed date NOT NULL,
    note text,
    PRIMARY KEY (id, placed, state),
    CONSTRAINT orders_back CHECK (state <> 'back' OR note IS NOT NULL)
) PARTITION BY RANGE (placed);
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (state);
CREATE TABLE shop.orders_2025_open PARTITION OF shop.orders_2025 FOR VALUES IN ('new', 'paid');
CREATE TABLE shop.orders_2025_done PARTITION OF shop.orders_2025 FOR VALUES IN ('sent', 'back');
CREATE TABLE shop.orders_other PARTITION OF shop.orders DEFAULT;
CREATE INDEX orders_customer ON shop.orders (customer) WHERE state <> 'back';
CREATE TRIGGER orders_seen AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.nothing();
CREATE TABLE shop.lines (
    order_id bigint NOT NULL,
    order_placed date NOT NULL,
    order_state shop.state NOT NULL,
    line smallint NOT NULL,
    sku text NOT NULL REFERENCES shop.products ON UPDATE CASCADE,
    count integer NOT NULL DEFAULT 1 CHECK (count > 0),
    PRIMARY KEY (order_id, order_placed, line),
    FOREIGN KEY (order_id, order_placed, order_state) REFERENCES shop.orders (id, placed, state) ON DELETE CASCADE
);
CREATE TABLE stock.moves (
    id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    sku text REFERENCES shop.products,
    change integer NOT NULL,
    at timestamp NOT NULL DEFAULT now(),
    who name DEFAULT current_user,
    state shop.open_state DEFAULT 'new'
);
CREATE TABLE stock.things (code integer NOT NULL, label text, CHECK (code > 0));
CREATE TABLE stock.shelves (rows smallint) INHERITS (stock.things);
CREATE TABLE stock.boxes (size box) INHERITS (stock.things);
CREATE TABLE stock.of_place OF shop.place (street NOT NULL);

CREATE VIEW shop.open_orders AS SELECT o.id, o.placed, o.state, c.name, c.tier
    FROM shop.orders o JOIN shop.customers c ON c.id = o.customer WHERE o.state IN ('new', 'paid');
CREATE VIEW shop.per_tier AS SELECT tier, count(*) AS orders, array_agg(DISTINCT state) AS states FROM shop.open_orders GROUP BY tier;
CREATE VIEW stock.left_over WITH (security_barrier = true) AS
    SELECT p.sku, p.title, coalesce(sum(m.change), 0) AS left_over FROM shop.products p LEFT JOIN stock.moves m USING (sku) GROUP BY p.sku;
CREATE MATERIALIZED VIEW shop.totals AS SELECT customer, sum(total) AS total, max(state) AS last FROM shop.orders GROUP BY customer;
CREATE UNIQUE INDEX totals_customer ON shop.totals (customer);
CREATE FUNCTION shop.place_of(c shop.customers) RETURNS shop.place LANGUAGE sql STABLE AS $$SELECT c.home$$;
CREATE FUNCTION shop.orders_of(who bigint, wanted shop.state DEFAULT 'new') RETURNS SETOF shop.orders
    LANGUAGE sql STABLE AS $$SELECT * FROM shop.orders WHERE customer = who AND state = wanted$$;
CREATE FUNCTION shop.count_of(who bigint) RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM shop.open_orders WHERE id = who; END;
CREATE PROCEDURE shop.pay(who bigint) LANGUAGE plpgsql AS $$BEGIN UPDATE shop.orders SET state = 'paid' WHERE customer = who; END$$;
CREATE AGGREGATE shop.worst(shop.tier) (SFUNC = enum_smaller, STYPE = shop.tier);
CREATE OPERATOR shop.=~= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
CREATE RULE moves_keep AS ON DELETE TO stock.moves WHERE old.change > 0 DO INSTEAD NOTHING;
CREATE CAST (shop.tier AS integer) WITH INOUT;
CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = pg_catalog.simple);
CREATE PUBLICATION changes FOR TABLE shop.customers, shop.products WITH (publish = 'insert, update');
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER depot FOREIGN DATA WRAPPER far OPTIONS (host 'depot');
CREATE USER MAPPING FOR reader SERVER depot;
CREATE FOREIGN TABLE stock.remote (sku text, state shop.state, amount bigint) SERVER depot;

GRANT USAGE ON SCHEMA shop, stock TO reader, writer;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader;
GRANT INSERT, UPDATE (name, tier) ON shop.customers TO writer;
REVOKE ALL ON FUNCTION shop.normal(text) FROM PUBLIC;
ALTER TABLE stock.moves OWNER TO writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
