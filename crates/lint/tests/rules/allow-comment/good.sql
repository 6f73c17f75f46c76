-- check:allow create-if-not-exists: fails on purpose where it was made by hand
CREATE SCHEMA teams;

DO $$
BEGIN
    -- check:allow create-if-not-exists: the same, in a block
    CREATE SCHEMA bands;
END
$$;
