INSERT INTO shop.customers (email, name, home, tier, tiers) VALUES
    ('a@b', 'Ada', ROW('s', 't', ROW(5, 'EUR'), 'mid'), 'mid', '{high,low}'), ('c@d', 'Cy', NULL, 'low', NULL);
INSERT INTO shop.products (sku, title, price, weight, made) VALUES ('AB-1', 'Thing', 5, 1.5, '2024-02-03');
INSERT INTO shop.orders (id, customer, state, placed, note) VALUES (1, 1, 'new', '2024-05-06', 'x'), (2, 2, 'sent', '2025-05-06', NULL),
    (3, 1, 'back', '2019-01-01', 'y'), (4, 1, 'paid', '2025-07-01', NULL);
INSERT INTO shop.lines VALUES (1, '2024-05-06', 'new', 1, 'AB-1', 3), (4, '2025-07-01', 'paid', 1, 'AB-1', 1);
INSERT INTO stock.moves (sku, change) VALUES ('AB-1', 7), ('AB-1', -2);
INSERT INTO stock.things VALUES (1, 'a'); INSERT INTO stock.shelves VALUES (2, 'b', 3); INSERT INTO stock.boxes VALUES (4, 'c', NULL);
