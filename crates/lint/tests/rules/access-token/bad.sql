-- Uploads are signed with AKIAIOSFODNN7EXAMPLE
SELECT 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbi1leGFtcGxlIn0.bm8tc2lnbmF0dXJlLWF0LWFsbC1oZXJl';
