-- A file as it was uploaded, kept with its hash. Rows are a pure function of (content, overrides).
CREATE TABLE intake_files (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,       -- '' when a district or the province uploaded it
  tiers SMALLINT NOT NULL,
  sha256 TEXT NOT NULL,             -- hex, of the original bytes
  file_name TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  content {blob} NOT NULL,
  programme_code TEXT NOT NULL,
  unit_date DATE NOT NULL,          -- the units of this date are meant
  state TEXT NOT NULL CONSTRAINT intake_files_state CHECK (
    state IN ('queued', 'reading', 'ready', 'refused', 'committing', 'committed', 'discarded')),
  refusal_code TEXT NOT NULL DEFAULT '',
  progress_done BIGINT NOT NULL DEFAULT 0,
  progress_total BIGINT NOT NULL DEFAULT 0,
  summary TEXT NOT NULL DEFAULT '',   -- JSON: sheets, columns, totals, counts
  overrides TEXT NOT NULL DEFAULT '', -- JSON: what the clerk corrected
  uploaded_by {uuid} NOT NULL REFERENCES accounts (id),
  uploaded_at {instant} NOT NULL,
  committed_at {instant}
);
-- Uploading the same file again adds nothing: one live copy a unit.
CREATE UNIQUE INDEX intake_files_once ON intake_files (province_code, district_code, commune_code, sha256)
  WHERE state NOT IN ('refused', 'discarded');
CREATE INDEX intake_files_by_unit ON intake_files (province_code, commune_code, uploaded_at);

-- What the last reading saw in each data row of the file.
CREATE TABLE intake_rows (
  file_id {uuid} NOT NULL REFERENCES intake_files (id) ON DELETE CASCADE,
  sheet_no INTEGER NOT NULL,        -- 0-based, file order
  line INTEGER NOT NULL,            -- 1-based row of the sheet
  severity SMALLINT NOT NULL,       -- 0 clean, 1 info, 2 check, 3 must fix
  repaired {bool} NOT NULL,
  left_out {bool} NOT NULL,         -- the clerk leaves the row for later
  entry TEXT NOT NULL,              -- JSON of the row as read
  committed_entry_id {uuid},
  PRIMARY KEY (file_id, sheet_no, line)
);
CREATE INDEX intake_rows_by_severity ON intake_rows (file_id, severity, sheet_no, line);
