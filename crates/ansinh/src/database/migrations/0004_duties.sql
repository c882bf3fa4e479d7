-- What units owe, as dated data: the version in force on a period's first day applies, so that an
-- old period is judged by its own rule for ever. Rows are ended and added, never changed in use.
CREATE TABLE duty_kinds (
  code TEXT NOT NULL,               -- payment_day …
  valid_from DATE NOT NULL,
  valid_to DATE,                    -- exclusive; NULL = in force
  name TEXT NOT NULL,
  period TEXT NOT NULL CONSTRAINT duty_kinds_period CHECK (period IN ('day', 'week', 'month')),
  owed_by TEXT NOT NULL CONSTRAINT duty_kinds_owed_by CHECK (owed_by IN ('commune', 'district')),
  working_days_only {bool} NOT NULL,
  due_minute INTEGER NOT NULL CONSTRAINT duty_kinds_due_minute CHECK (due_minute BETWEEN 1 AND 1440),
                                    -- minutes after midnight, Asia/Ho_Chi_Minh, of the period's last day
  escalate_after INTEGER NOT NULL,  -- missed in a row before the level above is shown it
  legal_basis TEXT NOT NULL,
  PRIMARY KEY (code, valid_from)
);
INSERT INTO duty_kinds (code, valid_from, valid_to, name, period, owed_by, working_days_only,
    due_minute, escalate_after, legal_basis)
  VALUES ('payment_day', '1900-01-01', NULL, 'Cập nhật chi trả ngày', 'day', 'commune', TRUE, 1050, 3,
    'Công văn của tỉnh Hà Tĩnh về phần mềm chi trả NQ 42/NQ-CP: các xã cập nhật hằng ngày trước 17 giờ 30');

-- The acts that fulfil a duty. Immutable but for resumed_at; the first one of a period counts, the
-- later ones are further versions. The id is made by the client: pressing twice writes once.
CREATE TABLE duty_acts (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  kind_code TEXT NOT NULL,
  period_start DATE NOT NULL,
  due_at {instant} NOT NULL,        -- the deadline as it was when the act was done
  acted_by {uuid} NOT NULL REFERENCES accounts (id),
  acted_at {instant} NOT NULL,
  reason TEXT NOT NULL DEFAULT '',  -- why after the deadline
  ends_duty {bool} NOT NULL,        -- nothing is left: later periods are not owed …
  resumed_at {instant},             -- … until something is to be done again
  detail TEXT NOT NULL,             -- JSON: the figures, frozen as sent
  PRIMARY KEY (province_code, id)
);
CREATE INDEX duty_acts_by_period ON duty_acts (province_code, kind_code, period_start);
CREATE INDEX duty_acts_by_unit ON duty_acts (commune_code, tiers, kind_code, period_start);
CREATE INDEX duty_acts_ended ON duty_acts (commune_code, tiers) WHERE ends_duty AND resumed_at IS NULL;

-- A unit is let off one period, with a reason. Revocable; one live excuse a unit and period.
CREATE TABLE duty_excuses (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  kind_code TEXT NOT NULL,
  period_start DATE NOT NULL,
  reason TEXT NOT NULL,
  excused_by {uuid} NOT NULL REFERENCES accounts (id),
  excused_at {instant} NOT NULL,
  revoked_by {uuid},
  revoked_at {instant},
  revoked_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX duty_excuses_live
  ON duty_excuses (province_code, commune_code, tiers, kind_code, period_start) WHERE revoked_at IS NULL;
CREATE INDEX duty_excuses_by_period ON duty_excuses (province_code, kind_code, period_start);

-- A reminder sent to a unit. One form sends to many units under one batch.
CREATE TABLE duty_reminders (
  batch_id {uuid} NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  kind_code TEXT NOT NULL,
  period_start DATE NOT NULL,
  words TEXT NOT NULL,
  sent_by {uuid} NOT NULL REFERENCES accounts (id),
  sent_at {instant} NOT NULL,
  PRIMARY KEY (batch_id, commune_code, tiers)
);
CREATE INDEX duty_reminders_by_unit ON duty_reminders (commune_code, tiers, sent_at);
CREATE INDEX duty_reminders_by_period ON duty_reminders (province_code, kind_code, period_start);

-- Whom to call. Kept by the unit itself or by the level above.
CREATE TABLE unit_contacts (
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,       -- '' for the contact of a district
  tiers SMALLINT NOT NULL,
  person_name TEXT NOT NULL,
  phone TEXT NOT NULL,
  version INTEGER NOT NULL,         -- optimistic lock: the second writer is shown the first
  written_by {uuid} NOT NULL REFERENCES accounts (id),
  written_at {instant} NOT NULL,
  PRIMARY KEY (province_code, district_code, commune_code, tiers)
);

-- The book of a day, once closed, may be opened again by the level above, with a reason, until a
-- stated hour. closed_at is set by closing it early, or when it is opened once more after it ran out.
CREATE TABLE day_reopenings (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  day DATE NOT NULL,
  reason TEXT NOT NULL,
  opened_by {uuid} NOT NULL REFERENCES accounts (id),
  opened_at {instant} NOT NULL,
  until_at {instant} NOT NULL,
  last_used_at {instant},           -- the row is the lock between an entry and closing again
  closed_by {uuid},
  closed_at {instant}
);
CREATE UNIQUE INDEX day_reopenings_live
  ON day_reopenings (province_code, commune_code, tiers, day) WHERE closed_at IS NULL;
CREATE INDEX day_reopenings_by_day ON day_reopenings (province_code, opened_at);

-- Entries of the ledger that were written after the book of their day had closed.
CREATE TABLE late_entries (
  province_code TEXT NOT NULL,
  entry_id {uuid} NOT NULL,         -- payment_entries.id
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  day DATE NOT NULL,                -- the day the entry is for
  reopening_id {uuid},              -- written while the book was open again; NULL = late
  reason TEXT NOT NULL,
  marked_at {instant} NOT NULL,
  PRIMARY KEY (province_code, entry_id),
  CONSTRAINT late_entries_reason CHECK (reopening_id IS NOT NULL OR reason <> '')
);
CREATE INDEX late_entries_by_unit ON late_entries (commune_code, tiers, day);
CREATE INDEX late_entries_by_day ON late_entries (province_code, day);
