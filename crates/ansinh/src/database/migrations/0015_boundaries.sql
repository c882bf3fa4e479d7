-- Boundaries of units for maps, as the province imports them. A set is never changed: a later one of the
-- same day stands before it.
CREATE TABLE boundary_sets (
  id {uuid} NOT NULL PRIMARY KEY,
  province_code TEXT NOT NULL,      -- '' = the whole country
  valid_from DATE NOT NULL,         -- the units of this day, until a later set
  tiers SMALLINT NOT NULL CONSTRAINT boundary_sets_tiers CHECK (tiers IN (2, 3)),
  source TEXT NOT NULL,
  licence TEXT NOT NULL,
  sha256 TEXT NOT NULL,             -- of the file that was imported
  imported_by TEXT NOT NULL,        -- as the operator called herself
  imported_at {instant} NOT NULL
);
CREATE INDEX boundary_sets_by_day ON boundary_sets (province_code, valid_from);

CREATE TABLE boundary_shapes (
  set_id {uuid} NOT NULL REFERENCES boundary_sets (id),
  level SMALLINT NOT NULL,          -- 1 tỉnh, 2 huyện, 3 xã
  code TEXT NOT NULL,
  shape TEXT NOT NULL,              -- rings of hundred-thousandths of a degree (crates/maps/src/packed.rs)
  PRIMARY KEY (set_id, level, code)
);
