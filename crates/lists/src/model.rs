//! What a reading is: the JSON shape of the expected files, as types.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::{Field, NoteKind, ProblemCode, RepairCode, Severity};

pub use vietnam::date::PartialDate as Birth;

/// A whole file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// File name as uploaded.
    pub file: String,
    /// `xlsx`, `xls`, `ods`, `csv`, `html`; none when unreadable.
    pub format: Option<&'static str>,
    /// Text encoding of csv and html.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Separator of csv.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// Whether the file could be opened at all.
    pub readable: bool,
    /// Why it could not: codes of the readers.
    pub file_problems: Vec<&'static str>,
    /// 1900 or 1904.
    pub date_system: u16,
    /// The unit of the whole file.
    pub unit: Option<UnitFound>,
    /// Sheets in file order.
    pub sheets: Vec<SheetReading>,
}

/// A unit and where its name was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitFound {
    /// Code of the Statistics Office, of commune or district.
    pub code: String,
    /// Full name.
    pub name: String,
    /// District.
    pub district_code: Option<String>,
    /// Full name of the district.
    pub district: Option<String>,
    /// Where it was read: a cell, "sheet name", "file name".
    pub found_in: String,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SheetReading {
    /// Name on the tab.
    pub sheet: Option<String>,
    /// The tab is hidden in the workbook; it is read all the same.
    pub hidden: bool,
    /// Without a table of beneficiaries: reported, not read.
    pub irrelevant: bool,
    /// Group when it is the same for all rows.
    pub group: Option<String>,
    /// Where the group was found.
    pub group_found_in: Option<String>,
    /// Code of the unit.
    pub unit_code: Option<String>,
    /// Unit of the sheet with its source.
    pub unit: Option<UnitFound>,
    /// First header row.
    pub header_row: Option<u32>,
    /// All header rows.
    pub header_rows: Vec<u32>,
    /// First row under the header.
    pub first_data_row: Option<u32>,
    /// Last row with a cell.
    pub last_row: u32,
    /// Recognised columns by field.
    #[serde(serialize_with = "columns_by_field")]
    pub columns: Vec<Column>,
    /// Letters of hidden columns of the table.
    pub hidden_columns: Vec<String>,
    /// Encoding the texts were decoded from, for the screen ("TCVN3", "VNI").
    pub charset: Option<&'static str>,
    /// 1 or 1000.
    pub amount_unit: i64,
    /// Rows where the running number jumps.
    pub stt_gap_rows: Vec<u32>,
    /// What the sheet says its sums are.
    pub totals_in_sheet: StatedTotals,
    /// What the rows give.
    pub computed_totals: ComputedTotals,
    /// Problems of the sheet as a whole.
    pub problems: Vec<Problem>,
    /// Every physical row of the table, ascending, each exactly once.
    pub rows: Vec<Row>,
}

/// One column of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// 0-based position.
    pub index: u32,
    /// Letter.
    pub col: String,
    /// Decoded header text, bands joined by " / ".
    pub header: String,
    /// Meaning; none when not recognised.
    pub field: Option<Field>,
    /// Sex of everybody who has a value here (birth under Nam | Nữ, mark columns).
    pub sex: Option<Sex>,
    /// Hidden in the sheet.
    pub hidden: bool,
}

/// Totals typed in the sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StatedTotals {
    /// Persons.
    pub people: Option<i64>,
    /// Đồng.
    pub amount: Option<i64>,
    /// Row of the total.
    pub row: Option<u32>,
}

/// Totals of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ComputedTotals {
    /// Data rows.
    pub rows: u64,
    /// Persons: khẩu where the sheet counts them, else rows.
    pub people: i64,
    /// Đồng.
    pub amount: i64,
    /// Households, where khẩu are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub households: Option<u64>,
}

/// One physical row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// Not a person.
    Skip(SkipRow),
    /// A person.
    Data(Box<DataRow>),
}

impl Row {
    /// Row number as on the screen.
    pub fn number(&self) -> u32 {
        match self {
            Self::Skip(row) => row.row,
            Self::Data(row) => row.row,
        }
    }

    /// The person, if it is one.
    pub fn data(&self) -> Option<&DataRow> {
        match self {
            Self::Data(row) => Some(row),
            Self::Skip(_) => None,
        }
    }
}

/// Why a row is not a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// Heading of a part of the list.
    Section,
    /// Sum of a part.
    Subtotal,
    /// Sum of the list.
    Total,
    /// "Danh sách này có 60 người".
    CountLine,
    /// "Bằng chữ: …".
    AmountWords,
    /// Place and date, functions and names of the signers.
    Signature,
    /// Nothing.
    Blank,
    /// The header once more, on a new printed page.
    RepeatedHeader,
    /// "Không có đối tượng".
    EmptyText,
    /// A remark under the table.
    Remark,
}

/// A row that is not a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkipRow {
    /// Row number.
    pub row: u32,
    /// Always true.
    pub skip: bool,
    /// Why.
    pub kind: RowKind,
    /// Its first text.
    pub text: Option<String>,
    /// Its amount in đồng, for sums and sections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
}

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Sex {
    /// Nam.
    #[serde(rename = "M")]
    Male,
    /// Nữ.
    #[serde(rename = "F")]
    Female,
}

/// A stored value before any repair.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Raw {
    /// Whole number.
    Whole(i64),
    /// Other number.
    Number(f64),
    /// Text; dates of date cells as `1932-12-07`.
    Text(String),
}

impl Raw {
    /// The value as one would show it.
    pub fn shown(&self) -> String {
        match self {
            Self::Whole(n) => n.to_string(),
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A person on the list.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataRow {
    /// Row number.
    pub row: u32,
    /// Always false.
    pub skip: bool,
    /// Name after safe repair.
    pub full_name: Option<String>,
    /// Date of birth as far as known.
    pub birth: Option<Birth>,
    /// Sex, when the sheet says it.
    pub sex: Option<Sex>,
    /// Well-formed identity number.
    pub id_number: Option<String>,
    /// Mobile number of ten digits.
    pub phone: Option<String>,
    /// Address as written.
    pub address: Option<String>,
    /// Head of the household.
    pub household_head: Option<String>,
    /// Relation to the head.
    pub relation: Option<String>,
    /// Khẩu.
    pub household_size: Option<i64>,
    /// Group code.
    pub group: Option<String>,
    /// Commune code.
    pub unit_code: Option<String>,
    /// Months.
    pub months: Option<i64>,
    /// Đồng.
    pub amount: Option<i64>,
    /// The person refuses the support.
    pub declined: bool,
    /// Remark.
    pub note: Option<String>,
    /// What the remark means.
    pub note_kind: Option<NoteKind>,
    /// Member of the household above: carries no amount of its own.
    pub household_member: bool,
    /// What was repaired.
    #[serde(serialize_with = "repair_codes")]
    pub repairs: Vec<Repair>,
    /// What is wrong.
    #[serde(serialize_with = "problem_codes")]
    pub problems: Vec<Problem>,
    /// Cells of every code.
    pub at: BTreeMap<&'static str, Vec<String>>,
    /// Cell of every field.
    pub cells: BTreeMap<Field, String>,
    /// Stored value of every field that has one.
    pub raw: BTreeMap<Field, Raw>,
    /// Other columns as text: job, business, employer, tax code …
    pub extra: BTreeMap<Field, String>,
    /// Fields whose value was typed by the clerk.
    pub typed: Vec<Field>,
    /// The other rows of a set of duplicates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicate_rows: Vec<DuplicateRow>,
}

impl DataRow {
    /// Notes a repair, once per code, with its cell.
    pub(crate) fn repaired(&mut self, code: RepairCode, cell: &str) {
        if !self.repairs.iter().any(|known| known.code == code) {
            self.repairs.push(Repair { code, cells: Vec::new() });
        }
        if let Some(known) = self.repairs.iter_mut().find(|known| known.code == code)
            && !known.cells.iter().any(|known| known == cell)
        {
            known.cells.push(cell.to_owned());
            self.at.entry(code.as_str()).or_default().push(cell.to_owned());
        }
    }

    /// Notes a problem, once per code; a second cell of the same code is added to the first.
    pub(crate) fn problem(&mut self, problem: Problem) {
        let cells = self.at.entry(problem.code.as_str()).or_default();
        for cell in &problem.cells {
            if !cells.contains(cell) {
                cells.push(cell.clone());
            }
        }
        match self.problems.iter_mut().find(|known| known.code == problem.code) {
            Some(known) => {
                for cell in problem.cells {
                    if !known.cells.contains(&cell) {
                        known.cells.push(cell);
                    }
                }
            }
            None => self.problems.push(problem),
        }
    }

    /// Whether a problem of this code was found.
    pub fn has(&self, code: ProblemCode) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// The most serious problem.
    pub fn severity(&self) -> Option<Severity> {
        self.problems.iter().map(|problem| problem.code.severity()).max()
    }
}

/// Another row of a set of duplicates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DuplicateRow {
    /// Name of the sheet.
    pub sheet: Option<String>,
    /// Row number.
    pub row: u32,
}

/// A repair and its cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// What was done.
    pub code: RepairCode,
    /// Where.
    pub cells: Vec<String>,
}

/// A problem of a row or of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong.
    pub code: ProblemCode,
    /// First cell, as the expected files write it.
    #[serde(rename = "cell", serialize_with = "first_cell")]
    pub cells: Vec<String>,
    /// The field concerned.
    pub field: Option<Field>,
    /// Figures for the sentence: what was found, what was expected. Vietnamese, without a stop.
    pub detail: Option<String>,
    /// A value the clerk may want to accept; never taken over by itself.
    pub suggestion: Option<String>,
}

impl Problem {
    /// A problem at one cell.
    pub fn at(code: ProblemCode, field: Option<Field>, cell: impl Into<String>) -> Self {
        Self { code, cells: vec![cell.into()], field, detail: None, suggestion: None }
    }

    /// With figures.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a suggestion.
    pub fn suggest(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// How serious it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

fn repair_codes<S: Serializer>(repairs: &[Repair], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(repairs.iter().map(|repair| repair.code))
}

fn problem_codes<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(|problem| problem.code))
}

fn first_cell<S: Serializer>(cells: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    cells.first().serialize(serializer)
}

/// `{field: {col, header}}`, a list where a field has several columns (birth under Nam | Nữ).
fn columns_by_field<S: Serializer>(columns: &[Column], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Place<'a> {
        col: &'a str,
        header: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        sex: Option<Sex>,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Places<'a> {
        One(Place<'a>),
        Many(Vec<Place<'a>>),
    }
    let mut fields: BTreeMap<Field, Vec<Place<'_>>> = BTreeMap::new();
    for column in columns {
        if let Some(field) = column.field.filter(|&field| field != Field::Other) {
            let sex = if field == Field::Birth { column.sex } else { None };
            let place = Place { col: &column.col, header: &column.header, sex };
            fields.entry(field).or_default().push(place);
        }
    }
    serializer.collect_map(fields.into_iter().map(|(field, mut places)| {
        let places = match places.len() {
            1 => places.pop().map_or(Places::Many(Vec::new()), Places::One),
            _ => Places::Many(places),
        };
        (field, places)
    }))
}
