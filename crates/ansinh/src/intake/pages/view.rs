//! What the preview shows, put together from the rows.

use std::collections::HashSet;

use crate::intake::rules::{CHECK, MUST_FIX};
use crate::intake::types::{Decisions, Staged, Trouble};
use crate::intake::words;
use crate::web::{FieldError, Fields};

/// A field to correct in place.
pub(super) struct Input {
    /// Name and id: `s-{sheet}-{line}-{field}`.
    pub name: String,
    /// What stands in it.
    pub value: String,
    /// "Họ và tên đúng, ô B31".
    pub label: String,
    /// For digits.
    pub numeric: bool,
    /// Why what was typed cannot be kept.
    pub error: Option<String>,
    /// What was typed is kept, and still has this problem.
    pub still: bool,
}

/// A tick box.
pub(super) struct Tick {
    /// Name and id.
    pub name: String,
    /// Sent along so that an empty box is seen too.
    pub shown: Option<String>,
    /// Words beside it.
    pub label: &'static str,
    /// Which row, for those who do not see the table.
    pub place: String,
    /// Ticked.
    pub checked: bool,
}

/// One row within a group of problems.
pub(super) struct ProblemRow {
    /// "B31".
    pub cell: String,
    /// `canh` or `nua`.
    pub mark: &'static str,
    /// Text in the file.
    pub raw: String,
    /// "Nguyễn Đình Bình, 1984".
    pub who: String,
    /// Decoded text in parts; the marked ones are suspicious.
    pub decoded: Vec<(bool, String)>,
    /// Figures.
    pub detail: String,
    /// The field to correct.
    pub input: Option<Input>,
    /// Boxes.
    pub ticks: Vec<Tick>,
    /// The field stands in a group above.
    pub above: bool,
}

/// Problems of one code.
pub(super) struct ProblemGroup {
    /// Stable code; also the anchor.
    pub code: String,
    /// Heading.
    pub title: String,
    /// What it means and what to do.
    pub advice: String,
    /// "7 dòng".
    pub count: String,
    /// On this page.
    pub rows: Vec<ProblemRow>,
    /// Address of the following rows.
    pub more: Option<String>,
}

/// One repaired cell.
pub(super) struct RepairRow {
    /// "B10".
    pub cell: String,
    /// "Họ và tên".
    pub field: &'static str,
    /// In the file.
    pub raw: String,
    /// As read.
    pub read: String,
}

/// Repairs of one code.
pub(super) struct RepairGroup {
    /// Stable code.
    pub code: String,
    /// Heading.
    pub title: String,
    /// "95 dòng".
    pub count: String,
    /// On this page.
    pub rows: Vec<RepairRow>,
    /// Address of the following rows.
    pub more: Option<String>,
}

/// What is needed to show rows: what the clerk decided, and what she has just typed in vain.
pub(super) struct Desk<'a> {
    /// Kept.
    pub decisions: &'a Decisions,
    /// Typed now and refused.
    pub posted: Option<&'a Fields>,
    /// Why.
    pub errors: &'a [FieldError],
    /// Corrections are possible: the file is the actor's own.
    pub open: bool,
}

/// Inputs and boxes that stand on the page already: a field is shown once.
#[derive(Default)]
pub(super) struct Shown(HashSet<String>);

/// Name of the input of a field of a row.
pub(super) fn input_name(sheet: usize, line: u32, field: &str) -> String {
    format!("s-{sheet}-{line}-{field}")
}

/// Sheet, line and field of an input's name.
pub(super) fn parse_input_name(name: &str) -> Option<(usize, u32, lists::Field)> {
    let mut parts = name.strip_prefix("s-")?.splitn(3, '-');
    let sheet = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((sheet, line, lists::Field::parse(parts.next()?)?))
}

/// What stands in the input of a field before the clerk types: her former correction, the
/// suggestion, or the value as read.
pub(super) fn prefill(row: &Staged, decisions: &Decisions, field: &str) -> String {
    if let Some(typed) = decisions.value(row.sheet_no, row.line, field) {
        return typed.to_owned();
    }
    if let Some(suggestion) = suggestion(row, field) {
        return suggestion.to_owned();
    }
    let read = row.shown(field);
    if read.is_empty() { row.raw.get(field).cloned().unwrap_or_default() } else { read }
}

/// The value the reader suggests for a field of a row.
pub(super) fn suggestion<'a>(row: &'a Staged, field: &str) -> Option<&'a str> {
    let of_field = |problem: &&Trouble| problem.field.as_deref() == Some(field);
    row.problems.iter().filter(of_field).find_map(|problem| problem.suggestion.as_deref())
}

impl Desk<'_> {
    /// A row within the group of one of its problems.
    pub(super) fn problem_row(&self, row: &Staged, code: &str, shown: &mut Shown) -> ProblemRow {
        let problem = row.problem(code);
        let field = problem.and_then(|p| p.field.clone()).unwrap_or_default();
        let cell = problem.and_then(|p| p.cells.first().cloned()).unwrap_or_default();
        let cell = if cell.is_empty() { format!("dòng {}", row.line) } else { cell };
        let name = input_name(row.sheet_no, row.line, &field);
        let wanted = self.open && !field.is_empty();
        let above = wanted && !shown.0.insert(name.clone());
        let input = (wanted && !above).then(|| self.input(row, code, &field, &cell, name));
        let read = row.shown(&field);
        let raw = row.raw.get(&field).cloned().unwrap_or_default();
        let decoded = if read == raw || read.is_empty() {
            Vec::new()
        } else {
            marked(&read, suggestion(row, &field))
        };
        let birth = crate::intake::types::birth_text(row.birth);
        let who = row.full_name.clone().unwrap_or_else(|| "(chưa có tên)".to_owned());
        ProblemRow {
            mark: if row.severity() >= MUST_FIX { "canh" } else { "nua" },
            who: if birth.is_empty() { who } else { format!("{who}, {birth}") },
            raw: if raw.is_empty() { "(trống)".to_owned() } else { raw },
            decoded,
            detail: problem.and_then(|p| p.detail.clone()).unwrap_or_default(),
            input,
            ticks: self.ticks(row, code, &field, &cell, above, shown),
            above,
            cell,
        }
    }

    fn input(&self, row: &Staged, code: &str, field: &str, cell: &str, name: String) -> Input {
        let typed = self.posted.filter(|posted| posted.has(&name));
        let value = match typed {
            Some(posted) => posted.get(&name).to_owned(),
            None => prefill(row, self.decisions, field),
        };
        let error = self.errors.iter().find(|error| error.field == name);
        let kept = self.decisions.value(row.sheet_no, row.line, field).is_some();
        Input {
            label: format!("{} đúng, ô {cell}", words::field(field)),
            numeric: matches!(
                field,
                "id_number" | "phone" | "amount" | "months" | "household_size"
            ),
            error: error.map(|error| error.message.clone()),
            still: kept && row.problems.iter().any(|p| p.code == code && p.severity >= CHECK),
            value,
            name,
        }
    }

    fn ticks(
        &self,
        row: &Staged,
        code: &str,
        field: &str,
        cell: &str,
        above: bool,
        shown: &mut Shown,
    ) -> Vec<Tick> {
        if !self.open {
            return Vec::new();
        }
        let place = format!("{}-{}", row.sheet_no, row.line);
        let mut ticks = Vec::new();
        let typed = self.decisions.value(row.sheet_no, row.line, field).is_some();
        if suggestion(row, field).is_some() && !above && !typed {
            let name = format!("dung-{place}-{field}");
            ticks.push(Tick {
                checked: self.posted.is_some_and(|posted| posted.has(&name)),
                label: "Đúng",
                place: format!("ô {cell}"),
                shown: None,
                name,
            });
        }
        // A row has one box of its own: written as it is, or left for later.
        let duplicate = row.problems.iter().any(|p| p.code == "duplicate_in_file");
        let own = if duplicate { code == "duplicate_in_file" } else { row.severity() == CHECK };
        if own && shown.0.insert(format!("dong-{place}")) {
            let (kind, words) = if duplicate {
                ("de", "Để lại, không ghi")
            } else {
                ("ghi", "Ghi như hiện có")
            };
            let name = format!("{kind}-{place}");
            let checked = match self.posted {
                Some(posted) => posted.has(&name),
                None => row.left_out == duplicate,
            };
            ticks.push(Tick {
                label: words,
                place: format!("dòng {}", row.line),
                shown: Some(format!("{kind}-{place}")),
                checked,
                name,
            });
        }
        ticks
    }
}

/// The cells that a repair changed in a row.
pub(super) fn repair_rows(row: &Staged, code: &str) -> Vec<RepairRow> {
    let Some(repair) = row.repairs.iter().find(|repair| repair.code == code) else {
        return Vec::new();
    };
    let field_at = |cell: &String| {
        let mut fields = row.cells.iter().filter(|(_, place)| *place == cell);
        fields.next().map(|(field, _)| field.clone()).unwrap_or_default()
    };
    repair
        .cells
        .iter()
        .map(|cell| {
            let field = field_at(cell);
            RepairRow {
                cell: cell.clone(),
                raw: row.raw.get(&field).cloned().unwrap_or_default(),
                read: row.shown(&field),
                field: words::field(&field),
            }
        })
        .collect()
}

/// The words of a decoded text; marked are those that the suggestion has otherwise, or that hold a
/// question mark.
fn marked(read: &str, suggestion: Option<&str>) -> Vec<(bool, String)> {
    let better: Vec<&str> = suggestion.map(|text| text.split(' ').collect()).unwrap_or_default();
    let same_count = better.len() == read.split(' ').count();
    read.split(' ')
        .enumerate()
        .map(|(at, word)| {
            let differs = same_count && better.get(at).is_some_and(|other| *other != word);
            (differs || word.contains('?'), word.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_in_doubt_are_marked() {
        let parts = marked("Nguyễn Hữu Trờng", Some("Nguyễn Hữu Trường"));
        assert_eq!(parts.iter().filter(|part| part.0).count(), 1);
        assert!(parts[2].0);
        assert!(marked("Nguy?n A", None)[0].0);
    }

    #[test]
    fn an_inputs_name_says_where_it_belongs() {
        let name = input_name(2, 31, "full_name");
        assert_eq!(parse_input_name(&name), Some((2, 31, lists::Field::FullName)));
        for bad in ["s-1-2-nonsense", "s-x-2-full_name", "s-1", "csrf", "s--1-2-full_name"] {
            assert_eq!(parse_input_name(bad), None, "{bad}");
        }
    }
}
