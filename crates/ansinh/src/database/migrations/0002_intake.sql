-- A file as it was uploaded, with its hash. Rows are a pure function of (original, overrides).
CREATE TABLE intake_files (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,       -- '' when a district or the province uploaded it
  tiers SMALLINT NOT NULL,
  sha256 TEXT NOT NULL,             -- hex, of the original bytes
  file_name TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  programme_code TEXT NOT NULL,
  unit_date DATE NOT NULL,          -- the units of this date are meant
  state TEXT NOT NULL CONSTRAINT intake_files_state CHECK (
    state IN ('queued', 'reading', 'ready', 'refused', 'committing', 'committed', 'discarded')),
  version INTEGER NOT NULL DEFAULT 1,   -- moves with every correction and commit: two tabs never overwrite
  refusal_code TEXT NOT NULL DEFAULT '',
  notice TEXT NOT NULL DEFAULT '',      -- why the last commit beside the request was refused
  progress_done BIGINT NOT NULL DEFAULT 0,
  progress_total BIGINT NOT NULL DEFAULT 0,
  summary TEXT NOT NULL DEFAULT '',   -- JSON: sheets, columns, totals
  overrides TEXT NOT NULL DEFAULT '', -- JSON: what the clerk corrected, left out, reassigned
  uploaded_by {uuid} NOT NULL REFERENCES accounts (id),
  uploaded_at {instant} NOT NULL,
  started_at {instant},             -- when the present reading began
  committed_at {instant},           -- last commit; NULL = nothing of the file is in a list yet
  committed_lists TEXT NOT NULL DEFAULT '' -- JSON: ids of the draft lists that received rows
);
-- Uploading the same file again adds nothing: one live copy a unit.
CREATE UNIQUE INDEX intake_files_once ON intake_files (province_code, district_code, commune_code, sha256)
  WHERE state NOT IN ('refused', 'discarded');
CREATE INDEX intake_files_by_unit ON intake_files (province_code, district_code, commune_code, id);

-- The bytes apart from the row, so that writing progress does not rewrite 20 MB.
CREATE TABLE intake_originals (
  file_id {uuid} NOT NULL PRIMARY KEY REFERENCES intake_files (id) ON DELETE CASCADE,
  content {blob} NOT NULL
);

-- What the last reading saw in each data row of the file.
CREATE TABLE intake_rows (
  file_id {uuid} NOT NULL REFERENCES intake_files (id) ON DELETE CASCADE,
  sheet_no INTEGER NOT NULL,        -- 0-based, file order
  line INTEGER NOT NULL,            -- 1-based row of the sheet
  severity SMALLINT NOT NULL,       -- 0 clean, 1 info, 2 check, 3 must fix
  repaired {bool} NOT NULL,
  left_out {bool} NOT NULL,         -- the clerk leaves the row for later
  no_paper {bool} NOT NULL,         -- without a usable identity number: listed, not payable yet
  amount_dong BIGINT NOT NULL,      -- 0 for member rows and where no amount was understood
  entry TEXT NOT NULL,              -- JSON of the row as read
  committed_entry_id {uuid},
  PRIMARY KEY (file_id, sheet_no, line)
);
CREATE INDEX intake_rows_by_severity ON intake_rows (file_id, severity, sheet_no, line);

-- Repairs and problems of each row, so that long files are looked through code by code.
CREATE TABLE intake_findings (
  file_id {uuid} NOT NULL REFERENCES intake_files (id) ON DELETE CASCADE,
  sheet_no INTEGER NOT NULL,
  code TEXT NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (file_id, sheet_no, code, line)
);
