//! Rows of this room as the store hands them out.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::way::State;

/// A list with the sums of its rows.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ListSummary {
    /// Id.
    pub id: Uuid,
    /// Province code.
    pub province_code: String,
    /// District code; empty with two tiers.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// 2 or 3.
    pub tiers: i16,
    /// Units of this date are meant.
    pub unit_date: NaiveDate,
    /// NQ42 …
    pub programme_code: String,
    /// NCC …
    pub group_code: String,
    /// Đợt.
    pub round: i32,
    /// See [`State::of`].
    pub state: String,
    /// Optimistic lock.
    pub version: i32,
    /// Account that prepared it.
    pub prepared_by: Uuid,
    /// When.
    pub prepared_at: DateTime<Utc>,
    /// First day of niêm yết.
    pub posted_on: Option<NaiveDate>,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// Deadline of the present step.
    pub step_due_on: Option<NaiveDate>,
    /// Calendar that computed the deadlines.
    pub calendar_version: String,
    /// Decision that covers it.
    pub decision_id: Option<Uuid>,
    /// Why it was returned; empty when it was not.
    pub returned_reason: String,
    /// Rows still proposed.
    pub listed: i64,
    /// Rows excluded.
    pub excluded: i64,
    /// Rows of people who declined.
    pub declined: i64,
    /// People (khẩu counted) of the rows still proposed.
    pub people: i64,
    /// Đồng due to them by the rule.
    pub due_dong: i64,
}

impl ListSummary {
    /// Where it stands; a name nobody knows counts as a draft.
    pub fn standing(&self) -> State {
        State::of(&self.state).unwrap_or(State::Draft)
    }
}

/// A step of a list as recorded.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StepRow {
    /// `create`, `post` …
    pub action: String,
    /// State before.
    pub from_state: String,
    /// Who.
    pub acted_by: Uuid,
    /// When.
    pub acted_at: DateTime<Utc>,
    /// When it had been due.
    pub due_on: Option<NaiveDate>,
    /// Version of the list after it.
    pub list_version: i32,
    /// Why.
    pub reason: String,
}

/// A row of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct EntryRow {
    /// Id.
    pub id: Uuid,
    /// Province code.
    pub province_code: String,
    /// Its list.
    pub list_id: Uuid,
    /// NCC …
    pub group_code: String,
    /// Who it is.
    pub person_id: Uuid,
    /// Name.
    pub full_name: String,
    /// Birth as far as known.
    pub birth_year: Option<i32>,
    /// Month.
    pub birth_month: Option<i32>,
    /// Day.
    pub birth_day: Option<i32>,
    /// M, F.
    pub sex: Option<String>,
    /// Full number: only for the officer's own page.
    pub id_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// As listed.
    pub address: String,
    /// Thôn.
    pub hamlet: String,
    /// Head as listed.
    pub household_head: Option<String>,
    /// The head's row.
    pub household_of: Option<Uuid>,
    /// Relation to the head.
    pub relation: Option<String>,
    /// Số khẩu as listed.
    pub household_size: Option<i32>,
    /// Months.
    pub months: Option<i32>,
    /// Đồng as listed.
    pub amount_dong: Option<i64>,
    /// People of this row.
    pub people: i32,
    /// Đồng by the rule.
    pub due_dong: i64,
    /// See `rules::problem`.
    pub problem: String,
    /// Paper required.
    pub needs: String,
    /// Paper shown.
    pub needs_evidence: String,
    /// JSON of dates.
    pub facts: String,
    /// Remark.
    pub note: String,
    /// Its meaning.
    pub note_kind: Option<String>,
    /// JSON of the cells as typed.
    pub raw: String,
    /// listed, excluded, declined.
    pub state: String,
    /// Why excluded.
    pub excluded_reason: String,
    /// Name of the sheet.
    pub source_sheet: String,
    /// Row of the sheet.
    pub source_line: Option<i32>,
    /// The kept file.
    pub source_file_id: Option<Uuid>,
    /// Open certain duplicates of this row.
    pub duplicates: i64,
}

impl EntryRow {
    /// `12/8/1954`, `8/1954`, `1954` or nothing.
    pub fn birth(&self) -> String {
        birth_text(self.birth_year, self.birth_month, self.birth_day)
    }

    /// The number for the public, or that there is none.
    pub fn masked_id(&self) -> String {
        self.id_number.as_deref().map_or_else(|| "chưa có".to_owned(), super::rules::masked)
    }

    /// Still proposed.
    pub fn is_listed(&self) -> bool {
        self.state == "listed"
    }
}

/// `12/8/1954`, `8/1954`, `1954` or nothing.
pub fn birth_text(year: Option<i32>, month: Option<i32>, day: Option<i32>) -> String {
    match (year, month, day) {
        (Some(y), Some(m), Some(d)) => format!("{d}/{m}/{y}"),
        (Some(y), Some(m), None) => format!("{m}/{y}"),
        (Some(y), _, _) => y.to_string(),
        _ => String::new(),
    }
}
