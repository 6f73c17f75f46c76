-- ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, AKIAXXXXXXXXXXXXXXXX, sk_live_...
SELECT 'task-list-of-things-that-begin-with-sk-but-go-on', 'eyJ';

CREATE TABLE IF NOT EXISTS tokens (
    token_hash bytea NOT NULL,
    CONSTRAINT tokens_pkey PRIMARY KEY (token_hash),
    CONSTRAINT tokens_token_hash_check CHECK (octet_length(token_hash) = 32)
);
