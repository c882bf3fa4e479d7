-- The transparency log of payments (crates/disclosure): what was published is never changed.

-- Each entry of the ledger that moved money becomes one line after its day's book has closed.
CREATE TABLE log_leaves (
  province_code TEXT NOT NULL,
  number BIGINT NOT NULL,           -- 0, 1, 2 …
  entry_id {uuid} NOT NULL,         -- of payment_entries
  day DATE NOT NULL,                -- its business day
  commitment TEXT NOT NULL,         -- as in the line
  line TEXT NOT NULL,
  PRIMARY KEY (province_code, number)
);
CREATE UNIQUE INDEX log_leaves_once ON log_leaves (entry_id);
CREATE UNIQUE INDEX log_leaves_by_commitment ON log_leaves (commitment);
CREATE INDEX log_leaves_by_day ON log_leaves (province_code, day);

-- Tiles of hashes: 32 bytes each, up to 256; those at the right edge grow.
CREATE TABLE log_tiles (
  province_code TEXT NOT NULL,
  level SMALLINT NOT NULL,
  place BIGINT NOT NULL,            -- from the left
  hashes {blob} NOT NULL,
  PRIMARY KEY (province_code, level, place)
);

-- The signed head of each closed day.
CREATE TABLE log_heads (
  province_code TEXT NOT NULL,
  day DATE NOT NULL,
  size BIGINT NOT NULL,
  root TEXT NOT NULL,               -- 64 hexadecimal digits
  note TEXT NOT NULL,               -- the checkpoint with the log's signature
  signed_at {instant} NOT NULL,
  PRIMARY KEY (province_code, day)
);

-- What witnesses signed under a head.
CREATE TABLE log_witnessed (
  province_code TEXT NOT NULL,
  size BIGINT NOT NULL,
  root TEXT NOT NULL,
  witness TEXT NOT NULL,            -- name of the key
  line TEXT NOT NULL,               -- the signature as it stands in the note
  received_at {instant} NOT NULL,
  PRIMARY KEY (province_code, size, witness)
);

-- The secret of a payment's commitment: printed on the payee's slip. Without it the line says nothing
-- about her, so deleting it is erasure.
CREATE TABLE slip_salts (
  province_code TEXT NOT NULL,
  entry_id {uuid} NOT NULL,
  salt {blob} NOT NULL,
  PRIMARY KEY (province_code, entry_id)
);

{sqlite} CREATE TRIGGER log_leaves_never_changed BEFORE UPDATE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'lines of the log are never changed'){;} END;
{sqlite} CREATE TRIGGER log_leaves_kept BEFORE DELETE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'lines of the log are never deleted'){;} END;
{postgres} CREATE TRIGGER log_leaves_kept BEFORE UPDATE OR DELETE ON log_leaves
  FOR EACH ROW EXECUTE FUNCTION ledger_guard();
