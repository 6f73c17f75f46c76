CREATE SCHEMA teams
    CREATE VIEW members AS SELECT 1 AS member_id;
