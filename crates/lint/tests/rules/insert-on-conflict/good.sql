INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor') ON CONFLICT (code) DO NOTHING;

INSERT INTO role_names (code)
SELECT r.code FROM roles AS r
WHERE NOT EXISTS (SELECT 1 FROM role_names AS n WHERE n.code = r.code);

INSERT INTO role_names (code) SELECT code FROM roles EXCEPT SELECT code FROM role_names;

INSERT INTO role_names (code)
SELECT r.code FROM roles AS r LEFT JOIN role_names AS n ON n.code = r.code
WHERE n.code IS NULL;

INSERT INTO role_names (code)
SELECT code FROM roles WHERE code NOT IN (SELECT code FROM role_names);

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM roles WHERE code = 'reader') THEN
        INSERT INTO roles (code, display_name) VALUES ('reader', 'Reader');
    END IF;
    BEGIN
        INSERT INTO roles (code, display_name) VALUES ('writer', 'Writer');
    EXCEPTION
        WHEN unique_violation THEN NULL;
    END;
END
$$;

CREATE TEMPORARY TABLE chosen (id uuid NOT NULL, CONSTRAINT chosen_pkey PRIMARY KEY (id));
INSERT INTO chosen (id) SELECT id FROM users;

WITH added AS (
    INSERT INTO teams (name) VALUES ('Choir') ON CONFLICT (name) DO NOTHING RETURNING id
)
INSERT INTO team_names (team_id) SELECT id FROM added;

MERGE INTO roles AS r
USING (VALUES ('guest')) AS wanted (code) ON r.code = wanted.code
WHEN NOT MATCHED THEN INSERT (code) VALUES (wanted.code);

WITH gone AS (
    DELETE FROM old_roles WHERE code = 'guest' RETURNING code
)
INSERT INTO role_names (code) SELECT code FROM gone;
