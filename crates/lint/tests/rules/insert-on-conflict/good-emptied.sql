-- Destructive: an example of it
TRUNCATE role_names;
INSERT INTO role_names (code) SELECT code FROM roles;
