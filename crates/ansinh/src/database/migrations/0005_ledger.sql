-- Each entry carries a hash of itself and of the entry before it within its entitlement, so that an
-- altered, exchanged or removed entry is found. '' = written before this version.
ALTER TABLE payment_entries ADD COLUMN chain_sha256 TEXT NOT NULL DEFAULT '';
-- Who came instead of the person: relation and the day of the authorisation.
ALTER TABLE payment_entries ADD COLUMN proxy_relation TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_entries ADD COLUMN proxy_day DATE;
-- What of the paid sum has been demanded back. While it is above 0 the payment itself stays.
ALTER TABLE entitlements ADD COLUMN recovering_dong BIGINT NOT NULL DEFAULT 0
  CONSTRAINT entitlements_recovering CHECK (recovering_dong >= 0 AND recovering_dong <= paid_dong);

-- From which budgets a decision is paid, as it stood when the decision was recorded.
CREATE TABLE decision_sources (
  decision_id {uuid} NOT NULL REFERENCES decisions (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,               -- trung_uong, tinh, huyen, khac
  name TEXT NOT NULL,
  percent INTEGER NOT NULL CONSTRAINT decision_sources_percent CHECK (percent > 0 AND percent <= 100),
  PRIMARY KEY (decision_id, position)
);

-- Thu hồi: money paid wrongly is demanded back by decision.
CREATE TABLE recoveries (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  entitlement_id {uuid} NOT NULL,
  payment_id {uuid} NOT NULL,       -- the entry that paid it
  decision_id {uuid} NOT NULL,      -- by which it had been payable
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  group_code TEXT NOT NULL,
  number TEXT NOT NULL,             -- of the demand: 210/QĐ-UBND
  demanded_on DATE NOT NULL,
  due_on DATE NOT NULL,
  reason TEXT NOT NULL,
  amount_dong BIGINT NOT NULL CONSTRAINT recoveries_amount CHECK (amount_dong > 0),
  returned_dong BIGINT NOT NULL DEFAULT 0, -- always the sum of its parts
  waived_dong BIGINT NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0, -- the lock under which one is added
  demanded_by {uuid} NOT NULL REFERENCES accounts (id),
  demanded_at {instant} NOT NULL,
  body_sha256 TEXT NOT NULL,
  PRIMARY KEY (province_code, id),
  CONSTRAINT recoveries_never_over CHECK (
    returned_dong >= 0 AND waived_dong >= 0 AND returned_dong + waived_dong <= amount_dong)
);
CREATE INDEX recoveries_by_place ON recoveries
  (province_code, district_code, commune_code, tiers, due_on, id);
CREATE INDEX recoveries_by_entitlement ON recoveries (entitlement_id);

-- What came back of a demand, or was waived. Immutable; the id is made by the client.
CREATE TABLE recovery_entries (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  recovery_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT recovery_entries_kind CHECK (kind IN ('part', 'waiver', 'reversal')),
  amount_dong BIGINT NOT NULL,      -- + part and waiver, - reversal of one
  reverses_id {uuid},
  paper TEXT NOT NULL DEFAULT '',   -- receipt of the treasury, or the legal basis of a waiver
  note TEXT NOT NULL DEFAULT '',
  business_day DATE NOT NULL,
  recorded_by {uuid} NOT NULL REFERENCES accounts (id),
  recorded_at {instant} NOT NULL,
  body_sha256 TEXT NOT NULL,
  PRIMARY KEY (province_code, id),
  CONSTRAINT recovery_entries_sign CHECK (
    (kind IN ('part', 'waiver') AND amount_dong > 0) OR (kind = 'reversal' AND amount_dong < 0))
);
CREATE UNIQUE INDEX recovery_entries_in_order ON recovery_entries (recovery_id, seq);
CREATE UNIQUE INDEX recovery_entries_reversed_once ON recovery_entries (reverses_id)
  WHERE reverses_id IS NOT NULL;

-- A clumsy operator is stopped here; a malicious one is found by `ansinh ledger verify`.
{sqlite} CREATE TRIGGER payment_entries_never_changed BEFORE UPDATE ON payment_entries
BEGIN SELECT RAISE(ABORT, 'payment entries are never changed'){;} END;
{sqlite} CREATE TRIGGER payment_entries_kept BEFORE DELETE ON payment_entries
BEGIN SELECT RAISE(ABORT, 'payment entries are never deleted'){;} END;
{sqlite} CREATE TRIGGER recovery_entries_never_changed BEFORE UPDATE ON recovery_entries
BEGIN SELECT RAISE(ABORT, 'recovery entries are never changed'){;} END;
{sqlite} CREATE TRIGGER recovery_entries_kept BEFORE DELETE ON recovery_entries
BEGIN SELECT RAISE(ABORT, 'recovery entries are never deleted'){;} END;
{postgres} CREATE FUNCTION ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'entries of the ledger are never changed or deleted'{;}
END $$;
{postgres} CREATE TRIGGER payment_entries_kept BEFORE UPDATE OR DELETE ON payment_entries
  FOR EACH ROW EXECUTE FUNCTION ledger_guard();
{postgres} CREATE TRIGGER recovery_entries_kept BEFORE UPDATE OR DELETE ON recovery_entries
  FOR EACH ROW EXECUTE FUNCTION ledger_guard();
