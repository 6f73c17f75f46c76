LOCK users, ONLY reporting.daily_totals NOWAIT;
