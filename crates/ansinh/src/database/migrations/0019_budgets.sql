-- Giao dự toán: what each budget gives a programme, by decision; written once, corrected by a
-- counter-entry.
CREATE TABLE budget_allotments (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  seq INTEGER NOT NULL,             -- in the province
  programme_code TEXT NOT NULL,
  source_code TEXT NOT NULL,        -- trung_uong, tinh, huyen, khac
  source_name TEXT NOT NULL,        -- as it was named then
  number TEXT NOT NULL,             -- 2101/QĐ-BTC
  decided_on DATE NOT NULL,
  amount_dong BIGINT NOT NULL CONSTRAINT budget_allotments_amount CHECK (amount_dong <> 0), -- - takes back
  note TEXT NOT NULL,
  reverses_id {uuid},
  added_by {uuid} NOT NULL REFERENCES accounts (id),
  added_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX budget_allotments_in_order ON budget_allotments (province_code, seq);
CREATE UNIQUE INDEX budget_allotments_reversed_once ON budget_allotments (province_code, reverses_id);
