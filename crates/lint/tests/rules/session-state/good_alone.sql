-- Transaction: none
DO $$
BEGIN
    UPDATE users SET locale = 'en' WHERE locale = 'en-GB';
    COMMIT;
END;
$$;
