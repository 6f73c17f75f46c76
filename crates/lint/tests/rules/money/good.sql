CREATE TABLE IF NOT EXISTS invoices (
    invoice_id uuid NOT NULL,
    total_minor bigint NOT NULL,
    currency_code text NOT NULL,
    -- A type of one's own.
    tip shop.money,
    CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id)
);
