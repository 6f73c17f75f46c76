LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;

LOCK users, ONLY reporting.daily_totals NOWAIT;
