-- Migration: 0002_create_billing
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create subscription plans and prices, payment methods, subscriptions, and invoices with their lines

-- Amounts are integers in the smallest unit of their currency ("cents"), each
-- beside a currency column; an invoice line is in its invoice's currency.
--
-- A payment provider calls with its own identifiers, without our user_id. These
-- have an index for finding the row; uniqueness is promised for each user (see
-- 0001), which is enough because a provider never gives one identifier twice.

BEGIN;

-- ---------------------------------------------------------------------------
-- Plans and prices: reference data, not owned by users
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS subscription_plans (
    plan_code text NOT NULL,
    display_name text NOT NULL,
    description text NOT NULL,
    sort_order smallint NOT NULL DEFAULT 0,
    trial_days smallint NOT NULL DEFAULT 0,
    features jsonb NOT NULL DEFAULT '{}',
    retired_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_plans_pkey PRIMARY KEY (plan_code),
    CONSTRAINT subscription_plans_plan_code_check CHECK (plan_code ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT subscription_plans_display_name_check CHECK (char_length(display_name) BETWEEN 1 AND 100),
    CONSTRAINT subscription_plans_description_check CHECK (char_length(description) BETWEEN 1 AND 1000),
    CONSTRAINT subscription_plans_trial_days_check CHECK (trial_days BETWEEN 0 AND 90),
    CONSTRAINT subscription_plans_features_check CHECK (jsonb_typeof(features) = 'object')
);

COMMENT ON TABLE subscription_plans IS 'Plans that a user can subscribe to. Reference data, changed by migrations.';
COMMENT ON COLUMN subscription_plans.plan_code IS 'Stable name of the plan, used by applications; never reused.';
COMMENT ON COLUMN subscription_plans.retired_at IS 'When the plan was withdrawn from sale. Existing subscriptions go on, so plans are retired and not deleted.';

DROP TRIGGER IF EXISTS subscription_plans_set_updated_at ON subscription_plans;
CREATE TRIGGER subscription_plans_set_updated_at
    BEFORE UPDATE ON subscription_plans
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS subscription_plan_prices (
    plan_code text NOT NULL,
    billing_interval text NOT NULL,
    currency text NOT NULL,
    amount_cents bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_plan_prices_pkey PRIMARY KEY (plan_code, billing_interval, currency),
    CONSTRAINT subscription_plan_prices_plan_code_fkey FOREIGN KEY (plan_code)
        REFERENCES subscription_plans (plan_code) ON DELETE CASCADE,
    CONSTRAINT subscription_plan_prices_billing_interval_check CHECK (billing_interval IN ('month', 'year')),
    CONSTRAINT subscription_plan_prices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT subscription_plan_prices_amount_cents_check CHECK (amount_cents >= 0)
);

COMMENT ON TABLE subscription_plan_prices IS 'What a new subscription costs today; a running subscription keeps the price that it was made at.';
COMMENT ON COLUMN subscription_plan_prices.currency IS 'ISO 4217 code.';

DROP TRIGGER IF EXISTS subscription_plan_prices_set_updated_at ON subscription_plan_prices;
CREATE TRIGGER subscription_plan_prices_set_updated_at
    BEFORE UPDATE ON subscription_plan_prices
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Payment methods
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS payment_methods (
    user_id uuid NOT NULL,
    payment_method_id uuid NOT NULL DEFAULT gen_random_uuid(),
    provider text NOT NULL,
    provider_reference text NOT NULL,
    method_type text NOT NULL,
    brand text,
    last_four text,
    expiry_month smallint,
    expiry_year smallint,
    is_preferred boolean NOT NULL DEFAULT false,
    detached_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_methods_pkey PRIMARY KEY (user_id, payment_method_id),
    CONSTRAINT payment_methods_user_id_provider_reference_key UNIQUE (user_id, provider, provider_reference),
    CONSTRAINT payment_methods_provider_check CHECK (provider ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT payment_methods_provider_reference_check CHECK (char_length(provider_reference) BETWEEN 1 AND 255),
    CONSTRAINT payment_methods_method_type_check CHECK (method_type IN ('card', 'bank_account', 'wallet')),
    CONSTRAINT payment_methods_brand_check CHECK (char_length(brand) BETWEEN 1 AND 50),
    CONSTRAINT payment_methods_last_four_check CHECK (last_four ~ '^[0-9]{4}$'),
    CONSTRAINT payment_methods_expiry_month_check CHECK (expiry_month BETWEEN 1 AND 12),
    CONSTRAINT payment_methods_expiry_year_check CHECK (expiry_year BETWEEN 2000 AND 2100),
    CONSTRAINT payment_methods_card_check CHECK (
        method_type <> 'card'
        OR (last_four IS NOT NULL AND expiry_month IS NOT NULL AND expiry_year IS NOT NULL)
    ),
    CONSTRAINT payment_methods_detached_at_check CHECK (detached_at >= created_at),
    CONSTRAINT payment_methods_is_preferred_check CHECK (NOT is_preferred OR detached_at IS NULL)
);

COMMENT ON TABLE payment_methods IS 'How a user pays. Holds nothing that could be charged without the provider: no card number, no account number.';
COMMENT ON COLUMN payment_methods.provider_reference IS
    'The provider''s identifier of the method. Not a secret: it is useless without the platform''s own credentials, and needed in plain text to charge.';
COMMENT ON COLUMN payment_methods.detached_at IS
    'When the user removed the method. Subscriptions and invoices still refer to it, so it is detached and not deleted.';

-- At most one preferred method for each user.
CREATE UNIQUE INDEX IF NOT EXISTS payment_methods_preferred_key
    ON payment_methods (user_id)
    WHERE is_preferred;

CREATE INDEX IF NOT EXISTS payment_methods_provider_reference_idx
    ON payment_methods (provider_reference);

DROP TRIGGER IF EXISTS payment_methods_set_updated_at ON payment_methods;
CREATE TRIGGER payment_methods_set_updated_at
    BEFORE UPDATE ON payment_methods
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Subscriptions
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS subscriptions (
    user_id uuid NOT NULL,
    subscription_id uuid NOT NULL DEFAULT gen_random_uuid(),
    plan_code text NOT NULL,
    payment_method_id uuid,
    status text NOT NULL,
    billing_interval text NOT NULL,
    amount_cents bigint NOT NULL,
    currency text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    trial_ends_at timestamptz,
    period_started_at timestamptz NOT NULL DEFAULT now(),
    period_ends_at timestamptz NOT NULL,
    cancel_requested_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    provider text,
    provider_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_pkey PRIMARY KEY (user_id, subscription_id),
    CONSTRAINT subscriptions_plan_code_fkey FOREIGN KEY (plan_code)
        REFERENCES subscription_plans (plan_code) ON DELETE RESTRICT,
    CONSTRAINT subscriptions_user_id_payment_method_id_fkey FOREIGN KEY (user_id, payment_method_id)
        REFERENCES payment_methods (user_id, payment_method_id) ON DELETE RESTRICT,
    CONSTRAINT subscriptions_status_check CHECK (status IN ('trialing', 'active', 'past_due', 'paused', 'ended')),
    CONSTRAINT subscriptions_billing_interval_check CHECK (billing_interval IN ('month', 'year')),
    CONSTRAINT subscriptions_amount_cents_check CHECK (amount_cents >= 0),
    CONSTRAINT subscriptions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT subscriptions_trial_check CHECK (status <> 'trialing' OR trial_ends_at IS NOT NULL),
    CONSTRAINT subscriptions_trial_ends_at_check CHECK (trial_ends_at > started_at),
    CONSTRAINT subscriptions_period_started_at_check CHECK (period_started_at >= started_at),
    CONSTRAINT subscriptions_period_ends_at_check CHECK (period_ends_at > period_started_at),
    CONSTRAINT subscriptions_cancel_requested_at_check CHECK (cancel_requested_at >= started_at),
    CONSTRAINT subscriptions_ended_at_check CHECK (ended_at >= started_at),
    CONSTRAINT subscriptions_end_reason_check CHECK (end_reason IN ('cancelled', 'unpaid', 'replaced', 'administrator')),
    CONSTRAINT subscriptions_ending_check CHECK (
        (status = 'ended') = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (end_reason IS NULL)
    ),
    CONSTRAINT subscriptions_provider_check CHECK (provider ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT subscriptions_provider_reference_check CHECK (char_length(provider_reference) BETWEEN 1 AND 255),
    CONSTRAINT subscriptions_provider_pair_check CHECK ((provider IS NULL) = (provider_reference IS NULL))
);

COMMENT ON TABLE subscriptions IS 'Subscriptions of users to plans, running and ended.';
COMMENT ON COLUMN subscriptions.amount_cents IS 'Price for each billing interval, copied from the price list at the start, so that a later list price does not change it.';
COMMENT ON COLUMN subscriptions.cancel_requested_at IS 'When the user asked to cancel. The subscription runs on until period_ends_at, and only then has ended_at.';

-- At most one subscription that has not ended; a change of plan replaces it.
CREATE UNIQUE INDEX IF NOT EXISTS subscriptions_current_key
    ON subscriptions (user_id)
    WHERE status <> 'ended';

CREATE UNIQUE INDEX IF NOT EXISTS subscriptions_user_id_provider_reference_key
    ON subscriptions (user_id, provider, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE INDEX IF NOT EXISTS subscriptions_plan_code_idx
    ON subscriptions (plan_code);

CREATE INDEX IF NOT EXISTS subscriptions_user_id_payment_method_id_idx
    ON subscriptions (user_id, payment_method_id);

CREATE INDEX IF NOT EXISTS subscriptions_provider_reference_idx
    ON subscriptions (provider_reference)
    WHERE provider_reference IS NOT NULL;

-- The job that renews or ends what has run out.
CREATE INDEX IF NOT EXISTS subscriptions_period_ends_at_idx
    ON subscriptions (period_ends_at)
    WHERE status <> 'ended';

DROP TRIGGER IF EXISTS subscriptions_set_updated_at ON subscriptions;
CREATE TRIGGER subscriptions_set_updated_at
    BEFORE UPDATE ON subscriptions
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Invoices
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS invoices (
    user_id uuid NOT NULL,
    invoice_id uuid NOT NULL DEFAULT gen_random_uuid(),
    subscription_id uuid,
    payment_method_id uuid,
    invoice_number text,
    status text NOT NULL DEFAULT 'draft',
    currency text NOT NULL,
    subtotal_cents bigint NOT NULL DEFAULT 0,
    tax_cents bigint NOT NULL DEFAULT 0,
    total_cents bigint NOT NULL DEFAULT 0,
    paid_cents bigint NOT NULL DEFAULT 0,
    issued_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    voided_at timestamptz,
    provider text,
    provider_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoices_pkey PRIMARY KEY (user_id, invoice_id),
    CONSTRAINT invoices_user_id_invoice_number_key UNIQUE (user_id, invoice_number),
    CONSTRAINT invoices_user_id_subscription_id_fkey FOREIGN KEY (user_id, subscription_id)
        REFERENCES subscriptions (user_id, subscription_id) ON DELETE RESTRICT,
    CONSTRAINT invoices_user_id_payment_method_id_fkey FOREIGN KEY (user_id, payment_method_id)
        REFERENCES payment_methods (user_id, payment_method_id) ON DELETE RESTRICT,
    CONSTRAINT invoices_invoice_number_check CHECK (char_length(invoice_number) BETWEEN 1 AND 50),
    CONSTRAINT invoices_status_check CHECK (status IN ('draft', 'open', 'paid', 'uncollectible', 'void')),
    CONSTRAINT invoices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT invoices_subtotal_cents_check CHECK (subtotal_cents >= 0),
    CONSTRAINT invoices_tax_cents_check CHECK (tax_cents >= 0),
    CONSTRAINT invoices_total_cents_check CHECK (total_cents = subtotal_cents + tax_cents),
    CONSTRAINT invoices_paid_cents_check CHECK (paid_cents BETWEEN 0 AND total_cents),
    CONSTRAINT invoices_issue_check CHECK (
        (status = 'draft') = (issued_at IS NULL)
        AND (issued_at IS NULL) = (invoice_number IS NULL)
    ),
    CONSTRAINT invoices_due_at_check CHECK (due_at >= issued_at),
    CONSTRAINT invoices_payment_check CHECK (
        (status = 'paid') = (paid_at IS NOT NULL)
        AND (status <> 'paid' OR paid_cents = total_cents)
    ),
    CONSTRAINT invoices_paid_at_check CHECK (paid_at >= issued_at),
    CONSTRAINT invoices_void_check CHECK ((status = 'void') = (voided_at IS NOT NULL)),
    CONSTRAINT invoices_voided_at_check CHECK (voided_at >= issued_at),
    CONSTRAINT invoices_provider_check CHECK (provider ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT invoices_provider_reference_check CHECK (char_length(provider_reference) BETWEEN 1 AND 255),
    CONSTRAINT invoices_provider_pair_check CHECK ((provider IS NULL) = (provider_reference IS NULL))
);

COMMENT ON TABLE invoices IS 'Invoices to users. An issued invoice is voided, never deleted: the law asks for it to be kept.';
COMMENT ON COLUMN invoices.subscription_id IS 'NULL for a one-time purchase.';
COMMENT ON COLUMN invoices.payment_method_id IS 'The method that was charged; NULL until then.';
COMMENT ON COLUMN invoices.invoice_number IS
    'Printed number, given when issued; NULL for a draft. The service that numbers invoices makes it unique in the whole platform.';
COMMENT ON COLUMN invoices.subtotal_cents IS 'Sum of the lines, discounts included, before tax.';

CREATE INDEX IF NOT EXISTS invoices_user_id_subscription_id_idx
    ON invoices (user_id, subscription_id);

CREATE INDEX IF NOT EXISTS invoices_user_id_payment_method_id_idx
    ON invoices (user_id, payment_method_id);

CREATE INDEX IF NOT EXISTS invoices_user_id_issued_at_idx
    ON invoices (user_id, issued_at DESC);

CREATE UNIQUE INDEX IF NOT EXISTS invoices_user_id_provider_reference_key
    ON invoices (user_id, provider, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE INDEX IF NOT EXISTS invoices_provider_reference_idx
    ON invoices (provider_reference)
    WHERE provider_reference IS NOT NULL;

-- Support looks an invoice up by the number that the user reads out.
CREATE INDEX IF NOT EXISTS invoices_invoice_number_idx
    ON invoices (invoice_number)
    WHERE invoice_number IS NOT NULL;

-- The job that reminds of unpaid invoices.
CREATE INDEX IF NOT EXISTS invoices_open_due_at_idx
    ON invoices (due_at)
    WHERE status = 'open';

DROP TRIGGER IF EXISTS invoices_set_updated_at ON invoices;
CREATE TRIGGER invoices_set_updated_at
    BEFORE UPDATE ON invoices
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS invoice_lines (
    user_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    line_number smallint NOT NULL,
    plan_code text,
    description text NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    unit_amount_cents bigint NOT NULL,
    amount_cents bigint NOT NULL,
    service_started_at timestamptz,
    service_ends_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (user_id, invoice_id, line_number),
    CONSTRAINT invoice_lines_user_id_invoice_id_fkey FOREIGN KEY (user_id, invoice_id)
        REFERENCES invoices (user_id, invoice_id) ON DELETE CASCADE,
    CONSTRAINT invoice_lines_plan_code_fkey FOREIGN KEY (plan_code)
        REFERENCES subscription_plans (plan_code) ON DELETE RESTRICT,
    CONSTRAINT invoice_lines_line_number_check CHECK (line_number >= 1),
    CONSTRAINT invoice_lines_description_check CHECK (char_length(description) BETWEEN 1 AND 500),
    CONSTRAINT invoice_lines_quantity_check CHECK (quantity >= 1),
    CONSTRAINT invoice_lines_amount_cents_check CHECK (amount_cents = quantity * unit_amount_cents),
    CONSTRAINT invoice_lines_service_period_check CHECK (
        (service_started_at IS NULL) = (service_ends_at IS NULL)
        AND (service_ends_at IS NULL OR service_ends_at > service_started_at)
    )
);

COMMENT ON TABLE invoice_lines IS 'What an invoice charges for, in the invoice''s currency.';
COMMENT ON COLUMN invoice_lines.unit_amount_cents IS 'Price of one unit before tax; negative for a discount or a credit.';
COMMENT ON COLUMN invoice_lines.plan_code IS 'The plan that the line charges for; NULL for anything else.';

CREATE INDEX IF NOT EXISTS invoice_lines_plan_code_idx
    ON invoice_lines (plan_code);

COMMIT;
