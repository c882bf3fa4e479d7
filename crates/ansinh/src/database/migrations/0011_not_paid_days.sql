-- Who stands unpaid since which day, without reading a row of `entitlements`: the dated report and the
-- report of a past day ask 40,000 of them. Only questions with a day may take it: a list in another order
-- would be sorted.
CREATE INDEX entitlements_not_paid ON entitlements
  (province_code, last_day, district_code, commune_code, tiers, group_code, decision_id,
   reason_code, hold, people, amount_dong, paid_dong, pay_state, state)
  WHERE state = 'approved' AND pay_state = 'not_paid' AND last_day IS NOT NULL;
