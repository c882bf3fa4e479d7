CREATE TABLE entitlements (
  id BIGINT NOT NULL PRIMARY KEY, commune_code TEXT NOT NULL, pay_state TEXT NOT NULL,
  amount_dong BIGINT NOT NULL, paid_dong BIGINT NOT NULL, entries INTEGER NOT NULL);
CREATE INDEX entitlements_by_commune ON entitlements (commune_code, pay_state, id);
CREATE INDEX entitlements_rollup ON entitlements (commune_code, pay_state, amount_dong, paid_dong);
CREATE TABLE payment_entries (
  id BIGINT NOT NULL PRIMARY KEY, entitlement_id BIGINT NOT NULL, seq INTEGER NOT NULL,
  amount_dong BIGINT NOT NULL, business_day TEXT NOT NULL, commune_code TEXT NOT NULL,
  recorded_at TEXT NOT NULL);
CREATE UNIQUE INDEX payment_entries_in_order ON payment_entries (entitlement_id, seq);
CREATE INDEX payment_entries_by_day ON payment_entries (business_day, commune_code, amount_dong);
CREATE TABLE audit_entries (
  id BIGINT NOT NULL PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject);
INSERT INTO entitlements
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119999)
  SELECT i, 'x' || (i / 556), 'unpaid', 1500000, 0, 0 FROM n;
