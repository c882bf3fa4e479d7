//! Sums: what the sheet states, what the rows give, and whether both agree.

use sheets::cell_name;

use crate::label::Label;
use crate::{
    ComputedTotals, DataRow, Problem, ProblemCode, Row, RowKind, SheetReading, StatedTotals,
};

/// A line under or inside the table that states numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stated {
    pub(crate) row: u32,
    pub(crate) text: String,
    /// Amount in đồng.
    pub(crate) amount: Option<i64>,
    /// Number in the column of khẩu.
    pub(crate) size: Option<i64>,
    /// The amount is an error value.
    pub(crate) error: bool,
    pub(crate) amount_cell: String,
    pub(crate) text_cell: String,
}

/// Sums the rows.
pub(crate) fn compute(rows: &[Row], counts_khau: bool) -> ComputedTotals {
    let data: Vec<&DataRow> = rows.iter().filter_map(Row::data).collect();
    let amount = data.iter().filter_map(|row| row.amount).fold(0i64, i64::saturating_add);
    let sizes: Vec<i64> = data.iter().filter_map(|row| row.household_size).collect();
    let people =
        if counts_khau && !sizes.is_empty() { sizes.iter().sum() } else { data.len() as i64 };
    let households = (counts_khau && !sizes.is_empty()).then_some(sizes.len() as u64);
    ComputedTotals { rows: data.len() as u64, people, amount, households }
}

/// Settles which sums are totals and which subtotals, and compares the totals.
pub(crate) fn settle(sheet: &mut SheetReading, stated: &[Stated]) {
    let last_person =
        sheet.rows.iter().rev().find_map(|row| row.data().map(|row| row.row)).unwrap_or(0);
    let sums: Vec<&Stated> = stated.iter().filter(|line| is_sum(sheet, line.row)).collect();
    let total = total_row(sheet, &sums, last_person);
    for line in &sums {
        if Some(line.row) != total {
            set_kind(&mut sheet.rows, line.row, RowKind::Subtotal);
        }
    }
    let line = sums.iter().find(|line| Some(line.row) == total);
    sheet.totals_in_sheet = StatedTotals {
        people: people_of(sheet, line.copied(), stated),
        amount: line.and_then(|line| line.amount),
        row: total,
    };
    compare(sheet, line.copied(), stated);
    compare_parts(sheet, &sums, total);
}

fn is_sum(sheet: &SheetReading, row: u32) -> bool {
    sheet.rows.iter().any(|known| {
        matches!(known, Row::Skip(skip) if skip.row == row && matches!(skip.kind, RowKind::Total | RowKind::Subtotal))
    })
}

fn set_kind(rows: &mut [Row], number: u32, kind: RowKind) {
    for row in rows {
        if let Row::Skip(skip) = row
            && skip.row == number
        {
            skip.kind = kind;
        }
    }
}

/// The last sum under the last person, one with an amount first. A lone "Cộng" that only sums the
/// last part is none.
fn total_row(sheet: &SheetReading, sums: &[&Stated], last_person: u32) -> Option<u32> {
    let under: Vec<&&Stated> = sums.iter().filter(|line| line.row > last_person).collect();
    let found =
        under.iter().rev().find(|line| line.amount.is_some() || line.error).or(under.last())?;
    let parts = sums.len() - under.len();
    if parts > 0
        && under.len() == 1
        && !Label::of(&found.text).starts("tong")
        && found.amount.is_some()
        && found.amount == part_sum(sheet, found.row)
        && found.amount != Some(sheet.computed_totals.amount)
    {
        return None;
    }
    Some(found.row)
}

/// The sum of the rows over a line up to the sum or section before.
fn part_sum(sheet: &SheetReading, line: u32) -> Option<i64> {
    let mut sum = 0i64;
    let mut any = false;
    for row in sheet.rows.iter().rev().skip_while(|row| row.number() >= line) {
        match row {
            Row::Data(data) => {
                any = true;
                sum = sum.saturating_add(data.amount.unwrap_or(0));
            }
            Row::Skip(skip)
                if matches!(skip.kind, RowKind::Section | RowKind::Subtotal | RowKind::Total) =>
            {
                break;
            }
            Row::Skip(_) => {}
        }
    }
    any.then_some(sum)
}

/// Persons stated: in the total's own text or khẩu column, else in the lines under the table.
fn people_of(sheet: &SheetReading, total: Option<&Stated>, stated: &[Stated]) -> Option<i64> {
    let households = sheet.computed_totals.households.is_some();
    let own = total.and_then(|line| {
        line.size.filter(|_| households).or_else(|| people_in(&line.text, households))
    });
    own.or_else(|| {
        let lines = stated.iter().filter(|line| {
            sheet.rows.iter().any(|row| matches!(row, Row::Skip(skip) if skip.row == line.row && skip.kind == RowKind::CountLine))
        });
        lines.filter_map(|line| people_in(&line.text, households)).next_back()
    })
}

/// The number before "người", "khẩu" …, or before "hộ" where heads are listed.
pub(crate) fn people_in(text: &str, households: bool) -> Option<i64> {
    let label = Label::of(&text.replace(['.', ','], ""));
    let words: Vec<&str> = label.words().collect();
    let before = |units: &[&str]| {
        words.windows(2).rev().find_map(|pair| {
            units.contains(&pair[1]).then(|| pair[0].parse::<i64>().ok()).flatten()
        })
    };
    before(&["khau", "nhan"])
        .or_else(|| before(&["nguoi", "doi", "lao", "truong", "ong"]))
        .or_else(|| if households { None } else { before(&["ho"]) })
}

/// The number before "hộ".
fn households_in(text: &str) -> Option<i64> {
    let label = Label::of(&text.replace(['.', ','], ""));
    let words: Vec<&str> = label.words().collect();
    words.windows(2).find_map(|pair| (pair[1] == "ho").then(|| pair[0].parse().ok()).flatten())
}

fn compare(sheet: &mut SheetReading, total: Option<&Stated>, stated: &[Stated]) {
    let computed = sheet.computed_totals.clone();
    if let Some(people) = sheet.totals_in_sheet.people.filter(|&people| people != computed.people) {
        let line = stated
            .iter()
            .find(|line| people_in(&line.text, computed.households.is_some()) == Some(people));
        let cell = line.or(total).map_or_else(|| cell_name(1, 0), |line| line.text_cell.clone());
        let detail =
            format!("tổng ghi {people} người, cộng các dòng được {} người", computed.people);
        sheet.problems.push(Problem::at(ProblemCode::TotalMismatch, None, cell).detail(detail));
    }
    if let Some(households) = computed.households
        && let Some((line, stated)) =
            stated.iter().find_map(|line| Some((line, households_in(&line.text)?)))
        && stated != households as i64
        && line.row > sheet.header_row.unwrap_or(0)
    {
        let detail = format!("ghi {stated} hộ, trong bảng có {households} hộ");
        let cell = line.text_cell.clone();
        sheet.problems.push(Problem::at(ProblemCode::TotalMismatch, None, cell).detail(detail));
    }
    let Some(total) = total else { return };
    if total.error {
        sheet.problems.push(Problem::at(
            ProblemCode::FormulaErrorCell,
            None,
            total.amount_cell.clone(),
        ));
    } else if let Some(amount) = total.amount.filter(|&amount| amount != computed.amount) {
        let dong = |amount: i64| vietnam::money::Dong(amount).to_string();
        let detail =
            format!("tổng ghi {}, cộng các dòng được {}", dong(amount), dong(computed.amount));
        let cell = total.amount_cell.clone();
        sheet.problems.push(Problem::at(ProblemCode::TotalMismatch, None, cell).detail(detail));
    }
}

/// Sums of parts that neither the part nor everything so far gives.
fn compare_parts(sheet: &mut SheetReading, sums: &[&Stated], total: Option<u32>) {
    let mut found = Vec::new();
    for line in sums.iter().filter(|line| Some(line.row) != total) {
        if line.error {
            found.push(Problem::at(ProblemCode::FormulaErrorCell, None, line.amount_cell.clone()));
        }
        let (Some(amount), Some(part)) = (line.amount, part_sum(sheet, line.row)) else { continue };
        let so_far: i64 = sheet
            .rows
            .iter()
            .filter_map(Row::data)
            .filter(|row| row.row < line.row)
            .filter_map(|row| row.amount)
            .fold(0, i64::saturating_add);
        if amount != part && amount != so_far {
            let dong = |amount: i64| vietnam::money::Dong(amount).to_string();
            let detail = format!("cộng phần ghi {}, các dòng được {}", dong(amount), dong(part));
            found.push(
                Problem::at(ProblemCode::TotalMismatch, None, line.amount_cell.clone())
                    .detail(detail),
            );
        }
    }
    sheet.problems.extend(found);
}
