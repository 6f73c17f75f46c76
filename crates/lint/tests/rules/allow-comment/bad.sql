-- check:allow create-if-not-exist: somebody made it by hand
SELECT 1;
-- check:allow create-if-not-exists: nothing is created here
SELECT 2;
-- check:allow naming: I like mine better
SELECT 3;
-- check:allow create-if-not-exists
SELECT 4;
