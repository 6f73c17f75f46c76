-- Destructive: an example of it
SELECT 1;
