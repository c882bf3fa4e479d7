-- Named officers under a unit's account, supervisors who only read, the second factor, and forms
-- kept over the end of a session.

ALTER TABLE accounts ADD COLUMN kind TEXT NOT NULL DEFAULT 'unit'
  CONSTRAINT accounts_kind CHECK (kind IN ('unit', 'officer', 'supervisor'));
-- The account of an officer's unit; NULL for units' own accounts and for supervisors.
ALTER TABLE accounts ADD COLUMN unit_account_id {uuid};
ALTER TABLE accounts ADD COLUMN person_name TEXT NOT NULL DEFAULT '';
-- The unit's account has left its acts to its officers.
ALTER TABLE accounts ADD COLUMN manages_only {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN made_by {uuid};
-- The form that last made the account or its one-time password: sent twice, it does it once.
ALTER TABLE accounts ADD COLUMN issue_id {uuid};
-- RFC 6238. The step of the last code taken: no code counts twice.
ALTER TABLE accounts ADD COLUMN totp_secret {blob};
ALTER TABLE accounts ADD COLUMN totp_confirmed_at {instant};
ALTER TABLE accounts ADD COLUMN totp_last_step BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_by_unit ON accounts (unit_account_id);
CREATE UNIQUE INDEX accounts_issued_once ON accounts (issue_id) WHERE issue_id IS NOT NULL;

-- What the browser said of itself, in a few words; and whether the code is still to come.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN code_due {bool} NOT NULL DEFAULT FALSE;

CREATE TABLE recovery_codes (
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  code_sha256 TEXT NOT NULL,        -- of account id and code
  used_at {instant},
  PRIMARY KEY (account_id, code_sha256)
);

-- A form that came after its session's end, sealed: the key is only in that browser's cookie.
CREATE TABLE kept_forms (
  key_sha256 TEXT NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  sealed {blob} NOT NULL,           -- path and fields, ChaCha20-Poly1305
  kept_at {instant} NOT NULL
);
CREATE INDEX kept_forms_by_time ON kept_forms (kept_at);
