-- Who it is, as opposed to a row in a list. A person has many identifiers and many rows.
CREATE TABLE persons (
  id {uuid} NOT NULL PRIMARY KEY,
  created_at {instant} NOT NULL
);

-- id_key = digits without leading zeros, so that a zero lost in Excel still meets its owner.
CREATE TABLE person_identifiers (
  id_key TEXT NOT NULL PRIMARY KEY,
  id_number TEXT NOT NULL,
  person_id {uuid} NOT NULL REFERENCES persons (id),
  added_at {instant} NOT NULL
);
CREATE INDEX person_identifiers_by_person ON person_identifiers (person_id);

-- CMND and CCCD of one person, proved by the card's QR or a certificate. Reversible.
CREATE TABLE person_links (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  first_key TEXT NOT NULL,
  second_key TEXT NOT NULL,
  kept_person_id {uuid} NOT NULL,
  moved_person_id {uuid} NOT NULL,
  moved_entries TEXT NOT NULL,      -- JSON ids of entries that moved, for undoing
  evidence TEXT NOT NULL,
  linked_by {uuid} NOT NULL REFERENCES accounts (id),
  linked_at {instant} NOT NULL,
  undone_by {uuid},
  undone_at {instant}
);

-- A decision by which lists become payable: number, date, signer.
CREATE TABLE decisions (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,      -- '' unless the province delegated the decision (ủy quyền)
  number TEXT NOT NULL,             -- 1502/QĐ-UBND
  decided_on DATE NOT NULL,
  signer_name TEXT NOT NULL,
  signer_title TEXT NOT NULL,
  person_count BIGINT NOT NULL,
  amount_dong BIGINT NOT NULL CONSTRAINT decisions_amount CHECK (amount_dong >= 0),
  recorded_by {uuid} NOT NULL REFERENCES accounts (id),
  recorded_at {instant} NOT NULL,
  revoked_by {uuid},
  revoked_at {instant},
  revoked_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX decisions_number ON decisions (province_code, district_code, number, decided_on)
  WHERE revoked_at IS NULL;

-- One list = one commune, one policy group, one round (đợt).
CREATE TABLE beneficiary_lists (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  unit_date DATE NOT NULL,
  programme_code TEXT NOT NULL,
  group_code TEXT NOT NULL,
  round INTEGER NOT NULL,
  state TEXT NOT NULL CONSTRAINT beneficiary_lists_state CHECK (
    state IN ('draft', 'posted', 'submitted', 'appraised', 'approved')),
  version INTEGER NOT NULL DEFAULT 1,   -- optimistic lock: a second officer is told, not overwritten
  prepared_by {uuid} NOT NULL REFERENCES accounts (id),
  prepared_at {instant} NOT NULL,
  posted_on DATE,
  posting_ends_on DATE,             -- last working day of niêm yết
  step_due_on DATE,                 -- deadline of the present step
  calendar_version TEXT NOT NULL DEFAULT '', -- the calendar that computed the two dates above
  appraised_by {uuid},
  approved_by {uuid},
  decision_id {uuid} REFERENCES decisions (id),
  returned_reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT beneficiary_lists_four_eyes CHECK (
    (appraised_by IS NULL OR appraised_by <> prepared_by)
    AND (approved_by IS NULL OR approved_by <> prepared_by))
);
CREATE UNIQUE INDEX beneficiary_lists_round
  ON beneficiary_lists (province_code, commune_code, tiers, programme_code, group_code, round);
CREATE INDEX beneficiary_lists_by_district ON beneficiary_lists (district_code, state);
CREATE INDEX beneficiary_lists_by_decision ON beneficiary_lists (decision_id);

-- Every step a list took: who, when, why, and by when it was due.
CREATE TABLE list_steps (
  id {uuid} NOT NULL PRIMARY KEY,
  list_id {uuid} NOT NULL REFERENCES beneficiary_lists (id),
  action TEXT NOT NULL,             -- create, post, submit, appraise, return, approve, undo_…
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  acted_by {uuid} NOT NULL REFERENCES accounts (id),
  acted_at {instant} NOT NULL,
  due_on DATE,                      -- when this step had been due
  list_version INTEGER NOT NULL DEFAULT 0, -- version of the list after the step: undoing needs it unchanged
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX list_steps_by_list ON list_steps (list_id, acted_at);

-- A row of a list, kept as it was typed (raw) beside what was understood.
CREATE TABLE list_entries (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  list_id {uuid} NOT NULL REFERENCES beneficiary_lists (id),
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  group_code TEXT NOT NULL,
  person_id {uuid} NOT NULL REFERENCES persons (id),
  full_name TEXT NOT NULL,
  name_key TEXT NOT NULL,           -- folded: lower case, no marks
  sort_key TEXT NOT NULL,           -- given name first, for lists in Vietnamese order
  birth_year INTEGER,
  birth_month INTEGER,
  birth_day INTEGER,
  sex TEXT,                         -- M, F
  id_number TEXT,                   -- NULL: "chưa có giấy tờ", may be approved, not paid
  id_key TEXT,
  phone TEXT,
  address TEXT NOT NULL DEFAULT '',
  hamlet TEXT NOT NULL DEFAULT '',
  household_head TEXT,
  household_of {uuid},              -- the head's entry, for member rows of a household list
  relation TEXT,
  household_size INTEGER,
  months INTEGER,
  amount_dong BIGINT,               -- as listed; NULL for member rows
  people INTEGER NOT NULL DEFAULT 1, -- khẩu this row stands for: sums of listed rows are people
  due_dong BIGINT NOT NULL DEFAULT 0, -- people × rate × months by the programme's rule
  problem TEXT NOT NULL DEFAULT '', -- why it cannot be approved yet: amount, months, household, remark …
  needs TEXT NOT NULL DEFAULT '',   -- a paper required of this person (absence_elsewhere …)
  needs_evidence TEXT NOT NULL DEFAULT '', -- number, date and issuer of that paper, once shown
  facts TEXT NOT NULL DEFAULT '{}', -- JSON dates checked against the programme's conditions
  note TEXT NOT NULL DEFAULT '',
  note_kind TEXT,
  raw TEXT NOT NULL,                -- JSON: cell texts as typed
  state TEXT NOT NULL CONSTRAINT list_entries_state CHECK (
    state IN ('listed', 'excluded', 'declined')),
  excluded_reason TEXT NOT NULL DEFAULT '',
  excluded_by {uuid},
  source_file_id {uuid},
  source_sheet TEXT NOT NULL DEFAULT '',
  source_sheet_no INTEGER,
  source_line INTEGER,
  PRIMARY KEY (province_code, id)
);
CREATE INDEX list_entries_by_list ON list_entries (list_id, sort_key, id);
CREATE INDEX list_entries_sums ON list_entries (list_id, state, people, due_dong);
CREATE INDEX list_entries_by_commune ON list_entries (commune_code, tiers, state, group_code);
CREATE INDEX list_entries_declined ON list_entries (province_code, district_code, commune_code, group_code)
  WHERE state = 'declined';
CREATE INDEX list_entries_by_key ON list_entries (id_key) WHERE id_key IS NOT NULL;
CREATE INDEX list_entries_by_person ON list_entries (person_id);
CREATE UNIQUE INDEX list_entries_source ON list_entries (source_file_id, source_sheet_no, source_line)
  WHERE source_file_id IS NOT NULL;

-- Declining is an individual act with who, when and how; it can be taken back.
CREATE TABLE declines (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  entry_id {uuid} NOT NULL,
  declined_on DATE NOT NULL,
  method TEXT NOT NULL,             -- how it was said: signed form no., in the presence of …
  recorded_by {uuid} NOT NULL REFERENCES accounts (id),
  recorded_at {instant} NOT NULL,
  revoked_by {uuid},
  revoked_at {instant},
  revoked_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX declines_live ON declines (entry_id) WHERE revoked_at IS NULL;

-- Two rows that are, or may be, one person. "suspected" comes later and has its place here.
CREATE TABLE duplicate_warnings (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT duplicate_warnings_kind CHECK (kind IN ('certain', 'suspected')),
  evidence TEXT NOT NULL,           -- same_id, lost_zero, linked_ids
  first_entry_id {uuid} NOT NULL,   -- the smaller id of the two: a pair is written once
  second_entry_id {uuid} NOT NULL,
  raised_at {instant} NOT NULL,
  state TEXT NOT NULL CONSTRAINT duplicate_warnings_state CHECK (
    state IN ('open', 'kept_first', 'kept_second', 'different')),
  decided_by {uuid},
  decided_at {instant},
  reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT duplicate_warnings_pair CHECK (first_entry_id <> second_entry_id)
);
CREATE UNIQUE INDEX duplicate_warnings_once ON duplicate_warnings (first_entry_id, second_entry_id);
CREATE INDEX duplicate_warnings_by_second ON duplicate_warnings (second_entry_id);
CREATE INDEX duplicate_warnings_open ON duplicate_warnings (id) WHERE state = 'open';

-- What an approved person may receive. NQ 42 mục I: one policy, the highest.
CREATE TABLE entitlements (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  entry_id {uuid} NOT NULL,
  list_id {uuid} NOT NULL REFERENCES beneficiary_lists (id),
  decision_id {uuid} NOT NULL REFERENCES decisions (id),
  person_id {uuid} NOT NULL REFERENCES persons (id),
  exclusion_group TEXT NOT NULL,    -- e.g. NQ42
  group_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  monthly_dong BIGINT NOT NULL,     -- rate in force, per person
  months INTEGER NOT NULL,
  people INTEGER NOT NULL,          -- khẩu; 1 outside households; 0 for a member paid through the head
  amount_dong BIGINT NOT NULL,
  paid_dong BIGINT NOT NULL DEFAULT 0, -- always the sum of its payment entries
  pay_state TEXT NOT NULL DEFAULT 'unpaid' CONSTRAINT entitlements_pay_state CHECK (
    pay_state IN ('unpaid', 'paid', 'not_paid', 'member')),
  reason_code TEXT NOT NULL DEFAULT '', -- why not paid or returned, while pay_state is not_paid
  entries INTEGER NOT NULL DEFAULT 0, -- how many payment entries: the lock under which one is added
  last_day DATE,                    -- business day of the last payment entry
  state TEXT NOT NULL CONSTRAINT entitlements_state CHECK (state IN ('approved', 'cancelled')),
  hold TEXT NOT NULL DEFAULT '',    -- '', no_id, duplicate, death: approved but not payable yet; declined: cancelled so
  approved_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id),
  CONSTRAINT entitlements_never_over CHECK (paid_dong >= 0 AND paid_dong <= amount_dong)
);
CREATE UNIQUE INDEX entitlements_one_a_person ON entitlements (exclusion_group, person_id)
  WHERE state = 'approved';
CREATE UNIQUE INDEX entitlements_one_an_entry ON entitlements (entry_id) WHERE state = 'approved';
CREATE INDEX entitlements_rollup ON entitlements
  (province_code, district_code, commune_code, group_code, pay_state, hold, tiers, amount_dong,
   paid_dong, people, decision_id, reason_code, state)
  WHERE state = 'approved';
-- Lists of rows above the commune, page by page without sorting.
CREATE INDEX entitlements_by_place ON entitlements
  (province_code, district_code, commune_code, pay_state, id, hold, tiers, group_code, decision_id,
   reason_code, state)
  WHERE state = 'approved';
CREATE INDEX entitlements_by_commune ON entitlements (commune_code, tiers, pay_state, id);
CREATE INDEX entitlements_by_entry ON entitlements (entry_id);
CREATE INDEX entitlements_by_decision ON entitlements (decision_id);

-- The ledger. Immutable; a mistake is corrected by another entry. The id is made by the client.
CREATE TABLE payment_entries (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  entitlement_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,             -- 1, 2, 3 … within the entitlement
  kind TEXT NOT NULL CONSTRAINT payment_entries_kind CHECK (
    kind IN ('paid', 'not_paid', 'returned', 'reversal')),
  amount_dong BIGINT NOT NULL,      -- + paid, - returned and reversal of paid, 0 not paid
  channel TEXT NOT NULL DEFAULT '', -- cash, post, bank
  payee TEXT NOT NULL DEFAULT '',   -- self, proxy
  proxy_name TEXT NOT NULL DEFAULT '',
  proxy_paper TEXT NOT NULL DEFAULT '', -- giấy ủy quyền, giấy khai sinh …
  reason_code TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  reverses_id {uuid},
  business_day DATE NOT NULL,       -- day in Asia/Ho_Chi_Minh
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  group_code TEXT NOT NULL,
  decision_id {uuid} NOT NULL,
  recorded_by {uuid} NOT NULL REFERENCES accounts (id),
  recorded_at {instant} NOT NULL,
  body_sha256 TEXT NOT NULL,        -- same id with another body is refused, never replaced
  PRIMARY KEY (province_code, id),
  CONSTRAINT payment_entries_sign CHECK (
    (kind = 'paid' AND amount_dong > 0) OR (kind = 'not_paid' AND amount_dong = 0)
    OR (kind = 'returned' AND amount_dong < 0) OR kind = 'reversal')
);
CREATE UNIQUE INDEX payment_entries_reversed_once ON payment_entries (reverses_id)
  WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX payment_entries_in_order ON payment_entries (entitlement_id, seq);
CREATE INDEX payment_entries_by_day ON payment_entries
  (province_code, business_day, district_code, commune_code, tiers, group_code, amount_dong,
   decision_id);
