-- Administrative units with their history. A unit is (code, level, valid_from): in 2025 codes of
-- abolished communes were given to new ones. valid_from 1900-01-01 = before the records begin.
CREATE TABLE units (
  code TEXT NOT NULL,
  level SMALLINT NOT NULL CONSTRAINT units_level CHECK (level IN (1, 2, 3)), -- 1 tỉnh, 2 huyện, 3 xã
  valid_from DATE NOT NULL,
  valid_to DATE,                    -- exclusive; NULL = still in being
  parent_code TEXT NOT NULL,        -- '' for a province
  full_name TEXT NOT NULL,
  PRIMARY KEY (code, level, valid_from)
);
CREATE INDEX units_by_parent ON units (parent_code, level);

-- Which unit became which. kind: full, partial. share = part of the old unit's area, when known.
CREATE TABLE unit_links (
  old_code TEXT NOT NULL,
  new_code TEXT NOT NULL,
  effective_on DATE NOT NULL,
  kind TEXT NOT NULL,
  area_share DOUBLE PRECISION,
  method TEXT NOT NULL,             -- how the link is known
  PRIMARY KEY (old_code, new_code, effective_on)
);

-- Days that are not what their weekday says (Bộ luật Lao động; yearly notices). Editable data.
CREATE TABLE calendar_days (
  day DATE NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CONSTRAINT calendar_days_kind
    CHECK (kind IN ('holiday', 'compensation', 'swap_off', 'workday_makeup')),
  name TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  provisional {bool} NOT NULL       -- computed, not yet decided by the yearly notice
);

-- One account a commune, one a district, the province over all (Hà Tĩnh, document 004).
CREATE TABLE accounts (
  id {uuid} NOT NULL PRIMARY KEY,
  username TEXT NOT NULL CONSTRAINT accounts_username UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CONSTRAINT accounts_role CHECK (role IN ('commune', 'district', 'province')),
  tiers SMALLINT NOT NULL CONSTRAINT accounts_tiers CHECK (tiers IN (2, 3)),
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,      -- '' for province accounts and in two-tier provinces
  commune_code TEXT NOT NULL,       -- '' above the commune
  password_hash TEXT NOT NULL,      -- argon2id, PHC string
  must_change_password {bool} NOT NULL,
  failed_attempts INTEGER NOT NULL DEFAULT 0,
  locked_until {instant},
  disabled_at {instant},
  created_at {instant} NOT NULL,
  CONSTRAINT accounts_scope CHECK (
    (role = 'province' AND district_code = '' AND commune_code = '')
    OR (role = 'district' AND district_code <> '' AND commune_code = '')
    OR (role = 'commune' AND commune_code <> ''))
);
CREATE INDEX accounts_by_province ON accounts (province_code, role);

-- The cookie's token is never stored, only its SHA-256.
CREATE TABLE sessions (
  token_sha256 TEXT NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  csrf TEXT NOT NULL,
  created_at {instant} NOT NULL,
  last_seen_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  revoked_at {instant}
);
CREATE INDEX sessions_by_account ON sessions (account_id);

-- Who did and saw what. Appended in the same transaction as the change; never updated.
-- detail is JSON without identity numbers, phones or bank accounts.
CREATE TABLE audit_entries (
  id {uuid} NOT NULL PRIMARY KEY,
  at {instant} NOT NULL,
  account_id {uuid},                -- NULL: the public or the machine itself
  action TEXT NOT NULL,             -- e.g. list.post, payment.record, id_number.view
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  province_code TEXT NOT NULL,
  unit_code TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject_kind, subject_id);
CREATE INDEX audit_entries_by_time ON audit_entries (province_code, at);

-- Work that runs beside a request. Queued in the transaction that asks for it; taken with a lease.
CREATE TABLE jobs (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  queued_at {instant} NOT NULL,
  run_after {instant} NOT NULL,
  leased_until {instant},
  attempts INTEGER NOT NULL DEFAULT 0,
  finished_at {instant},
  failed_at {instant},              -- dead letter: stays visible until someone looks
  last_error TEXT
);
CREATE INDEX jobs_waiting ON jobs (run_after) WHERE finished_at IS NULL AND failed_at IS NULL;
