INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor');

-- The table may be there, with its rows.
CREATE TABLE IF NOT EXISTS colours (
    code text NOT NULL,
    CONSTRAINT colours_pkey PRIMARY KEY (code)
);
INSERT INTO colours VALUES ('red'), ('blue');

INSERT INTO role_names (code) SELECT code FROM roles WHERE code IS NOT NULL;

DO $$
BEGIN
    INSERT INTO roles (code, display_name) VALUES ('reader', 'Reader');
END
$$;

WITH added AS (
    INSERT INTO teams (name) VALUES ('Choir') RETURNING id
)
INSERT INTO team_names (team_id) SELECT id FROM added;

DO $$
DECLARE
    team uuid;
BEGIN
    INSERT INTO teams (name) VALUES ('Band') RETURNING id INTO team;
    IF EXISTS (SELECT 1 FROM roles WHERE code = 'reader') THEN
        INSERT INTO roles (code, display_name) VALUES ('writer', 'Writer');
    END IF;
END
$$;
