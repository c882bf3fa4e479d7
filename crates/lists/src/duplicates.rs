//! Duplicates inside a file: the same identity number, or the same name and full birth date.

use std::collections::HashMap;

use vietnam::date::PartialDate;
use vietnam::text;

use crate::{DataRow, DuplicateRow, Field, Problem, ProblemCode, Row, SheetReading};

/// Where a row stands: sheet, place in its rows.
type Place = (usize, usize);

/// Marks all rows of every set.
pub(crate) fn mark(sheets: &mut [SheetReading]) {
    let mut by_id: HashMap<String, Vec<Place>> = HashMap::new();
    let mut by_name: HashMap<(String, PartialDate), Vec<Place>> = HashMap::new();
    for (s, sheet) in sheets.iter().enumerate() {
        for (r, row) in sheet.rows.iter().enumerate() {
            let Some(row) = row.data() else { continue };
            if let Some(id) = &row.id_number {
                by_id.entry(id.clone()).or_default().push((s, r));
            }
            if let (Some(name), Some(birth)) =
                (&row.full_name, row.birth.filter(|b| b.day.is_some()))
            {
                by_name.entry((text::tone_key(name), birth)).or_default().push((s, r));
            }
        }
    }
    let mut found: Vec<(Place, ProblemCode, Vec<Place>)> = Vec::new();
    for set in by_id.into_values().filter(|set| set.len() > 1) {
        for &place in &set {
            let others = set.iter().copied().filter(|&other| other != place).collect();
            found.push((place, ProblemCode::DuplicateInFile, others));
        }
    }
    for set in by_name.into_values().filter(|set| set.len() > 1) {
        for &place in &set {
            let others: Vec<Place> = set
                .iter()
                .copied()
                .filter(|&other| {
                    other != place && may_be_one(data(sheets, place), data(sheets, other))
                })
                .collect();
            if !others.is_empty() {
                found.push((place, ProblemCode::SuspectDuplicateInFile, others));
            }
        }
    }
    found.sort();
    for (place, code, others) in found {
        note(sheets, place, code, &others);
    }
}

/// Not already the same number, and not two different numbers of one kind.
fn may_be_one(left: Option<&DataRow>, right: Option<&DataRow>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    match (&left.id_number, &right.id_number) {
        (Some(a), Some(b)) => a.len() != b.len(),
        _ => true,
    }
}

fn data(sheets: &[SheetReading], (sheet, row): Place) -> Option<&DataRow> {
    sheets.get(sheet)?.rows.get(row)?.data()
}

fn note(sheets: &mut [SheetReading], place: Place, code: ProblemCode, others: &[Place]) {
    let twins: Vec<DuplicateRow> = others
        .iter()
        .filter_map(|&other| {
            let row = data(sheets, other)?.row;
            Some(DuplicateRow { sheet: sheets.get(other.0)?.sheet.clone(), row })
        })
        .collect();
    let words: Vec<String> = twins
        .iter()
        .map(|twin| match &twin.sheet {
            Some(sheet) if others.iter().any(|other| other.0 != place.0) => {
                format!("dòng {} tờ “{sheet}”", twin.row)
            }
            _ => format!("dòng {}", twin.row),
        })
        .collect();
    let Some(Row::Data(row)) =
        sheets.get_mut(place.0).and_then(|sheet| sheet.rows.get_mut(place.1))
    else {
        return;
    };
    let field =
        if code == ProblemCode::DuplicateInFile { Field::IdNumber } else { Field::FullName };
    let cell = row
        .cells
        .get(&field)
        .or_else(|| row.cells.get(&Field::NameLast))
        .cloned()
        .unwrap_or_default();
    row.problem(
        Problem::at(code, Some(field), cell).detail(format!("trùng với {}", words.join(", "))),
    );
    for twin in twins {
        if !row.duplicate_rows.contains(&twin) {
            row.duplicate_rows.push(twin);
        }
    }
}
