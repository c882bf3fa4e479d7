//! Rows that intake has read and the clerk has confirmed become entries of draft lists.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::database::Tx;
use crate::identity::Actor;
use crate::web::{App, Error};

/// Where rows come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The kept original.
    pub file_id: Uuid,
    /// NQ42 …
    pub programme_code: String,
    /// Units of this date are meant.
    pub unit_date: NaiveDate,
    /// Province of all rows.
    pub province_code: String,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
}

/// A birth date as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Birth {
    /// Year.
    pub year: Option<i32>,
    /// Month 1–12.
    pub month: Option<i32>,
    /// Day 1–31.
    pub day: Option<i32>,
}

/// One confirmed row.
#[derive(Debug, Clone, Default)]
pub struct NewEntry {
    /// Commune of the row.
    pub commune_code: String,
    /// Its district; empty with two tiers.
    pub district_code: String,
    /// NCC, BTXH, HN …
    pub group_code: String,
    /// Name after safe repair.
    pub full_name: String,
    /// As far as known.
    pub birth: Birth,
    /// `M`, `F` or unknown.
    pub sex: Option<String>,
    /// Well-formed CMND or CCCD, or none.
    pub id_number: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
    /// As listed.
    pub address: String,
    /// Thôn, xóm, khối … taken from the address or the section; may be empty.
    pub hamlet: String,
    /// Head of the household as listed.
    pub household_head: Option<String>,
    /// Line of the head's row on the same sheet, for member rows that carry no amount.
    pub head_line: Option<u32>,
    /// Relation to the head.
    pub relation: Option<String>,
    /// Số khẩu, on the head's row.
    pub household_size: Option<i32>,
    /// Months of support as listed.
    pub months: Option<i32>,
    /// Đồng as listed; none for member rows.
    pub amount_dong: Option<i64>,
    /// The remark says that the person declines: the entry waits for the individual record.
    pub declined: bool,
    /// Remark as listed.
    pub note: String,
    /// What the remark means: dead, moved …
    pub note_kind: Option<String>,
    /// Cell texts as typed.
    pub raw: serde_json::Value,
    /// 0-based sheet of the file.
    pub sheet_no: i32,
    /// Name of the sheet.
    pub sheet: String,
    /// 1-based row.
    pub line: u32,
}

/// What became of the rows.
#[derive(Debug, Clone, Default)]
pub struct Enlisted {
    /// Draft lists that received rows (one a commune and group), new ones first.
    pub list_ids: Vec<Uuid>,
    /// (sheet_no, line, entry id) of every row.
    pub entries: Vec<(i32, u32, Uuid)>,
    /// Certain duplicates raised.
    pub duplicates: u64,
}

/// Writes rows as entries of draft lists in the caller's transaction, finds or makes the persons,
/// and raises certain duplicates (same number, also with a lost zero or through a known link).
///
/// # Errors
/// [`Error::Refused`] when a row lies outside the actor's scope or the list it belongs to has left
/// the draft state; the engine's.
pub async fn enlist(
    _tx: &Tx,
    _app: &App,
    _actor: &Actor,
    _now: DateTime<Utc>,
    _source: &Source,
    _entries: Vec<NewEntry>,
) -> Result<Enlisted, Error> {
    Err(Error::internal("relief.enlist", "not written yet"))
}
