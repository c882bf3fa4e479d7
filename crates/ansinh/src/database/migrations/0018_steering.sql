-- Directives, the yearly IT plan and coverage reviews: papers whose tasks are given to units.

-- A paper that gives tasks: a directive, a plan of a year, a review. Issued by the province
-- (district_code empty) or a district.
CREATE TABLE steering_papers (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  district_code TEXT NOT NULL,      -- who issued it
  kind TEXT NOT NULL CONSTRAINT steering_papers_kind CHECK (kind IN ('directive', 'plan', 'coverage')),
  number TEXT NOT NULL,             -- 15/CT-UBND
  issued_on DATE NOT NULL,
  signer TEXT NOT NULL,
  title TEXT NOT NULL,              -- trích yếu
  search_key TEXT NOT NULL,         -- folded: no marks, lower case
  withdrawn_why TEXT NOT NULL,      -- empty: in force
  added_by {uuid} NOT NULL REFERENCES accounts (id),
  added_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);

CREATE TABLE steering_tasks (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  paper_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,
  what TEXT NOT NULL,
  due_on DATE NOT NULL,
  proof {bool} NOT NULL,            -- done only with a file as evidence
  planned_dong BIGINT NOT NULL CONSTRAINT steering_tasks_planned CHECK (planned_dong >= 0),
  source TEXT NOT NULL,             -- of that money
  added_by {uuid} NOT NULL REFERENCES accounts (id),
  added_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX steering_tasks_in_order ON steering_tasks (province_code, paper_id, seq);

-- A task of one unit: a commune, a district, or (both empty) a department of the province by name.
CREATE TABLE steering_duties (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  paper_id {uuid} NOT NULL,
  task_id {uuid} NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  department TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT steering_duties_state
    CHECK (state IN ('new', 'taken', 'reported', 'done', 'withdrawn')),
  due_on DATE NOT NULL,
  wanted_on DATE,                   -- the unit asks for this day instead
  percent INTEGER NOT NULL CONSTRAINT steering_duties_percent CHECK (percent BETWEEN 0 AND 100),
  spent_dong BIGINT NOT NULL CONSTRAINT steering_duties_spent CHECK (spent_dong >= 0),
  reported_on DATE,                 -- last day on which the unit called it done
  urged_on DATE,                    -- last day on which the issuer urged it
  steps INTEGER NOT NULL,           -- how many, and so the version
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX steering_duties_once
  ON steering_duties (province_code, task_id, district_code, commune_code, tiers, department);
CREATE INDEX steering_duties_of_paper ON steering_duties (paper_id, task_id);
CREATE INDEX steering_duties_of_commune ON steering_duties (commune_code, tiers, state, due_on);
CREATE INDEX steering_duties_of_district ON steering_duties (district_code, state, due_on);
CREATE INDEX steering_duties_of_province ON steering_duties (province_code, state, due_on);

-- A place without internet, as a commune reported it in a review.
CREATE TABLE coverage_places (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  paper_id {uuid} NOT NULL,
  duty_id {uuid} NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  hamlet TEXT NOT NULL,
  hamlet_key TEXT NOT NULL,         -- folded
  households INTEGER NOT NULL CONSTRAINT coverage_places_households CHECK (households >= 0),
  people INTEGER NOT NULL CONSTRAINT coverage_places_people CHECK (people > 0),
  lack TEXT NOT NULL CONSTRAINT coverage_places_lack CHECK (lack IN ('none', 'weak', 'cable')),
  has_now TEXT NOT NULL,            -- which operators are there, in words
  proposal TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT coverage_places_state
    CHECK (state IN ('proposed', 'confirmed', 'sent', 'done', 'refused')),
  operator TEXT NOT NULL,           -- to whom it was sent
  due_on DATE,                      -- by when the operator is asked to
  steps INTEGER NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX coverage_places_once
  ON coverage_places (province_code, paper_id, commune_code, tiers, hamlet_key);
CREATE INDEX coverage_places_of_commune ON coverage_places (commune_code, tiers, state);
CREATE INDEX coverage_places_of_district ON coverage_places (district_code, state);
CREATE INDEX coverage_places_of_province ON coverage_places (province_code, state, due_on);

-- What was done about a task of a unit or a place, in order; written once, under the id of its form.
CREATE TABLE steering_steps (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  subject_id {uuid} NOT NULL,       -- a duty or a place
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,        -- of what the form said: pressed twice is once
  by_account {uuid} NOT NULL REFERENCES accounts (id),
  done_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE UNIQUE INDEX steering_steps_in_order ON steering_steps (province_code, subject_id, seq);

-- The paper itself, or evidence of a step.
CREATE TABLE steering_files (
  province_code TEXT NOT NULL,
  id {uuid} NOT NULL,
  subject_id {uuid} NOT NULL,       -- a paper or a duty
  step_id {uuid},                   -- NULL: the paper itself
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  content {blob} NOT NULL,
  added_at {instant} NOT NULL,
  PRIMARY KEY (province_code, id)
);
CREATE INDEX steering_files_of ON steering_files (subject_id, id);
