-- What statements cost on a table with rows (before.sql), a case each: the rule that finds it,
-- if one does; what PostgreSQL does to the rows; the version that first knows the statement.

-- index-concurrently: builds
CREATE INDEX t_n_idx ON t (n);

-- index-concurrently: builds
CREATE INDEX t_n_idx ON ONLY t (n);

-- index-concurrently: builds
CREATE INDEX parent_id_idx ON parent (id);

-- nothing
CREATE INDEX parent_id_idx ON ONLY parent (id);

-- foreign-key-not-valid: reads
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES other;

-- nothing
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES other NOT VALID;

-- nothing, since 18
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES other NOT ENFORCED;

-- nothing
ALTER TABLE t ADD COLUMN c integer REFERENCES other;

-- nothing
ALTER TABLE t ADD COLUMN b integer DEFAULT 1, ADD COLUMN c integer REFERENCES other;

-- foreign-key-not-valid: reads
ALTER TABLE t ADD COLUMN c integer DEFAULT 1 REFERENCES other;

-- foreign-key-not-valid: reads
ALTER TABLE t ADD COLUMN c integer DEFAULT NULL REFERENCES other;

-- check-not-valid: reads
ALTER TABLE t ADD CHECK (n > 0);

-- nothing
ALTER TABLE t ADD CHECK (n > 0) NOT VALID;

-- nothing, since 18
ALTER TABLE t ADD CHECK (n > 0) NOT ENFORCED;

-- check-not-valid: reads
ALTER TABLE t ADD COLUMN c integer CHECK (c > 0);

-- check-not-valid: reads, since 18
ALTER TABLE t ADD CONSTRAINT n_not_null NOT NULL n;

-- nothing, since 18
ALTER TABLE t ADD CONSTRAINT n_not_null NOT NULL n NOT VALID;

-- nothing, since 18
ALTER TABLE t ADD CHECK (n IS NOT NULL);
-- next migration
ALTER TABLE t ADD CONSTRAINT n_not_null NOT NULL n;

-- set-not-null: reads
ALTER TABLE t ALTER n SET NOT NULL;

-- nothing
ALTER TABLE t ALTER id SET NOT NULL;

-- nothing
ALTER TABLE t ADD CHECK (n IS NOT NULL);
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- nothing
ALTER TABLE t ADD CHECK (n IS NOT NULL AND n > 0);
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- nothing
ALTER TABLE t ADD CHECK (NOT (n IS NULL));
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- set-not-null: reads
ALTER TABLE t ADD CHECK (n > 0);
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- set-not-null: reads
ALTER TABLE t ADD CHECK (n IS NOT NULL OR id > 0);
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- set-not-null: reads
ALTER TABLE t ADD CONSTRAINT k CHECK (n IS NOT NULL) NOT VALID;
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- nothing
ALTER TABLE t ADD CONSTRAINT k CHECK (n IS NOT NULL) NOT VALID;
-- next migration
ALTER TABLE t VALIDATE CONSTRAINT k;
-- next migration
ALTER TABLE t ALTER n SET NOT NULL;

-- set-not-null: reads
ALTER TABLE t ADD CONSTRAINT k CHECK (n IS NOT NULL);
-- next migration
ALTER TABLE t ALTER n SET NOT NULL, DROP CONSTRAINT k;

-- set-not-null: fails
ALTER TABLE t ADD COLUMN c integer NOT NULL;

-- set-not-null: fails
ALTER TABLE t ADD COLUMN c integer NOT NULL DEFAULT NULL;

-- nothing
ALTER TABLE t ADD COLUMN c integer NOT NULL DEFAULT 1;

-- nothing
ALTER TABLE t ALTER short TYPE varchar(20);

-- nothing
ALTER TABLE t ALTER short TYPE character varying(10);

-- nothing
ALTER TABLE t ALTER short TYPE varchar;

-- nothing
ALTER TABLE t ALTER short TYPE text;

-- nothing
ALTER TABLE t ALTER short TYPE text USING short::text;

-- nothing
ALTER TABLE t ALTER short TYPE text USING short;

-- column-type: rewrites
ALTER TABLE t ALTER short TYPE text USING lower(short);

-- column-type: rewrites
ALTER TABLE t ALTER short TYPE varchar(5);

-- column-type: builds
ALTER TABLE t ALTER short TYPE text COLLATE "C";

-- column-type: builds
ALTER TABLE t ALTER c_text TYPE text;

-- nothing
ALTER TABLE t ALTER c_text TYPE varchar COLLATE "C";

-- column-type: reads
ALTER TABLE t ALTER checked TYPE varchar(20);

-- column-type: reads
ALTER TABLE t ALTER checked TYPE varchar(10);

-- nothing
ALTER TABLE t ALTER long TYPE text;

-- column-type: rewrites
ALTER TABLE t ALTER long TYPE varchar(100);

-- nothing
ALTER TABLE t ALTER note TYPE varchar;

-- column-type: rewrites
ALTER TABLE t ALTER note TYPE varchar(100);

-- column-type: rewrites
ALTER TABLE t ALTER fixed TYPE char(9);

-- column-type: rewrites
ALTER TABLE t ALTER fixed TYPE text;

-- column-type: rewrites
ALTER TABLE t ALTER n TYPE bigint;

-- column-type: rewrites
ALTER TABLE t ALTER big TYPE integer;

-- nothing
ALTER TABLE t ALTER n TYPE int4;

-- nothing
ALTER TABLE t ALTER n TYPE plain;

-- nothing
ALTER TABLE t ALTER note TYPE words;

-- nothing
ALTER TABLE t ALTER count TYPE integer;

-- nothing
ALTER TABLE t ALTER rank TYPE integer;

-- column-type: rewrites
ALTER TABLE t ALTER n TYPE positive;

-- nothing
ALTER TABLE t ALTER price TYPE numeric(12, 2);

-- nothing
ALTER TABLE t ALTER price TYPE decimal;

-- column-type: rewrites
ALTER TABLE t ALTER price TYPE numeric(12, 3);

-- column-type: rewrites
ALTER TABLE t ALTER price TYPE numeric(10);

-- column-type: rewrites
ALTER TABLE t ALTER amount TYPE numeric(12, 2);

-- nothing
ALTER TABLE t ALTER at TYPE timestamp(6);

-- nothing
ALTER TABLE t ALTER at TYPE timestamp without time zone;

-- column-type: rewrites
ALTER TABLE t ALTER at TYPE timestamp(2);

-- column-type: rewrites
ALTER TABLE t ALTER at TYPE timestamptz;

-- nothing
ALTER TABLE t ALTER at_zone TYPE timestamp with time zone;

-- nothing
ALTER TABLE t ALTER hour TYPE time;

-- nothing
ALTER TABLE t ALTER hour_zone TYPE timetz(4);

-- nothing
ALTER TABLE t ALTER span TYPE interval;

-- column-type: rewrites
ALTER TABLE t ALTER bits TYPE bit(5) USING bits::bit(5);

-- column-type: builds
ALTER TABLE t ALTER bits TYPE bit varying;

-- column-type: builds
ALTER TABLE t ALTER tag TYPE varchar(20);

-- column-type: builds
ALTER TABLE t ALTER label TYPE varchar(20);

-- nothing
DROP INDEX t_label_idx;
-- next migration
ALTER TABLE t ALTER label TYPE varchar(20);

-- nothing
ALTER TABLE t ALTER more_bits TYPE varbit(8);

-- column-type: rewrites
ALTER TABLE t ALTER more_bits TYPE varbit(3);

-- nothing
ALTER TABLE t ALTER net TYPE inet;

-- nothing
ALTER TABLE t ALTER markup TYPE text;

-- column-type: rewrites
ALTER TABLE t ALTER doc TYPE jsonb;

-- column-type: rewrites
ALTER TABLE t ALTER names TYPE varchar(20)[];

-- column-type: rewrites
ALTER TABLE t ALTER ratio TYPE double precision;

-- nothing
ALTER TABLE t ADD COLUMN c text DEFAULT 'a';

-- nothing
ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now() + interval '1 day';

-- nothing
ALTER TABLE t ADD COLUMN c timestamptz DEFAULT current_timestamp;

-- nothing
ALTER TABLE t ADD COLUMN c text DEFAULT current_user;

-- nothing
ALTER TABLE t ADD COLUMN c text[] DEFAULT ARRAY['a', upper('b')];

-- nothing
ALTER TABLE t ADD COLUMN c plain DEFAULT 1;

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid();

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp();

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c integer DEFAULT (random() * 10)::integer;

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c serial;

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS IDENTITY;

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) STORED;

-- nothing, since 18
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) VIRTUAL;

-- nothing, since 18
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1);

-- add-column-rewrite: rewrites
ALTER TABLE t ADD COLUMN c positive;

-- nothing
ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY;

-- unique-using-index: builds
ALTER TABLE t ADD UNIQUE (n);

-- unique-using-index: builds
ALTER TABLE t ADD COLUMN c integer UNIQUE;

-- unique-using-index: builds
ALTER TABLE table_of_2026 ADD PRIMARY KEY (id);

-- nothing
CREATE UNIQUE INDEX t_n_key ON t (n);
-- next migration
ALTER TABLE t ADD UNIQUE USING INDEX t_n_key;

-- unique-using-index: builds
ALTER TABLE parent ADD UNIQUE (id, d);

-- nothing
ALTER TABLE ONLY parent ADD UNIQUE (id, d);

-- exclusion-constraint: builds
ALTER TABLE t ADD EXCLUDE USING btree (n WITH =);

-- attach-partition: reads
ALTER TABLE parent ATTACH PARTITION table_of_2026
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

-- nothing
ALTER TABLE table_of_2026 ADD CHECK (d >= '2026-01-01' AND d < '2027-01-01');
-- next migration
ALTER TABLE parent ATTACH PARTITION table_of_2026
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

-- attach-partition: reads
ALTER TABLE table_of_2026 ALTER d DROP NOT NULL, ADD CHECK (d >= '2026-01-01' AND d < '2027-01-01');
-- next migration
ALTER TABLE parent ATTACH PARTITION table_of_2026
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

-- unique-using-index: reads
ALTER TABLE table_of_2026 ALTER id DROP NOT NULL;
CREATE UNIQUE INDEX table_of_2026_pkey ON table_of_2026 (id, d);
-- next migration
ALTER TABLE table_of_2026 ADD PRIMARY KEY USING INDEX table_of_2026_pkey;

-- nothing
CREATE UNIQUE INDEX table_of_2026_pkey ON table_of_2026 (id) INCLUDE (d);
-- next migration
ALTER TABLE table_of_2026 ADD PRIMARY KEY USING INDEX table_of_2026_pkey;

-- nothing
ALTER TABLE table_of_2026 ALTER id DROP NOT NULL, ADD CHECK (id IS NOT NULL);
CREATE UNIQUE INDEX table_of_2026_pkey ON table_of_2026 (id);
-- next migration
ALTER TABLE table_of_2026 ADD PRIMARY KEY USING INDEX table_of_2026_pkey;

-- column-type: rewrites, since 17
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) STORED;
-- next migration
ALTER TABLE t ALTER c SET EXPRESSION AS (n + 2);

-- nothing, since 18
ALTER TABLE other ADD COLUMN c integer GENERATED ALWAYS AS (id + 1);
-- next migration
ALTER TABLE other ALTER c SET EXPRESSION AS (id + 2);

-- nothing
ALTER TABLE t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) STORED;
-- next migration
ALTER TABLE t ALTER c DROP EXPRESSION;
