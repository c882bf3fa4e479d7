-- What waits at a desk is counted on many pages; what was answered long ago is not looked through for it.
CREATE INDEX feedback_cases_waiting
  ON feedback_cases (province_code, desk_commune, desk_district, due_on) WHERE state IN ('open', 'confirming');
CREATE INDEX duplicate_warnings_late
  ON duplicate_warnings (province_code, due_on) WHERE state = 'open';
