INSERT INTO settings (name, value) VALUES ('smtp_password', 'Tr0ub4dor&3') ON CONFLICT DO NOTHING;
SELECT jsonb_build_object('apiKey', 'k7Jd92mQx81LpZ04vB6tRw3s');
UPDATE settings SET value = '{"clientSecret": "k7Jd92mQx81LpZ04vB6tRw3s"}';
SELECT http('Authorization: Bearer k7Jd92mQx81LpZ04vB6tRw3s');
SELECT connect('DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k7Jd92mQx81LpZ04vB6tRw3sAAAA==');
UPDATE settings SET api_key = 'k7Jd92mQx8' || '1LpZ04vB6tRw3s';
SELECT 'https://hooks.slack.com/services/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';
UPDATE settings SET value = 'Tr0ub4dor&3' WHERE name = 'smtp_password';
