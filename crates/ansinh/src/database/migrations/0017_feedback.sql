-- What citizens ask, report and complain of, and what units ask the level above.

-- Deadlines by kind as dated data: the version in force on the day of receipt applies for ever.
-- confirmed = FALSE: not from a text that was seen, the province confirms it.
CREATE TABLE feedback_kinds (
  code TEXT NOT NULL,               -- question, fault, complaint, personal_data, help
  valid_from DATE NOT NULL,
  valid_to DATE,                    -- exclusive, NULL = in force
  accept_days INTEGER NOT NULL,     -- to say that it was taken up, 0 = needs no saying
  accept_working {bool} NOT NULL,   -- those are working days
  answer_days INTEGER NOT NULL,     -- to answer, from receipt or from taking up
  answer_working {bool} NOT NULL,
  keep_months INTEGER NOT NULL,     -- the sender's name and telephone are kept so long after the end
  legal_basis TEXT NOT NULL,
  confirmed {bool} NOT NULL,
  PRIMARY KEY (code, valid_from)
);
INSERT INTO feedback_kinds (code, valid_from, valid_to, accept_days, accept_working, answer_days,
    answer_working, keep_months, legal_basis, confirmed) VALUES
  ('question', '1900-01-01', NULL, 0, TRUE, 5, TRUE, 12,
    'Thời hạn do tỉnh đặt', FALSE),
  ('fault', '1900-01-01', NULL, 0, TRUE, 10, TRUE, 12,
    'Thời hạn do tỉnh đặt', FALSE),
  ('complaint', '1900-01-01', NULL, 10, FALSE, 30, FALSE, 24,
    'Luật Khiếu nại 2011, Điều 27 (thụ lý trong 10 ngày) và Điều 28 (giải quyết lần đầu trong 30 ngày kể từ ngày thụ lý)', FALSE),
  ('personal_data', '1900-01-01', '2026-01-01', 0, TRUE, 5, TRUE, 12,
    'Thời hạn do tỉnh đặt', FALSE),
  ('personal_data', '2026-01-01', NULL, 2, TRUE, 10, FALSE, 12,
    'Nghị định 356/2025/NĐ-CP Điều 5: phản hồi trong 2 ngày làm việc, cho xem, sửa, cấp bản sao trong 10 ngày', TRUE),
  ('help', '1900-01-01', NULL, 0, TRUE, 2, TRUE, 12,
    'Thời hạn do tỉnh đặt', FALSE);

-- One submission. It concerns a commune (district_code, commune_code, tiers; all empty codes: the
-- province) and lies at a desk: a commune, else a district, else (both empty) the province.
CREATE TABLE feedback_cases (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  desk_district TEXT NOT NULL,
  desk_commune TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT feedback_cases_kind
    CHECK (kind IN ('question', 'fault', 'complaint', 'personal_data', 'help')),
  state TEXT NOT NULL CONSTRAINT feedback_cases_state
    CHECK (state IN ('open', 'asked', 'confirming', 'answered', 'closed', 'withdrawn')),
  body TEXT NOT NULL,
  sender_name TEXT NOT NULL,        -- as the sender wants to be called, may be empty
  contact TEXT NOT NULL,            -- mobile number, may be empty
  sender_account {uuid} REFERENCES accounts (id), -- help: who asks; NULL for citizens
  code_sha256 TEXT,                 -- of the tracking code, which itself is kept nowhere
  form_sha256 TEXT NOT NULL,        -- of the secret of the form: pressing twice is one submission
  entry_id {uuid},                  -- the row of a list that is contested …
  entitlement_id {uuid},            -- … and its payment
  received_at {instant} NOT NULL,
  accepted_at {instant},
  asked_on DATE,                    -- the clock stands since: the sender was asked for more
  due_on DATE NOT NULL,
  accept_days INTEGER NOT NULL,     -- as in force on receipt; 0: nothing is taken up first
  answer_days INTEGER NOT NULL,     -- as in force on receipt
  answer_working {bool} NOT NULL,
  keep_months INTEGER NOT NULL,
  forget_on DATE,                   -- then name and telephone go
  version INTEGER NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX feedback_cases_form ON feedback_cases (province_code, form_sha256);
CREATE UNIQUE INDEX feedback_cases_code ON feedback_cases (province_code, code_sha256);
CREATE INDEX feedback_cases_at_desk ON feedback_cases (desk_commune, desk_district, due_on, id);
CREATE INDEX feedback_cases_of_commune ON feedback_cases (commune_code, tiers, due_on, id);
CREATE INDEX feedback_cases_of_district ON feedback_cases (district_code, due_on, id);
CREATE INDEX feedback_cases_of_province ON feedback_cases (province_code, due_on, id);
CREATE INDEX feedback_cases_contested ON feedback_cases (entitlement_id) WHERE entitlement_id IS NOT NULL;
CREATE INDEX feedback_cases_to_forget ON feedback_cases (forget_on) WHERE forget_on IS NOT NULL;

-- What was said and done about it, in order. Written once; only the sender's numbers go when they
-- are forgotten. The id is made by the form.
CREATE TABLE feedback_steps (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,               -- accept, answer, confirm, return, ask, pass, close, word, withdraw, publish, unpublish
  words TEXT NOT NULL,
  by_account {uuid} REFERENCES accounts (id), -- NULL: the citizen
  by_district TEXT NOT NULL,        -- the unit that acted
  by_commune TEXT NOT NULL,
  done_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX feedback_steps_in_order ON feedback_steps (province_code, case_id, seq);

-- Questions and answers of general interest, written anew without personal data.
CREATE TABLE feedback_published (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  audience TEXT NOT NULL CONSTRAINT feedback_published_audience CHECK (audience IN ('public', 'officers')),
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  search_key TEXT NOT NULL,         -- folded: no marks, lower case
  published_by {uuid} NOT NULL REFERENCES accounts (id),
  published_at {instant} NOT NULL,
  withdrawn_by {uuid},
  withdrawn_at {instant},
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX feedback_published_live ON feedback_published (province_code, case_id)
  WHERE withdrawn_at IS NULL;
CREATE INDEX feedback_published_shown ON feedback_published (province_code, audience, id)
  WHERE withdrawn_at IS NULL;
