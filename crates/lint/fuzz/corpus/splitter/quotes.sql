CREATE FUNCTION f(x int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 1 END; END;
SELECT ';', $a$;$a$, E'\';' /* ; /* ; */ */;
