-- Migration: 0002_create_oauth
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: OAuth clients, authorization codes with PKCE and rotating refresh tokens, for single sign-on across the platform

-- The rules come from OAuth 2.1, RFC 7636 (PKCE), RFC 8252 (native applications) and
-- RFC 9700 (security best current practice). Where the schema can make a breach
-- impossible it does so, instead of trusting every server that issues tokens.

BEGIN;

CREATE TABLE IF NOT EXISTS oauth_clients (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    client_identifier text NOT NULL,
    display_name text NOT NULL,
    client_kind text NOT NULL,
    secret_hash text,
    grant_types text[] NOT NULL,
    allowed_scopes text[] NOT NULL,
    access_token_seconds integer NOT NULL DEFAULT 900,
    refresh_token_seconds integer NOT NULL DEFAULT 2592000,
    is_first_party boolean NOT NULL DEFAULT false,
    disabled_at timestamptz,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_clients_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_clients_client_identifier_key UNIQUE (client_identifier),
    CONSTRAINT oauth_clients_created_by_fkey
        FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT oauth_clients_client_identifier_check
        CHECK (client_identifier ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$'),
    CONSTRAINT oauth_clients_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT oauth_clients_client_kind_check
        CHECK (client_kind IN ('confidential', 'public')),
    -- A browser or mobile application cannot keep a secret, so it has none.
    CONSTRAINT oauth_clients_secret_check
        CHECK ((client_kind = 'confidential') = (secret_hash IS NOT NULL)),
    CONSTRAINT oauth_clients_secret_hash_check
        CHECK (secret_hash ~ '^\$[a-z0-9-]+\$' AND char_length(secret_hash) BETWEEN 50 AND 500),
    CONSTRAINT oauth_clients_grant_types_check
        CHECK (cardinality(grant_types) > 0
            AND grant_types <@ ARRAY['authorization_code', 'refresh_token', 'client_credentials']),
    CONSTRAINT oauth_clients_client_credentials_check
        CHECK (client_kind = 'confidential' OR NOT grant_types @> ARRAY['client_credentials']),
    CONSTRAINT oauth_clients_allowed_scopes_check
        CHECK (cardinality(allowed_scopes) > 0 AND array_position(allowed_scopes, NULL) IS NULL),
    CONSTRAINT oauth_clients_access_token_seconds_check
        CHECK (access_token_seconds BETWEEN 60 AND 86400),
    CONSTRAINT oauth_clients_refresh_token_seconds_check
        CHECK (refresh_token_seconds BETWEEN 3600 AND 31536000)
);

CREATE INDEX IF NOT EXISTS oauth_clients_created_by_idx ON oauth_clients (created_by);

DROP TRIGGER IF EXISTS oauth_clients_set_updated_at ON oauth_clients;
CREATE TRIGGER oauth_clients_set_updated_at
    BEFORE UPDATE ON oauth_clients
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE oauth_clients IS
    'Applications that may ask for tokens on behalf of users or, with client credentials, for themselves.';
COMMENT ON COLUMN oauth_clients.client_identifier IS
    'The public client_id of the protocol.';
COMMENT ON COLUMN oauth_clients.secret_hash IS
    'Self-describing hash string of the client secret; NULL exactly for public clients.';
COMMENT ON COLUMN oauth_clients.is_first_party IS
    'Belongs to the platform: the consent page is skipped.';
COMMENT ON COLUMN oauth_clients.disabled_at IS
    'From then on no code or token is issued or refreshed for this client.';

-- A table, not an array, so that each address is checked by itself.
CREATE TABLE IF NOT EXISTS oauth_client_redirect_uris (
    client_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_client_redirect_uris_pkey PRIMARY KEY (client_id, redirect_uri),
    CONSTRAINT oauth_client_redirect_uris_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE,
    -- HTTPS, or plain HTTP to the person's own machine, or an application's own scheme
    -- (which contains a dot, RFC 8252 section 7.1). Never a fragment or a blank.
    CONSTRAINT oauth_client_redirect_uris_redirect_uri_check
        CHECK (char_length(redirect_uri) <= 2000
            AND redirect_uri ~ '^(https://[^\s#/]+(/[^\s#]*)?|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[^\s#]*)?|[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/[^\s#]*)$')
);

COMMENT ON TABLE oauth_client_redirect_uris IS
    'Addresses to which an authorization code may be sent. Compared exactly, except for the port of a loopback address.';

CREATE TABLE IF NOT EXISTS oauth_authorization_codes (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    code_hash bytea NOT NULL,
    client_id uuid NOT NULL,
    user_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    scopes text[] NOT NULL,
    code_challenge text NOT NULL,
    code_challenge_method text NOT NULL DEFAULT 'S256',
    nonce text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz,
    CONSTRAINT oauth_authorization_codes_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_authorization_codes_code_hash_key UNIQUE (code_hash),
    CONSTRAINT oauth_authorization_codes_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE,
    CONSTRAINT oauth_authorization_codes_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT oauth_authorization_codes_code_hash_check
        CHECK (octet_length(code_hash) = 32),
    CONSTRAINT oauth_authorization_codes_redirect_uri_check
        CHECK (char_length(redirect_uri) BETWEEN 1 AND 2000),
    CONSTRAINT oauth_authorization_codes_scopes_check
        CHECK (array_position(scopes, NULL) IS NULL),
    -- 43 characters: an unpadded base64url SHA-256.
    CONSTRAINT oauth_authorization_codes_code_challenge_check
        CHECK (code_challenge ~ '^[A-Za-z0-9_-]{43}$'),
    -- The method "plain" protects nobody who can read the request.
    CONSTRAINT oauth_authorization_codes_code_challenge_method_check
        CHECK (code_challenge_method = 'S256'),
    CONSTRAINT oauth_authorization_codes_nonce_check
        CHECK (char_length(nonce) BETWEEN 1 AND 255),
    CONSTRAINT oauth_authorization_codes_expires_at_check
        CHECK (expires_at > created_at AND expires_at - created_at <= interval '10 minutes')
);

CREATE INDEX IF NOT EXISTS oauth_authorization_codes_client_id_idx
    ON oauth_authorization_codes (client_id);
CREATE INDEX IF NOT EXISTS oauth_authorization_codes_user_id_idx
    ON oauth_authorization_codes (user_id);
-- For the job that deletes what has expired.
CREATE INDEX IF NOT EXISTS oauth_authorization_codes_expires_at_idx
    ON oauth_authorization_codes (expires_at);

COMMENT ON TABLE oauth_authorization_codes IS
    'Codes of the authorization code flow, always with PKCE. Only the SHA-256 of the code is kept.';
COMMENT ON COLUMN oauth_authorization_codes.redirect_uri IS
    'As it stood in the request; the token request must repeat it.';
COMMENT ON COLUMN oauth_authorization_codes.consumed_at IS
    'When the code was exchanged. A second attempt is a replay: the token family that came from the code is revoked.';

-- A family is one sign-in on one device: everything that descends from one
-- authorization. It is what a person sees as a session and what is revoked, so that
-- revoking touches one row however often the token was rotated.
CREATE TABLE IF NOT EXISTS oauth_refresh_token_families (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL,
    user_id uuid NOT NULL,
    authorization_code_id uuid,
    scopes text[] NOT NULL,
    device_label text,
    created_ip inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoke_reason text,
    CONSTRAINT oauth_refresh_token_families_pkey PRIMARY KEY (id),
    -- A code is exchanged once.
    CONSTRAINT oauth_refresh_token_families_authorization_code_id_key
        UNIQUE (authorization_code_id),
    CONSTRAINT oauth_refresh_token_families_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE,
    CONSTRAINT oauth_refresh_token_families_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    -- Codes are cleared away long before the families that came from them.
    CONSTRAINT oauth_refresh_token_families_authorization_code_id_fkey
        FOREIGN KEY (authorization_code_id) REFERENCES oauth_authorization_codes (id) ON DELETE SET NULL,
    CONSTRAINT oauth_refresh_token_families_scopes_check
        CHECK (array_position(scopes, NULL) IS NULL),
    CONSTRAINT oauth_refresh_token_families_device_label_check
        CHECK (char_length(device_label) BETWEEN 1 AND 200),
    CONSTRAINT oauth_refresh_token_families_expires_at_check
        CHECK (expires_at > created_at),
    CONSTRAINT oauth_refresh_token_families_revoked_check
        CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL)),
    CONSTRAINT oauth_refresh_token_families_revoke_reason_check
        CHECK (revoke_reason IN (
            'sign_out', 'token_reuse', 'code_replay', 'credentials_changed',
            'administrator', 'client_disabled'
        ))
);

CREATE INDEX IF NOT EXISTS oauth_refresh_token_families_client_id_idx
    ON oauth_refresh_token_families (client_id);
CREATE INDEX IF NOT EXISTS oauth_refresh_token_families_user_id_idx
    ON oauth_refresh_token_families (user_id);
CREATE INDEX IF NOT EXISTS oauth_refresh_token_families_expires_at_idx
    ON oauth_refresh_token_families (expires_at);
-- Theft shows here first; the security page lists it by time.
CREATE INDEX IF NOT EXISTS oauth_refresh_token_families_token_reuse_idx
    ON oauth_refresh_token_families (revoked_at)
    WHERE revoke_reason IN ('token_reuse', 'code_replay');

COMMENT ON TABLE oauth_refresh_token_families IS
    'One sign-in and all refresh tokens that descend from it by rotation. A token is good only while its family is neither revoked nor expired.';
COMMENT ON COLUMN oauth_refresh_token_families.expires_at IS
    'The person must sign in again after this, however active the session was.';
COMMENT ON COLUMN oauth_refresh_token_families.revoke_reason IS
    'token_reuse and code_replay mean that a copy was presented: treat as theft.';

-- Rotation: in one transaction set used_at of the presented token, insert its successor
-- with the next generation. Two requests that race with the same token cannot both
-- succeed: (family_id, generation) is unique, and so is the unused token of a family.
-- Reuse: a presented token that has used_at set is a copy; the family is revoked.
CREATE TABLE IF NOT EXISTS oauth_refresh_tokens (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    generation integer NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT oauth_refresh_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT oauth_refresh_tokens_family_id_generation_key UNIQUE (family_id, generation),
    CONSTRAINT oauth_refresh_tokens_family_id_fkey
        FOREIGN KEY (family_id) REFERENCES oauth_refresh_token_families (id) ON DELETE CASCADE,
    CONSTRAINT oauth_refresh_tokens_generation_check
        CHECK (generation >= 1),
    CONSTRAINT oauth_refresh_tokens_token_hash_check
        CHECK (octet_length(token_hash) = 32),
    CONSTRAINT oauth_refresh_tokens_expires_at_check
        CHECK (expires_at > created_at)
);

CREATE UNIQUE INDEX IF NOT EXISTS oauth_refresh_tokens_unused_key
    ON oauth_refresh_tokens (family_id)
    WHERE used_at IS NULL;

COMMENT ON TABLE oauth_refresh_tokens IS
    'Every refresh token of a family, as a SHA-256. Used ones stay until the family is deleted: without them reuse could not be told from nonsense.';
COMMENT ON COLUMN oauth_refresh_tokens.generation IS
    '1 for the first token of a family; each rotation adds one, so the predecessor is generation - 1.';
COMMENT ON COLUMN oauth_refresh_tokens.used_at IS
    'When the token was exchanged for its successor; NULL for the one that is still good.';

COMMIT;
