\set commune random(0, 215)
\set id :commune * 556 + random(0, 555)
BEGIN;
UPDATE entitlements SET paid_dong = 1500000, pay_state = 'paid', entries = entries + 1 WHERE id = :id;
INSERT INTO payment_entries SELECT (random() * 9e18)::bigint, :id, (random() * 2e9)::int, 1500000, '2020-05-20', 'x' || :commune, '2020-05-20T08:00:00Z';
INSERT INTO audit_entries SELECT (random() * 9e18)::bigint, '2020-05-20T08:00:00Z', 'payment.record', :id::text, '{"kind":"paid","amount_dong":1500000}';
COMMIT;
