//! Columns of decisions and lists as the seeds of tests, proofs and measurements write them.

pub const DECISION: [&str; 11] = [
    "id",
    "province_code",
    "district_code",
    "number",
    "decided_on",
    "signer_name",
    "signer_title",
    "person_count",
    "amount_dong",
    "recorded_by",
    "recorded_at",
];

/// A list that is approved; the way to it is not told.
pub const LIST: [&str; 13] = [
    "id",
    "province_code",
    "district_code",
    "commune_code",
    "tiers",
    "unit_date",
    "programme_code",
    "group_code",
    "round",
    "state",
    "prepared_by",
    "prepared_at",
    "decision_id",
];
