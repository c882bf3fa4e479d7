-- Sums that reports read instead of 400,000 rows. The engine itself keeps them, in the transaction
-- of every change, so that no path in the program can forget them; `ansinh ledger verify` counts
-- them again (design: sums shown anywhere equal the entries).

-- Approved entitlements (state 'approved') with the same place, decision and standing.
CREATE TABLE entitlement_sums (
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  group_code TEXT NOT NULL,
  decision_id {uuid} NOT NULL,
  approved_on DATE NOT NULL,        -- day of approved_at in Asia/Ho_Chi_Minh (UTC+7)
  pay_state TEXT NOT NULL,
  hold TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  items BIGINT NOT NULL,            -- how many entitlements; 0 once the last has moved on
  people BIGINT NOT NULL,
  amount_dong BIGINT NOT NULL,
  paid_dong BIGINT NOT NULL,
  PRIMARY KEY (province_code, district_code, commune_code, tiers, group_code, decision_id,
    approved_on, pay_state, hold, reason_code)
);
CREATE INDEX entitlement_sums_by_commune ON entitlement_sums (commune_code, tiers);
CREATE INDEX entitlement_sums_by_decision ON entitlement_sums (decision_id);

-- Entries that move money, of one place, decision, day and amount (- for money back).
CREATE TABLE ledger_days (
  province_code TEXT NOT NULL,
  district_code TEXT NOT NULL,
  commune_code TEXT NOT NULL,
  tiers SMALLINT NOT NULL,
  group_code TEXT NOT NULL,
  decision_id {uuid} NOT NULL,
  business_day DATE NOT NULL,
  amount_dong BIGINT NOT NULL,      -- of each
  entries BIGINT NOT NULL,
  PRIMARY KEY (province_code, district_code, commune_code, tiers, group_code, decision_id,
    business_day, amount_dong)
);
CREATE INDEX ledger_days_by_commune ON ledger_days (commune_code, tiers);
CREATE INDEX ledger_days_by_day ON ledger_days (province_code, business_day);

{sqlite} INSERT INTO entitlement_sums
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
    date(approved_at, '+7 hours'), pay_state, hold, reason_code,
    COUNT(*), SUM(people), SUM(amount_dong), SUM(paid_dong)
  FROM entitlements WHERE state = 'approved' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
{postgres} INSERT INTO entitlement_sums
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
    CAST(approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE), pay_state, hold, reason_code,
    COUNT(*), SUM(people), SUM(amount_dong), SUM(paid_dong)
  FROM entitlements WHERE state = 'approved' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
INSERT INTO ledger_days
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id, business_day,
    amount_dong, COUNT(*)
  FROM payment_entries WHERE amount_dong <> 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

{sqlite} CREATE TRIGGER entitlements_added AFTER INSERT ON entitlements
WHEN NEW.state = 'approved' BEGIN
  INSERT INTO entitlement_sums VALUES (NEW.province_code, NEW.district_code, NEW.commune_code,
    NEW.tiers, NEW.group_code, NEW.decision_id, date(NEW.approved_at, '+7 hours'), NEW.pay_state,
    NEW.hold, NEW.reason_code, 1, NEW.people, NEW.amount_dong, NEW.paid_dong)
  ON CONFLICT DO UPDATE SET items = items + 1, people = people + excluded.people,
    amount_dong = amount_dong + excluded.amount_dong, paid_dong = paid_dong + excluded.paid_dong{;}
END;
{sqlite} CREATE TRIGGER entitlements_moved AFTER UPDATE OF province_code, district_code,
  commune_code, tiers, group_code, decision_id, approved_at, state, pay_state, hold, reason_code,
  people, amount_dong, paid_dong ON entitlements BEGIN
  UPDATE entitlement_sums SET items = items - 1, people = people - OLD.people,
    amount_dong = amount_dong - OLD.amount_dong, paid_dong = paid_dong - OLD.paid_dong
  WHERE OLD.state = 'approved' AND province_code = OLD.province_code
    AND district_code = OLD.district_code AND commune_code = OLD.commune_code
    AND tiers = OLD.tiers AND group_code = OLD.group_code AND decision_id = OLD.decision_id
    AND approved_on = date(OLD.approved_at, '+7 hours') AND pay_state = OLD.pay_state
    AND hold = OLD.hold AND reason_code = OLD.reason_code{;}
  INSERT INTO entitlement_sums SELECT NEW.province_code, NEW.district_code, NEW.commune_code,
    NEW.tiers, NEW.group_code, NEW.decision_id, date(NEW.approved_at, '+7 hours'), NEW.pay_state,
    NEW.hold, NEW.reason_code, 1, NEW.people, NEW.amount_dong, NEW.paid_dong
  WHERE NEW.state = 'approved'
  ON CONFLICT DO UPDATE SET items = items + 1, people = people + excluded.people,
    amount_dong = amount_dong + excluded.amount_dong, paid_dong = paid_dong + excluded.paid_dong{;}
END;
{sqlite} CREATE TRIGGER entitlements_removed AFTER DELETE ON entitlements
WHEN OLD.state = 'approved' BEGIN
  UPDATE entitlement_sums SET items = items - 1, people = people - OLD.people,
    amount_dong = amount_dong - OLD.amount_dong, paid_dong = paid_dong - OLD.paid_dong
  WHERE province_code = OLD.province_code
    AND district_code = OLD.district_code AND commune_code = OLD.commune_code
    AND tiers = OLD.tiers AND group_code = OLD.group_code AND decision_id = OLD.decision_id
    AND approved_on = date(OLD.approved_at, '+7 hours') AND pay_state = OLD.pay_state
    AND hold = OLD.hold AND reason_code = OLD.reason_code{;}
END;
{sqlite} CREATE TRIGGER payment_entries_summed AFTER INSERT ON payment_entries
WHEN NEW.amount_dong <> 0 BEGIN
  INSERT INTO ledger_days VALUES (NEW.province_code, NEW.district_code, NEW.commune_code,
    NEW.tiers, NEW.group_code, NEW.decision_id, NEW.business_day, NEW.amount_dong, 1)
  ON CONFLICT DO UPDATE SET entries = entries + 1{;}
END;

-- One statement's rows at once and cells in one order, so that two transactions wait for each
-- other instead of locking each other out.
{postgres} CREATE FUNCTION entitlements_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO entitlement_sums AS s
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id, approved_on,
    pay_state, hold, reason_code, SUM(items), SUM(people), SUM(amount_dong), SUM(paid_dong)
  FROM (SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
      CAST(approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE) AS approved_on, pay_state, hold,
      reason_code,
      1 AS items, people AS people, amount_dong AS amount_dong, paid_dong AS paid_dong
    FROM added WHERE state = 'approved') d
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  HAVING SUM(items) <> 0 OR SUM(people) <> 0 OR SUM(amount_dong) <> 0 OR SUM(paid_dong) <> 0
  ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ON CONFLICT (province_code, district_code, commune_code, tiers, group_code, decision_id,
    approved_on, pay_state, hold, reason_code)
  DO UPDATE SET items = s.items + EXCLUDED.items, people = s.people + EXCLUDED.people,
    amount_dong = s.amount_dong + EXCLUDED.amount_dong,
    paid_dong = s.paid_dong + EXCLUDED.paid_dong{;}
  RETURN NULL{;}
END $$;
{postgres} CREATE FUNCTION entitlements_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO entitlement_sums AS s
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id, approved_on,
    pay_state, hold, reason_code, SUM(items), SUM(people), SUM(amount_dong), SUM(paid_dong)
  FROM (SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
      CAST(approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE) AS approved_on, pay_state, hold,
      reason_code,
      1 AS items, people AS people, amount_dong AS amount_dong, paid_dong AS paid_dong
    FROM added WHERE state = 'approved'
    UNION ALL SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
      CAST(approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE) AS approved_on, pay_state, hold,
      reason_code,
      -1 AS items, -people AS people, -amount_dong AS amount_dong, -paid_dong AS paid_dong
    FROM removed WHERE state = 'approved') d
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  HAVING SUM(items) <> 0 OR SUM(people) <> 0 OR SUM(amount_dong) <> 0 OR SUM(paid_dong) <> 0
  ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ON CONFLICT (province_code, district_code, commune_code, tiers, group_code, decision_id,
    approved_on, pay_state, hold, reason_code)
  DO UPDATE SET items = s.items + EXCLUDED.items, people = s.people + EXCLUDED.people,
    amount_dong = s.amount_dong + EXCLUDED.amount_dong,
    paid_dong = s.paid_dong + EXCLUDED.paid_dong{;}
  RETURN NULL{;}
END $$;
{postgres} CREATE FUNCTION entitlements_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO entitlement_sums AS s
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id, approved_on,
    pay_state, hold, reason_code, SUM(items), SUM(people), SUM(amount_dong), SUM(paid_dong)
  FROM (SELECT province_code, district_code, commune_code, tiers, group_code, decision_id,
      CAST(approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE) AS approved_on, pay_state, hold,
      reason_code,
      -1 AS items, -people AS people, -amount_dong AS amount_dong, -paid_dong AS paid_dong
    FROM removed WHERE state = 'approved') d
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  HAVING SUM(items) <> 0 OR SUM(people) <> 0 OR SUM(amount_dong) <> 0 OR SUM(paid_dong) <> 0
  ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ON CONFLICT (province_code, district_code, commune_code, tiers, group_code, decision_id,
    approved_on, pay_state, hold, reason_code)
  DO UPDATE SET items = s.items + EXCLUDED.items, people = s.people + EXCLUDED.people,
    amount_dong = s.amount_dong + EXCLUDED.amount_dong,
    paid_dong = s.paid_dong + EXCLUDED.paid_dong{;}
  RETURN NULL{;}
END $$;
{postgres} CREATE TRIGGER entitlements_added AFTER INSERT ON entitlements
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION entitlements_added();
{postgres} CREATE TRIGGER entitlements_moved AFTER UPDATE ON entitlements
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entitlements_moved();
{postgres} CREATE TRIGGER entitlements_removed AFTER DELETE ON entitlements
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION entitlements_removed();
{postgres} CREATE FUNCTION payment_entries_summed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO ledger_days AS s
  SELECT province_code, district_code, commune_code, tiers, group_code, decision_id, business_day,
    amount_dong, COUNT(*)
  FROM added WHERE amount_dong <> 0
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT (province_code, district_code, commune_code, tiers, group_code, decision_id,
    business_day, amount_dong)
  DO UPDATE SET entries = s.entries + EXCLUDED.entries{;}
  RETURN NULL{;}
END $$;
{postgres} CREATE TRIGGER payment_entries_summed AFTER INSERT ON payment_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_entries_summed();

-- Their sums are kept above.
DROP INDEX entitlements_rollup;
-- The book of a place, newest day first, is found without sorting; new entries come at the end.
DROP INDEX payment_entries_by_day;
CREATE INDEX payment_entries_by_day ON payment_entries
  (province_code, business_day, id, district_code, commune_code, tiers, group_code, kind,
   decision_id, amount_dong);
-- Why rows stood unpaid on a past day.
CREATE INDEX payment_entries_not_paid ON payment_entries
  (province_code, business_day, district_code, commune_code) WHERE kind IN ('not_paid', 'returned');
