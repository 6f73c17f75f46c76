-- -----BEGIN OPENSSH PRIVATE KEY-----
-- bm8ga2V5IGF0IGFsbCwgb25seSBhbiBleGFtcGxlIG9mIGhvdyBvbmUgd291bGQg
-- bG9vayBpZiBzb21lYm9keSBwdXQgaXQgaW50byBhIG1pZ3JhdGlvbiBvZiB0aGVz
-- -----END OPENSSH PRIVATE KEY-----
INSERT INTO signing_keys (name, pem) VALUES (
    'example',
    E'-----BEGIN RSA PRIVATE KEY-----\nbm8ga2V5IGF0IGFsbCwgb25seSBhbiBleGFtcGxlIG9mIGhvdyBvbmUgd291bGQg\n-----END RSA PRIVATE KEY-----'
) ON CONFLICT DO NOTHING;
