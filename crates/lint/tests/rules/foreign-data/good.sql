CREATE EXTENSION IF NOT EXISTS citext;

SELECT 'dblink(1)', name FROM services;
