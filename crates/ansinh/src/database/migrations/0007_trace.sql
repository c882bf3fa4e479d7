-- The audit record becomes one hash chain. Acts append in their own transactions as before; a sealer
-- gives each committed entry its place (seq, without gaps) and hash. docs/AUDIT.md has the bytes.
ALTER TABLE audit_entries ADD COLUMN seq BIGINT;          -- NULL: not sealed yet
ALTER TABLE audit_entries ADD COLUMN prev_hash {blob};    -- hash of seq - 1; 32 zero bytes at seq 1
ALTER TABLE audit_entries ADD COLUMN hash {blob};         -- SHA-256, 32 bytes
ALTER TABLE audit_entries ADD COLUMN commune_code TEXT NOT NULL DEFAULT ''; -- of the rows it concerns
ALTER TABLE audit_entries ADD COLUMN entries {blob};      -- list_entries.id it concerns, 16 bytes each
CREATE UNIQUE INDEX audit_entries_in_order ON audit_entries (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_entries_unsealed ON audit_entries (id) WHERE seq IS NULL;
CREATE INDEX audit_entries_about ON audit_entries (commune_code, id) WHERE entries IS NOT NULL;

-- The last sealed entry of each local day, for printing on the day's report and as a check.
CREATE TABLE audit_heads (
  day DATE NOT NULL PRIMARY KEY,    -- day in Asia/Ho_Chi_Minh
  seq BIGINT NOT NULL,
  hash {blob} NOT NULL
);

-- A clumsy operator is stopped here; a malicious one is found by `ansinh audit verify`.
{sqlite} CREATE TRIGGER audit_entries_sealed_once BEFORE UPDATE ON audit_entries
WHEN OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL OR NEW.prev_hash IS NULL
  OR OLD.id IS NOT NEW.id OR OLD.at IS NOT NEW.at OR OLD.account_id IS NOT NEW.account_id
  OR OLD.action IS NOT NEW.action OR OLD.subject_kind IS NOT NEW.subject_kind
  OR OLD.subject_id IS NOT NEW.subject_id OR OLD.province_code IS NOT NEW.province_code
  OR OLD.unit_code IS NOT NEW.unit_code OR OLD.commune_code IS NOT NEW.commune_code
  OR OLD.entries IS NOT NEW.entries OR OLD.detail IS NOT NEW.detail
BEGIN SELECT RAISE(ABORT, 'audit_sealed: audit entries are never changed'){;} END;
{sqlite} CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_sealed: audit entries are never deleted'){;} END;

{postgres} CREATE FUNCTION audit_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL
    AND NEW.prev_hash IS NOT NULL
    AND (OLD.id, OLD.at, OLD.account_id, OLD.action, OLD.subject_kind, OLD.subject_id,
         OLD.province_code, OLD.unit_code, OLD.commune_code, OLD.entries, OLD.detail)
      IS NOT DISTINCT FROM
        (NEW.id, NEW.at, NEW.account_id, NEW.action, NEW.subject_kind, NEW.subject_id,
         NEW.province_code, NEW.unit_code, NEW.commune_code, NEW.entries, NEW.detail)
  THEN RETURN NEW{;} END IF{;}
  RAISE EXCEPTION 'audit_sealed: audit entries are never changed or deleted'{;}
END $$;
{postgres} CREATE TRIGGER audit_entries_sealed_once BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION audit_entries_guard();
{postgres} CREATE TRIGGER audit_entries_kept BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_guard();
