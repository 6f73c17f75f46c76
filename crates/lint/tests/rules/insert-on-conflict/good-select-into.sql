SELECT id, email INTO TEMPORARY chosen FROM users WHERE email IS NOT NULL;
INSERT INTO chosen (id, email) SELECT id, email FROM users WHERE email IS NULL;
