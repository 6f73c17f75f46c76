ALTER ROLE reporting SET work_mem = '64MB';

SELECT current_database();
