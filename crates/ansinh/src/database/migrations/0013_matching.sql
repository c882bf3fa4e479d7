-- Who is the same person: what the matching of rows needs, and what its desk decides.

-- The score of a pair in hundredths of log2 of the odds; NULL: its numbers say it, nothing was weighed.
ALTER TABLE duplicate_warnings ADD COLUMN score_centi INTEGER;
-- In words, as the desk shows them.
ALTER TABLE duplicate_warnings ADD COLUMN reasons TEXT NOT NULL DEFAULT '';
-- The unit that must decide: a commune, else a district, else (both empty) the province.
ALTER TABLE duplicate_warnings ADD COLUMN desk_district TEXT NOT NULL DEFAULT '';
ALTER TABLE duplicate_warnings ADD COLUMN desk_commune TEXT NOT NULL DEFAULT '';
-- By when, in working days.
ALTER TABLE duplicate_warnings ADD COLUMN due_on DATE;
-- Papers were asked for: the pair stays open and both are held until then or until decided.
ALTER TABLE duplicate_warnings ADD COLUMN papers_due_on DATE;
-- The lower of the two had been paid when the higher was found: what the higher is more, in dong.
ALTER TABLE duplicate_warnings ADD COLUMN case_dong BIGINT NOT NULL DEFAULT 0;
-- The link of two persons that the decision made.
ALTER TABLE duplicate_warnings ADD COLUMN link_id {uuid};

UPDATE duplicate_warnings SET
  desk_district = COALESCE((SELECT a.district_code FROM list_entries a JOIN list_entries b
    ON b.id = duplicate_warnings.second_entry_id AND b.province_code = a.province_code
      AND b.district_code = a.district_code
    WHERE a.id = duplicate_warnings.first_entry_id
      AND a.province_code = duplicate_warnings.province_code), ''),
  desk_commune = COALESCE((SELECT a.commune_code FROM list_entries a JOIN list_entries b
    ON b.id = duplicate_warnings.second_entry_id AND b.province_code = a.province_code
      AND b.commune_code = a.commune_code AND b.tiers = a.tiers
    WHERE a.id = duplicate_warnings.first_entry_id
      AND a.province_code = duplicate_warnings.province_code), '');

CREATE INDEX duplicate_warnings_at_desk ON duplicate_warnings
  (desk_commune, desk_district, province_code, id) WHERE state = 'open';

-- Two people whom somebody declared different: each by a fingerprint that survives a new import.
CREATE TABLE different_people (
  province_code TEXT NOT NULL,
  first_print TEXT NOT NULL,        -- the smaller of the two
  second_print TEXT NOT NULL,
  warning_id {uuid} NOT NULL,
  declared_by {uuid} NOT NULL REFERENCES accounts (id),
  declared_at {instant} NOT NULL,
  PRIMARY KEY (province_code, first_print, second_print, warning_id)
);
CREATE INDEX different_people_by_second ON different_people (province_code, second_print);
CREATE INDEX different_people_by_warning ON different_people (warning_id);

-- Blocking keys of rows (linkage::schema::Schema::keys): rows that share one are compared. A key of
-- a row that has been corrected since may stay: it brings a row too many and judges nothing.
CREATE TABLE match_keys (
  match_key BIGINT NOT NULL,
  entry_id {uuid} NOT NULL,
  PRIMARY KEY (match_key, entry_id)
) {clustered};

-- Rows that have not been compared with everything since they were written or changed.
CREATE TABLE match_waiting (
  entry_id {uuid} NOT NULL PRIMARY KEY,
  list_id {uuid} NOT NULL,
  province_code TEXT NOT NULL,
  stamp INTEGER NOT NULL DEFAULT 0  -- rises with each change: one that comes while comparing stays
);
CREATE INDEX match_waiting_by_list ON match_waiting (list_id);

INSERT INTO match_waiting (entry_id, list_id, province_code)
  SELECT id, list_id, province_code FROM list_entries WHERE state = 'listed';

{sqlite}
CREATE TRIGGER match_waiting_new AFTER INSERT ON list_entries WHEN NEW.state = 'listed'
BEGIN
  INSERT INTO match_waiting (entry_id, list_id, province_code)
    VALUES (NEW.id, NEW.list_id, NEW.province_code)
    ON CONFLICT (entry_id) DO UPDATE SET stamp = stamp + 1{;}
END;
{sqlite}
CREATE TRIGGER match_waiting_changed
AFTER UPDATE OF full_name, birth_year, birth_month, birth_day, sex, id_number, phone, hamlet, state
ON list_entries WHEN NEW.state = 'listed'
BEGIN
  INSERT INTO match_waiting (entry_id, list_id, province_code)
    VALUES (NEW.id, NEW.list_id, NEW.province_code)
    ON CONFLICT (entry_id) DO UPDATE SET stamp = stamp + 1{;}
END;
{postgres}
CREATE FUNCTION match_waiting_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO match_waiting (entry_id, list_id, province_code)
    SELECT id, list_id, province_code FROM added WHERE state = 'listed' ORDER BY id
    ON CONFLICT DO NOTHING{;}
  RETURN NULL{;}
END $$;
{postgres}
CREATE TRIGGER match_waiting_new AFTER INSERT ON list_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION match_waiting_new();
{postgres}
CREATE FUNCTION match_waiting_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO match_waiting (entry_id, list_id, province_code)
    VALUES (NEW.id, NEW.list_id, NEW.province_code)
    ON CONFLICT (entry_id) DO UPDATE SET stamp = match_waiting.stamp + 1{;}
  RETURN NULL{;}
END $$;
{postgres}
CREATE TRIGGER match_waiting_changed
AFTER UPDATE OF full_name, birth_year, birth_month, birth_day, sex, id_number, phone, hamlet, state
ON list_entries FOR EACH ROW WHEN (NEW.state = 'listed') EXECUTE FUNCTION match_waiting_changed();
