DO $$
BEGIN
    CREATE TYPE mood AS ENUM ('sad', 'glad');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'weather') THEN
        CREATE TYPE weather AS ENUM ('rain', 'sun');
    END IF;
    IF EXISTS (SELECT FROM pg_type WHERE typname = 'temper') THEN
        RAISE NOTICE 'temper is there';
    ELSE
        CREATE TYPE temper AS ENUM ('mild', 'fierce');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN
        CREATE ROLE reader;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_cast WHERE castsource = 'mood'::regtype) THEN
        CREATE CAST (mood AS integer) WITH INOUT;
    END IF;
END
$$;

DROP POLICY IF EXISTS users_own ON users;
CREATE POLICY users_own ON users USING (true);
DROP OPERATOR IF EXISTS === (integer, integer);
CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = int4eq);
DROP CAST IF EXISTS (weather AS integer);
CREATE CAST (weather AS integer) WITH INOUT;
