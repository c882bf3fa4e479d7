-- News and corrections: the editorial board, articles in editions, rebuttals of false news, files.

-- Ban Biên tập: who serves as what, from when until when, by which decision.
CREATE TABLE news_members (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL CONSTRAINT news_members_role
    CHECK (role IN ('head', 'deputy', 'secretary', 'editor', 'contributor')),
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,           -- the last day
  decision TEXT NOT NULL,           -- 15/QĐ-UBND
  decided_on DATE NOT NULL,
  added_by {uuid} NOT NULL REFERENCES accounts (id),
  added_at {instant} NOT NULL,
  ended_by {uuid} REFERENCES accounts (id), -- before its last day
  ended_on DATE,
  ended_reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (province_code, id),
  CONSTRAINT news_members_term CHECK (until_on >= from_on)
);
CREATE INDEX news_members_of_account ON news_members (account_id, from_on);
-- One act of appointing: the form sent twice appoints once.
CREATE UNIQUE INDEX news_members_once ON news_members (province_code, account_id, from_on)
  WHERE ended_by IS NULL;

CREATE TABLE news_documents (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  kind TEXT NOT NULL CONSTRAINT news_documents_kind
    CHECK (kind IN ('news', 'guide', 'notice', 'rebuttal')),
  slug TEXT,                        -- the address, given with the first approval and kept for ever
  version INTEGER NOT NULL DEFAULT 1, -- the lock under which every act is done
  first_at {instant},               -- when its first edition was or will be public
  withdrawn_at {instant},
  withdrawn_by {uuid} REFERENCES accounts (id),
  withdrawn_why TEXT CONSTRAINT news_documents_why CHECK (withdrawn_why IN ('error', 'merged', 'ended')),
  withdrawn_note TEXT NOT NULL DEFAULT '',
  merged_into {uuid},               -- the article that holds it now
  created_by {uuid} NOT NULL REFERENCES accounts (id),
  created_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id),
  CONSTRAINT news_documents_withdrawn CHECK (
    (withdrawn_at IS NULL) = (withdrawn_why IS NULL)
    AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL)
    AND (merged_into IS NULL OR withdrawn_why = 'merged'))
);
CREATE UNIQUE INDEX news_documents_by_slug ON news_documents (province_code, slug) WHERE slug IS NOT NULL;
CREATE INDEX news_documents_by_day ON news_documents (province_code, first_at, id);

CREATE TABLE news_editions (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  document_id {uuid} NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL CONSTRAINT news_editions_state
    CHECK (state IN ('draft', 'submitted', 'returned', 'approved', 'discarded')),
  title TEXT NOT NULL,
  summary TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',    -- Markdown as typed; made safe when it is shown
  change_note TEXT NOT NULL DEFAULT '', -- what this edition changes
  -- A rebuttal: the claim, where it was seen, what it is (VAFC), the paper that shows it.
  label TEXT NOT NULL DEFAULT '' CONSTRAINT news_editions_label CHECK (label IN ('', 'fake', 'untrue', 'true')),
  field TEXT NOT NULL DEFAULT '',
  claim TEXT NOT NULL DEFAULT '',
  seen_channel TEXT NOT NULL DEFAULT '',
  seen_url TEXT NOT NULL DEFAULT '',
  seen_on DATE,
  source_number TEXT NOT NULL DEFAULT '',
  source_on DATE,
  source_url TEXT NOT NULL DEFAULT '',
  -- Thẩm định: the responsible agency confirms before it is published.
  review_agency TEXT NOT NULL DEFAULT '',
  reviewer_id {uuid} REFERENCES accounts (id),
  reviewed_at {instant},
  review_note TEXT NOT NULL DEFAULT '',
  author_id {uuid} NOT NULL REFERENCES accounts (id),
  written_by {uuid} NOT NULL REFERENCES accounts (id), -- who wrote in it last
  written_at {instant} NOT NULL,
  approved_by {uuid} REFERENCES accounts (id),
  approved_at {instant},
  publish_at {instant},             -- public from here on when approved
  search TEXT NOT NULL DEFAULT '',  -- its words without marks
  PRIMARY KEY (province_code, id),
  CONSTRAINT news_editions_four_eyes CHECK (
    approved_by IS NULL OR (approved_by <> author_id AND approved_by <> written_by)),
  CONSTRAINT news_editions_reviewer CHECK (
    reviewed_at IS NULL OR (reviewer_id IS NOT NULL AND reviewer_id <> author_id AND reviewer_id <> written_by)),
  CONSTRAINT news_editions_approved CHECK (
    (state = 'approved') = (approved_by IS NOT NULL)
    AND (state = 'approved') = (publish_at IS NOT NULL))
);
CREATE UNIQUE INDEX news_editions_in_order ON news_editions (document_id, number);
CREATE UNIQUE INDEX news_editions_one_live ON news_editions (document_id)
  WHERE state IN ('draft', 'submitted', 'returned');
CREATE INDEX news_editions_at_work ON news_editions (province_code, state, id);

-- What was done to an article: who, when, as what, why. Never changed.
CREATE TABLE news_steps (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  document_id {uuid} NOT NULL,
  number INTEGER NOT NULL,          -- of the edition
  step TEXT NOT NULL,
  by_account {uuid} NOT NULL REFERENCES accounts (id),
  by_role TEXT NOT NULL,            -- on the board that day; '' = the reviewer
  at {instant} NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (province_code, id)
);
CREATE INDEX news_steps_of_document ON news_steps (document_id, id);

CREATE TABLE news_files (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  document_id {uuid} NOT NULL,
  kind TEXT NOT NULL CONSTRAINT news_files_kind CHECK (kind IN ('picture', 'attachment')),
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,               -- of an attachment: safe, with the ending of what it is
  alt TEXT NOT NULL,                -- what a picture shows; what an attachment is called
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  size_bytes BIGINT NOT NULL,
  content {blob} NOT NULL,
  added_by {uuid} NOT NULL REFERENCES accounts (id),
  added_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id),
  CONSTRAINT news_files_alt CHECK (alt <> '')
);
CREATE INDEX news_files_of_document ON news_files (document_id, id);

-- Which files an edition shows: a later one begins with those of the one before.
CREATE TABLE news_edition_files (
  edition_id {uuid} NOT NULL,
  file_id {uuid} NOT NULL,
  PRIMARY KEY (edition_id, file_id)
);
CREATE INDEX news_edition_files_by_file ON news_edition_files (file_id);
