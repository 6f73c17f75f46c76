CREATE TABLE users_before AS SELECT id, email FROM users;
SELECT id, email INTO users_after FROM users;
