CREATE TABLE IF NOT EXISTS countries (
    country_code text NOT NULL,
    -- The type of one byte that the catalog uses.
    kind "char",
    CONSTRAINT countries_pkey PRIMARY KEY (country_code),
    CONSTRAINT countries_country_code_check CHECK (country_code ~ '^[A-Z]{2}$')
);
