CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    total money NOT NULL,
    parts money[],
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
CREATE DOMAIN price AS money;
