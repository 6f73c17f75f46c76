CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (value > 0);
CREATE POLICY users_own ON users USING (true);
CREATE ROLE reader;
CREATE CAST (mood AS integer) WITH INOUT;
CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = int4eq);
CREATE TEXT SEARCH CONFIGURATION plain (copy = simple);

DO $$
BEGIN
    CREATE TYPE weather AS ENUM ('rain', 'sun');
EXCEPTION
    WHEN duplicate_table THEN NULL;
END
$$;

DO $$
BEGIN
    -- A type of another name, and a table, not a type.
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'mood') THEN
        CREATE TYPE temper AS ENUM ('mild', 'fierce');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'colour') THEN
        CREATE TYPE colour AS ENUM ('red', 'blue');
    END IF;
    -- One of two reasons is enough to get there.
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'size') OR true THEN
        CREATE TYPE size AS ENUM ('small', 'large');
    END IF;
END
$$;

DO $$
DECLARE
    number integer;
BEGIN
    -- Dropped in a loop that may have nothing to do.
    FOR number IN SELECT 1 FROM users LOOP
        DROP TYPE IF EXISTS shape;
    END LOOP;
    CREATE TYPE shape AS ENUM ('round', 'square');
END
$$;
