CREATE TABLE IF NOT EXISTS countries (
    country_code char(2) NOT NULL,
    currency_code CHARACTER(3),
    grade char,
    codes char(2)[],
    name bpchar,
    CONSTRAINT countries_pkey PRIMARY KEY (country_code)
);
CREATE DOMAIN language_code AS char(2);
CREATE TYPE place AS (country_code char(2));
-- next migration
ALTER TABLE countries ALTER COLUMN name TYPE char(100);
