//! What intake keeps: a file, its rows as read, what the clerk decided, and the facts of each sheet.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use lists::{ColumnChoice, Field};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::relief::Birth;

/// Where a file is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Waits for the reader.
    Queued,
    /// Is being read.
    Reading,
    /// Read; nothing of it is in a list.
    Ready,
    /// Turned out unreadable beside the request; the bytes are gone.
    Refused,
    /// Its rows are being written into lists.
    Committing,
    /// Rows of it are in lists; others may wait.
    Committed,
    /// The clerk threw it away.
    Discarded,
}

impl FileState {
    /// The state of a name in the database.
    pub fn from_code(code: &str) -> Self {
        match code {
            "queued" => Self::Queued,
            "reading" => Self::Reading,
            "ready" => Self::Ready,
            "committing" => Self::Committing,
            "committed" => Self::Committed,
            "discarded" => Self::Discarded,
            _ => Self::Refused,
        }
    }

    /// Work runs beside the request.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Queued | Self::Reading | Self::Committing)
    }

    /// The preview can be shown and corrected.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Committed)
    }
}

/// A file as stored, without its bytes.
#[derive(Debug, Clone, FromQueryResult)]
pub struct FileRow {
    /// Id.
    pub id: Uuid,
    /// Province.
    pub province_code: String,
    /// District or empty.
    pub district_code: String,
    /// Commune; empty when a district or the province uploaded it.
    pub commune_code: String,
    /// 2 or 3.
    pub tiers: i16,
    /// Hex, of the original bytes.
    pub sha256: String,
    /// Cleaned.
    pub file_name: String,
    /// Bytes.
    pub size_bytes: i64,
    /// NQ42 …
    pub programme_code: String,
    /// Units of this date are meant.
    pub unit_date: NaiveDate,
    /// See [`FileState::from_code`].
    pub state: String,
    /// Moves with every correction and commit.
    pub version: i32,
    /// Why it was refused.
    pub refusal_code: String,
    /// Why the last commit beside the request was refused.
    pub notice: String,
    /// Rows done.
    pub progress_done: i64,
    /// Rows to do; 0 while unknown.
    pub progress_total: i64,
    /// JSON of [`Summary`].
    pub summary: String,
    /// JSON of [`Decisions`].
    pub overrides: String,
    /// When it came.
    pub uploaded_at: DateTime<Utc>,
    /// When the present reading began.
    pub started_at: Option<DateTime<Utc>>,
    /// Last commit.
    pub committed_at: Option<DateTime<Utc>>,
}

impl FileRow {
    /// Where it is on its way.
    pub fn stage(&self) -> FileState {
        FileState::from_code(&self.state)
    }
}

/// Place of a row: 0-based sheet and 1-based line.
pub type Place = (usize, u32);

/// What the clerk decided about a file. Kept as JSON; the rows follow from it and the bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// (sheet, line, field, typed text).
    pub values: Vec<(usize, u32, String, String)>,
    /// (sheet, 0-based column, field or "" for "do not read").
    pub columns: Vec<(usize, u32, String)>,
    /// Group of a sheet.
    pub groups: BTreeMap<usize, String>,
    /// Commune of a sheet.
    pub units: BTreeMap<usize, String>,
    /// Rows left for later.
    pub left_out: BTreeSet<Place>,
}

impl Decisions {
    /// Reads the stored text; an empty text is no decision.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.is_empty() { Ok(Self::default()) } else { serde_json::from_str(text) }
    }

    /// Keeps a typed text; an empty one takes the correction back.
    pub fn set_value(&mut self, sheet: usize, line: u32, field: Field, text: &str) {
        let name = field.as_str();
        self.values.retain(|(s, l, f, _)| (*s, *l, f.as_str()) != (sheet, line, name));
        if !text.is_empty() {
            self.values.push((sheet, line, name.to_owned(), text.to_owned()));
        }
    }

    /// What was typed for a field of a row.
    pub fn value(&self, sheet: usize, line: u32, field: &str) -> Option<&str> {
        let found =
            self.values.iter().find(|(s, l, f, _)| (*s, *l, f.as_str()) == (sheet, line, field));
        found.map(|(_, _, _, text)| text.as_str())
    }

    /// Gives a column a meaning; `None` takes the choice back.
    pub fn set_column(&mut self, sheet: usize, column: u32, choice: Option<String>) {
        self.columns.retain(|(s, c, _)| (*s, *c) != (sheet, column));
        if let Some(choice) = choice {
            self.columns.push((sheet, column, choice));
        }
    }

    /// As the reader takes them.
    pub fn overrides(&self) -> lists::Overrides {
        let values = self.values.iter().filter_map(|(sheet, line, field, text)| {
            Some(((*sheet, *line, Field::parse(field)?), text.clone()))
        });
        let columns = self.columns.iter().map(|(sheet, column, field)| {
            let choice = Field::parse(field).map_or(ColumnChoice::Ignore, ColumnChoice::Field);
            ((*sheet, *column), choice)
        });
        lists::Overrides {
            values: values.collect(),
            columns: columns.collect(),
            groups: self.groups.clone(),
            units: self.units.clone(),
        }
    }
}

/// A repair: its code and its cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// See `lists::RepairCode`.
    pub code: String,
    /// Cells.
    pub cells: Vec<String>,
}

/// A problem of a row or sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// See `lists::ProblemCode`, and [`super::rules::OUT_OF_SCOPE`] and its neighbours.
    pub code: String,
    /// 0–3 as in `intake_rows.severity`.
    pub severity: i16,
    /// Cells.
    pub cells: Vec<String>,
    /// The field concerned.
    pub field: Option<String>,
    /// Figures for the sentence.
    pub detail: Option<String>,
    /// Never taken over by itself.
    pub suggestion: Option<String>,
    /// What to do.
    pub action: String,
}

/// A data row as read, checked against the clerk's scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    /// 0-based sheet.
    pub sheet_no: usize,
    /// 1-based row.
    pub line: u32,
    /// Name after safe repair.
    pub full_name: Option<String>,
    /// (year, month, day) as far as known.
    pub birth: (Option<i32>, Option<i32>, Option<i32>),
    /// `M` or `F`.
    pub sex: Option<String>,
    /// Well-formed.
    pub id_number: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
    /// As listed.
    pub address: Option<String>,
    /// Thôn, xóm, khối … of the address or the section above.
    pub hamlet: String,
    /// As listed.
    pub household_head: Option<String>,
    /// Line of the head, for member rows.
    pub head_line: Option<u32>,
    /// To the head.
    pub relation: Option<String>,
    /// Khẩu.
    pub household_size: Option<i64>,
    /// Group code.
    pub group: Option<String>,
    /// Commune code.
    pub commune: Option<String>,
    /// Months.
    pub months: Option<i64>,
    /// Đồng.
    pub amount: Option<i64>,
    /// The remark says no.
    pub declined: bool,
    /// Remark.
    pub note: Option<String>,
    /// What it means.
    pub note_kind: Option<String>,
    /// Has no amount of its own.
    pub member: bool,
    /// The clerk leaves it for later.
    pub left_out: bool,
    /// What was repaired.
    pub repairs: Vec<Mended>,
    /// What is wrong.
    pub problems: Vec<Trouble>,
    /// Stored text of every field.
    pub raw: BTreeMap<String, String>,
    /// Cell of every field.
    pub cells: BTreeMap<String, String>,
    /// Fields typed by the clerk.
    pub typed: Vec<String>,
}

impl Staged {
    /// The most serious problem: 0 clean, 1 info, 2 check, 3 must fix.
    pub fn severity(&self) -> i16 {
        self.problems.iter().map(|problem| problem.severity).max().unwrap_or(0)
    }

    /// Without a usable identity number although one is expected: listed, not payable yet.
    pub fn lacks_paper(&self) -> bool {
        self.id_number.is_none() && self.problem("id_missing_child").is_none()
    }

    /// The problem of a code.
    pub fn problem(&self, code: &str) -> Option<&Trouble> {
        self.problems.iter().find(|problem| problem.code == code)
    }

    /// The value of a field as it will be written, for the screen.
    pub fn shown(&self, field: &str) -> String {
        let number = |n: Option<i64>| n.map(|n| n.to_string());
        let text = match field {
            "full_name" | "name_last" | "name_given" => self.full_name.clone(),
            "birth" => Some(birth_text(self.birth)),
            "sex" => self.sex.as_deref().map(|s| if s == "M" { "Nam" } else { "Nữ" }.to_owned()),
            "id_number" => self.id_number.clone(),
            "phone" => self.phone.clone(),
            "address" => self.address.clone(),
            "household_head" => self.household_head.clone(),
            "relation" => self.relation.clone(),
            "household_size" => number(self.household_size),
            "group" => self.group.clone(),
            "unit" => self.commune.clone(),
            "months" => number(self.months),
            "amount" => self.amount.map(|n| vietnam::money::Dong(n).to_string()),
            "note" => self.note.clone(),
            _ => None,
        };
        text.unwrap_or_default()
    }

    /// Birth as relief takes it.
    pub fn relief_birth(&self) -> Birth {
        Birth { year: self.birth.0, month: self.birth.1, day: self.birth.2 }
    }
}

/// "21/7/1992", "7/1992", "1992" or nothing.
pub fn birth_text(birth: (Option<i32>, Option<i32>, Option<i32>)) -> String {
    match birth {
        (Some(y), Some(m), Some(d)) => format!("{d:02}/{m:02}/{y}"),
        (Some(y), Some(m), None) => format!("{m:02}/{y}"),
        (Some(y), _, _) => y.to_string(),
        _ => String::new(),
    }
}

/// Facts of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnFact {
    /// 0-based.
    pub index: u32,
    /// Letter.
    pub letter: String,
    /// Decoded header.
    pub header: String,
    /// Meaning; empty when not read.
    pub field: String,
    /// Hidden in the sheet.
    pub hidden: bool,
    /// A stored value from the column.
    pub example: String,
}

/// Facts of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetFact {
    /// Name on the tab.
    pub name: String,
    /// Without a table: not read.
    pub irrelevant: bool,
    /// Group of all rows.
    pub group: Option<String>,
    /// Where the group was found.
    pub group_found_in: Option<String>,
    /// Unit of the sheet.
    pub unit_code: Option<String>,
    /// Its name.
    pub unit_name: Option<String>,
    /// Where the unit was found.
    pub unit_found_in: Option<String>,
    /// Header rows.
    pub header_rows: Vec<u32>,
    /// First row under the header.
    pub first_data_row: Option<u32>,
    /// Last row with a cell.
    pub last_row: u32,
    /// Columns of the table.
    pub columns: Vec<ColumnFact>,
    /// Encoding the texts were decoded from.
    pub charset: Option<String>,
    /// 1 or 1000.
    pub amount_unit: i64,
    /// Rows where the running number jumps.
    pub stt_gap_rows: Vec<u32>,
    /// Persons as typed in the sheet.
    pub stated_people: Option<i64>,
    /// Đồng as typed in the sheet.
    pub stated_amount: Option<i64>,
    /// Row of the total.
    pub stated_row: Option<u32>,
    /// Data rows.
    pub rows: u64,
    /// Persons counted.
    pub people: i64,
    /// Đồng summed.
    pub amount: i64,
    /// Households counted.
    pub households: Option<u64>,
    /// Problems of the sheet as a whole.
    pub problems: Vec<Trouble>,
    /// Rows that are no persons, by kind.
    pub skipped: BTreeMap<String, u64>,
}

/// Facts of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// xlsx, xls, ods, csv, html.
    pub format: String,
    /// Of csv and html.
    pub encoding: Option<String>,
    /// 1904 dates.
    pub dates_1904: bool,
    /// In file order.
    pub sheets: Vec<SheetFact>,
}

impl Summary {
    /// Reads the stored text; an empty text is a file not read yet.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.is_empty() { Ok(Self::default()) } else { serde_json::from_str(text) }
    }
}

/// Counts over the rows of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// All rows.
    pub rows: i64,
    /// Đồng of all rows.
    pub amount: i64,
    /// Rows that a commit now would write.
    pub writable: i64,
    /// Their đồng.
    pub writable_amount: i64,
    /// Of these, without a usable identity number.
    pub writable_no_paper: i64,
    /// Rows that must be mended first.
    pub must_fix: i64,
    /// Rows the clerk leaves for later.
    pub left_out: i64,
    /// Rows already in lists.
    pub committed: i64,
    /// Rows with a repair.
    pub repaired: i64,
}

impl Counts {
    /// Rows that stay behind when the writable ones are written.
    pub fn waiting(&self) -> i64 {
        self.rows - self.writable - self.committed
    }
}
