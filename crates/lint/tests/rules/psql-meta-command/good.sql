SELECT E'\\d users', '\d users', $$
\d users
$$;
-- \d users
