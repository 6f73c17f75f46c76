INSERT INTO signing_keys (name, pem) VALUES (
    'example',
    '-----BEGIN PUBLIC KEY-----
bm8ga2V5IGF0IGFsbCwgb25seSBhbiBleGFtcGxlIG9mIGhvdyBvbmUgd291bGQg
-----END PUBLIC KEY-----'
) ON CONFLICT DO NOTHING;

SELECT name FROM signing_keys WHERE pem LIKE '-----BEGIN PRIVATE KEY-----%';
