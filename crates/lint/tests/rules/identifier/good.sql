CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE TABLE IF NOT EXISTS "user_accounts" (
    ACCOUNT_ID uuid NOT NULL,
    name text,
    value text,
    type text,
    größe integer,
    amount$ bigint,
    CONSTRAINT user_accounts_pkey PRIMARY KEY (account_id)
);
-- Labels are read by people.
CREATE OR REPLACE VIEW account_list AS
SELECT account_id, name AS "Full Name" FROM user_accounts;
