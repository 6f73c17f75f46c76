-- Migration: 0001_create_identity
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: users, roles, permissions, two-factor methods and one-time tokens, on which everything else in this database stands

-- Conventions that hold for this file and all later ones:
--   * Closed sets of values are text with a named CHECK, not enum types: a value
--     is then added or retired by exchanging a constraint.
--   * Secrets that only need to be recognised are stored as hashes. Where a random
--     token of at least 128 bits is hashed, SHA-256 (32 bytes) is enough.
--   * CHECKs tie together the columns that one statement writes (an expiry and its
--     creation, a state and its evidence). They do not compare stamps that different
--     transactions write: now() is the start of a transaction, so a long one may
--     revoke a token that was created after it began, and must not be refused.

BEGIN;

-- Keeps updated_at truthful whatever the writer does. An UPDATE that changes nothing
-- leaves it alone, so that a repeated write is not mistaken for an edit. (Not for a table
-- with a generated column: a BEFORE trigger does not see its new content yet, so every
-- UPDATE would look like a change.)
CREATE OR REPLACE FUNCTION set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := pg_catalog.now();
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION set_updated_at() IS
    'BEFORE UPDATE row trigger: stamps updated_at when the row really changes.';


-- Users ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    email_verified_at timestamptz,
    display_name text NOT NULL,
    password_hash text,
    status text NOT NULL DEFAULT 'pending',
    suspended_at timestamptz,
    suspension_reason text,
    failed_login_count integer NOT NULL DEFAULT 0,
    last_failed_login_at timestamptz,
    locked_until timestamptz,
    last_login_at timestamptz,
    locale text NOT NULL DEFAULT 'en',
    time_zone text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    -- 254 characters is the longest address that SMTP can carry (RFC 5321).
    CONSTRAINT users_email_check
        CHECK (char_length(email) <= 254 AND email ~ '^[^@\s]+@[^@\s]+$'),
    CONSTRAINT users_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 120),
    -- A PHC or crypt string ($argon2id$...); the leading $ keeps clear text out.
    CONSTRAINT users_password_hash_check
        CHECK (password_hash ~ '^\$[a-z0-9-]+\$' AND char_length(password_hash) BETWEEN 50 AND 500),
    CONSTRAINT users_status_check
        CHECK (status IN ('pending', 'active', 'suspended', 'closed')),
    -- Only a proven address may sign in.
    CONSTRAINT users_active_check
        CHECK (status <> 'active' OR email_verified_at IS NOT NULL),
    CONSTRAINT users_suspended_check
        CHECK ((status = 'suspended') = (suspended_at IS NOT NULL)),
    CONSTRAINT users_suspension_reason_check
        CHECK (suspension_reason IS NULL
            OR (suspended_at IS NOT NULL AND char_length(suspension_reason) BETWEEN 1 AND 1000)),
    CONSTRAINT users_failed_login_count_check
        CHECK (failed_login_count >= 0),
    -- A BCP 47 language tag such as en, pt-BR or zh-Hant-TW.
    CONSTRAINT users_locale_check
        CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND char_length(locale) <= 35),
    CONSTRAINT users_time_zone_check
        CHECK (char_length(time_zone) BETWEEN 1 AND 64)
);

-- One account per address, however it is capitalised; also serves the sign-in query
-- WHERE lower(email) = lower($1).
CREATE UNIQUE INDEX IF NOT EXISTS users_email_key ON users (lower(email));
CREATE INDEX IF NOT EXISTS users_status_created_at_idx ON users (status, created_at);

DROP TRIGGER IF EXISTS users_set_updated_at ON users;
CREATE TRIGGER users_set_updated_at
    BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE users IS
    'People who can sign in. The id is what every other service stores to refer to a person.';
COMMENT ON COLUMN users.email IS
    'As the person wrote it; unique without regard to case. Replaced only after the new address is verified.';
COMMENT ON COLUMN users.password_hash IS
    'Self-describing hash string; NULL for an account that has no password.';
COMMENT ON COLUMN users.status IS
    'pending: not yet verified; active: may sign in; suspended: by an administrator; closed: by the person.';
COMMENT ON COLUMN users.failed_login_count IS
    'Failures since the last success; reset to 0 by a successful sign-in.';
COMMENT ON COLUMN users.locked_until IS
    'Sign-in is refused until then, after too many failures. Temporary, unlike a suspension.';
COMMENT ON COLUMN users.time_zone IS
    'IANA time zone name.';


-- Roles and permissions ------------------------------------------------------------

CREATE TABLE IF NOT EXISTS roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    code text NOT NULL,
    display_name text NOT NULL,
    description text NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT roles_pkey PRIMARY KEY (id),
    CONSTRAINT roles_code_key UNIQUE (code),
    CONSTRAINT roles_code_check
        CHECK (code ~ '^[a-z][a-z0-9_]{1,62}$'),
    CONSTRAINT roles_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT roles_description_check
        CHECK (char_length(description) BETWEEN 1 AND 500)
);

DROP TRIGGER IF EXISTS roles_set_updated_at ON roles;
CREATE TRIGGER roles_set_updated_at
    BEFORE UPDATE ON roles
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE roles IS
    'Named bundles of permissions that are given to users.';
COMMENT ON COLUMN roles.is_system IS
    'Delivered with the platform: administrators may assign it, but neither rename nor delete it.';

-- A permission exists because program code asks for it by its code, so the code is
-- the key.
CREATE TABLE IF NOT EXISTS permissions (
    code text NOT NULL,
    description text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT permissions_pkey PRIMARY KEY (code),
    CONSTRAINT permissions_code_check
        CHECK (code ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$' AND char_length(code) <= 100),
    CONSTRAINT permissions_description_check
        CHECK (char_length(description) BETWEEN 1 AND 500)
);

COMMENT ON TABLE permissions IS
    'Everything that program code can ask leave for, as resource.verb.';

CREATE TABLE IF NOT EXISTS role_permissions (
    role_id uuid NOT NULL,
    permission_code text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_code),
    CONSTRAINT role_permissions_role_id_fkey
        FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_permission_code_fkey
        FOREIGN KEY (permission_code) REFERENCES permissions (code) ON DELETE RESTRICT
);

CREATE INDEX IF NOT EXISTS role_permissions_permission_code_idx
    ON role_permissions (permission_code);

COMMENT ON TABLE role_permissions IS
    'Which role carries which permission.';

CREATE TABLE IF NOT EXISTS user_roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    scope_kind text NOT NULL DEFAULT 'platform',
    scope_id uuid,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz,
    granted_by uuid,
    grant_reason text,
    revoked_at timestamptz,
    revoked_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_roles_pkey PRIMARY KEY (id),
    CONSTRAINT user_roles_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_roles_role_id_fkey
        FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE RESTRICT,
    CONSTRAINT user_roles_granted_by_fkey
        FOREIGN KEY (granted_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT user_roles_revoked_by_fkey
        FOREIGN KEY (revoked_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT user_roles_scope_kind_check
        CHECK (scope_kind IN ('platform', 'ministry', 'persona')),
    CONSTRAINT user_roles_scope_id_check
        CHECK ((scope_kind = 'platform') = (scope_id IS NULL)),
    CONSTRAINT user_roles_valid_until_check
        CHECK (valid_until > valid_from),
    CONSTRAINT user_roles_grant_reason_check
        CHECK (char_length(grant_reason) BETWEEN 1 AND 1000),
    CONSTRAINT user_roles_revoked_by_check
        CHECK (revoked_by IS NULL OR revoked_at IS NOT NULL)
);

-- The same role is held at most once in the same scope. Two indexes, because a
-- platform-wide assignment has no scope_id and NULLs never collide. An assignment that
-- has run out still counts: extend it, or revoke it and grant a new one.
CREATE UNIQUE INDEX IF NOT EXISTS user_roles_platform_key
    ON user_roles (user_id, role_id)
    WHERE revoked_at IS NULL AND scope_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS user_roles_scoped_key
    ON user_roles (user_id, role_id, scope_kind, scope_id)
    WHERE revoked_at IS NULL AND scope_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS user_roles_user_id_idx ON user_roles (user_id);
CREATE INDEX IF NOT EXISTS user_roles_role_id_idx ON user_roles (role_id);
CREATE INDEX IF NOT EXISTS user_roles_granted_by_idx ON user_roles (granted_by);
CREATE INDEX IF NOT EXISTS user_roles_revoked_by_idx ON user_roles (revoked_by);
-- "Who holds a role in this ministry?"
CREATE INDEX IF NOT EXISTS user_roles_scope_idx
    ON user_roles (scope_kind, scope_id)
    WHERE revoked_at IS NULL AND scope_id IS NOT NULL;

DROP TRIGGER IF EXISTS user_roles_set_updated_at ON user_roles;
CREATE TRIGGER user_roles_set_updated_at
    BEFORE UPDATE ON user_roles
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE user_roles IS
    'Which user holds which role, where and for how long. Rows are revoked, not deleted, so that past authority stays explicable.';
COMMENT ON COLUMN user_roles.scope_id IS
    'The ministry or persona in which the role holds; NULL for the whole platform. A plain id: a ministry is a row of another service.';
COMMENT ON COLUMN user_roles.valid_until IS
    'The role is held until then (exclusive); NULL for no end.';

-- What services ask at sign-in. Defined once, so that no service forgets the time
-- bounds, the revocation or the suspension.
CREATE OR REPLACE VIEW active_user_permissions AS
SELECT DISTINCT
    user_roles.user_id,
    role_permissions.permission_code,
    user_roles.scope_kind,
    user_roles.scope_id
FROM user_roles
JOIN users ON users.id = user_roles.user_id
JOIN role_permissions ON role_permissions.role_id = user_roles.role_id
WHERE users.status = 'active'
    AND user_roles.revoked_at IS NULL
    AND user_roles.valid_from <= now()
    AND (user_roles.valid_until IS NULL OR user_roles.valid_until > now());

COMMENT ON VIEW active_user_permissions IS
    'The permissions that active users hold at this moment, with their scope.';


-- Two-factor authentication ----------------------------------------------------------

CREATE TABLE IF NOT EXISTS two_factor_methods (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    method_kind text NOT NULL,
    label text NOT NULL,
    secret_ciphertext bytea,
    secret_key_id text,
    last_accepted_step bigint,
    credential_id bytea,
    public_key bytea,
    sign_count bigint,
    is_preferred boolean NOT NULL DEFAULT false,
    confirmed_at timestamptz,
    last_used_at timestamptz,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT two_factor_methods_pkey PRIMARY KEY (id),
    -- WebAuthn promises that a credential id belongs to one account only.
    CONSTRAINT two_factor_methods_credential_id_key UNIQUE (credential_id),
    CONSTRAINT two_factor_methods_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT two_factor_methods_method_kind_check
        CHECK (method_kind IN ('totp', 'webauthn')),
    CONSTRAINT two_factor_methods_label_check
        CHECK (char_length(label) BETWEEN 1 AND 80),
    -- Each kind has exactly its own material.
    CONSTRAINT two_factor_methods_totp_check
        CHECK ((method_kind = 'totp') = (secret_ciphertext IS NOT NULL)
            AND (method_kind = 'totp') = (secret_key_id IS NOT NULL)
            AND (method_kind = 'totp' OR last_accepted_step IS NULL)),
    CONSTRAINT two_factor_methods_webauthn_check
        CHECK ((method_kind = 'webauthn') = (credential_id IS NOT NULL)
            AND (method_kind = 'webauthn') = (public_key IS NOT NULL)
            AND (method_kind = 'webauthn') = (sign_count IS NOT NULL)),
    CONSTRAINT two_factor_methods_secret_ciphertext_check
        CHECK (octet_length(secret_ciphertext) BETWEEN 32 AND 512),
    CONSTRAINT two_factor_methods_secret_key_id_check
        CHECK (char_length(secret_key_id) BETWEEN 1 AND 100),
    CONSTRAINT two_factor_methods_credential_id_check
        CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    CONSTRAINT two_factor_methods_public_key_check
        CHECK (octet_length(public_key) BETWEEN 1 AND 2048),
    CONSTRAINT two_factor_methods_sign_count_check
        CHECK (sign_count BETWEEN 0 AND 4294967295),
    CONSTRAINT two_factor_methods_is_preferred_check
        CHECK (NOT is_preferred OR (confirmed_at IS NOT NULL AND disabled_at IS NULL))
);

CREATE INDEX IF NOT EXISTS two_factor_methods_user_id_idx ON two_factor_methods (user_id);
-- One authenticator app at a time; any number of security keys.
CREATE UNIQUE INDEX IF NOT EXISTS two_factor_methods_totp_key
    ON two_factor_methods (user_id)
    WHERE method_kind = 'totp' AND disabled_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS two_factor_methods_preferred_key
    ON two_factor_methods (user_id)
    WHERE is_preferred;

DROP TRIGGER IF EXISTS two_factor_methods_set_updated_at ON two_factor_methods;
CREATE TRIGGER two_factor_methods_set_updated_at
    BEFORE UPDATE ON two_factor_methods
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE two_factor_methods IS
    'Second factors of a user. Counts for sign-in once confirmed and while not disabled.';
COMMENT ON COLUMN two_factor_methods.secret_ciphertext IS
    'TOTP seed. It must be computed with, so it cannot be a hash: it is encrypted by the application, and the key is not in this database.';
COMMENT ON COLUMN two_factor_methods.secret_key_id IS
    'Which key of the key service encrypted the seed.';
COMMENT ON COLUMN two_factor_methods.last_accepted_step IS
    'TOTP time step of the last accepted code; codes of this step or earlier are refused (replay).';
COMMENT ON COLUMN two_factor_methods.sign_count IS
    'WebAuthn signature counter; one that does not grow points to a cloned key.';

CREATE TABLE IF NOT EXISTS two_factor_recovery_codes (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    CONSTRAINT two_factor_recovery_codes_pkey PRIMARY KEY (id),
    CONSTRAINT two_factor_recovery_codes_user_id_code_hash_key UNIQUE (user_id, code_hash),
    CONSTRAINT two_factor_recovery_codes_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT two_factor_recovery_codes_code_hash_check
        CHECK (octet_length(code_hash) = 32)
);

COMMENT ON TABLE two_factor_recovery_codes IS
    'One-time codes for a person who lost every second factor. A new set replaces the old one.';
COMMENT ON COLUMN two_factor_recovery_codes.code_hash IS
    'HMAC-SHA-256 with a key outside this database: the codes are short enough to be guessed from a plain hash.';


-- One-time tokens sent by e-mail -----------------------------------------------------

CREATE TABLE IF NOT EXISTS email_verification_tokens (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    email text NOT NULL,
    token_hash bytea NOT NULL,
    requested_ip inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT email_verification_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT email_verification_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT email_verification_tokens_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT email_verification_tokens_email_check
        CHECK (char_length(email) <= 254 AND email ~ '^[^@\s]+@[^@\s]+$'),
    CONSTRAINT email_verification_tokens_token_hash_check
        CHECK (octet_length(token_hash) = 32),
    CONSTRAINT email_verification_tokens_expires_at_check
        CHECK (expires_at > created_at),
    CONSTRAINT email_verification_tokens_outcome_check
        CHECK (used_at IS NULL OR revoked_at IS NULL)
);

CREATE INDEX IF NOT EXISTS email_verification_tokens_user_id_idx
    ON email_verification_tokens (user_id);
-- A new token is issued only after the open one is revoked, so one link works at a time.
CREATE UNIQUE INDEX IF NOT EXISTS email_verification_tokens_open_key
    ON email_verification_tokens (user_id)
    WHERE used_at IS NULL AND revoked_at IS NULL;
-- For the job that deletes what has expired.
CREATE INDEX IF NOT EXISTS email_verification_tokens_expires_at_idx
    ON email_verification_tokens (expires_at);

COMMENT ON TABLE email_verification_tokens IS
    'Links that prove ownership of an e-mail address. Only the SHA-256 of the token is kept.';
COMMENT ON COLUMN email_verification_tokens.email IS
    'The address being proven; for a change of address not yet the one in users.';

CREATE TABLE IF NOT EXISTS password_reset_tokens (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    requested_ip inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT password_reset_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT password_reset_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT password_reset_tokens_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT password_reset_tokens_token_hash_check
        CHECK (octet_length(token_hash) = 32),
    -- A reset link is as good as a password, hence short-lived.
    CONSTRAINT password_reset_tokens_expires_at_check
        CHECK (expires_at > created_at AND expires_at - created_at <= interval '24 hours'),
    CONSTRAINT password_reset_tokens_outcome_check
        CHECK (used_at IS NULL OR revoked_at IS NULL)
);

CREATE INDEX IF NOT EXISTS password_reset_tokens_user_id_idx
    ON password_reset_tokens (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS password_reset_tokens_open_key
    ON password_reset_tokens (user_id)
    WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX IF NOT EXISTS password_reset_tokens_expires_at_idx
    ON password_reset_tokens (expires_at);

COMMENT ON TABLE password_reset_tokens IS
    'Links that allow a new password to be set. Only the SHA-256 of the token is kept; at most one is open per user.';

COMMIT;
