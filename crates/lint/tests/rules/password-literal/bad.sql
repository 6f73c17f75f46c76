ALTER ROLE reporting PASSWORD 'correct-horse-battery';

ALTER USER reporting WITH ENCRYPTED PASSWORD E'hunter2';

ALTER ROLE reporting PASSWORD 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$c3RvcmVkIGtleSBvZiBhbiBleGFtcGxl:c2VydmVyIGtleSBvZiBhbiBleGFtcGxl';

-- ALTER ROLE reporting PASSWORD 'in-a-comment';

DO $$
BEGIN
    EXECUTE 'ALTER ROLE reporting PASSWORD ''in-a-string''';
END;
$$;

ALTER ROLE reporting PASSWORD $pw$dollar-quoted$pw$ VALID UNTIL '2027-01-01';
