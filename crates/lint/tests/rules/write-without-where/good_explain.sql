EXPLAIN DELETE FROM users;
EXPLAIN (COSTS false) UPDATE users SET name = '';
