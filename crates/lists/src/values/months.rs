//! Months of support.

use super::{Given, Source};
use crate::grid::whole;
use crate::{DataRow, Field, ProblemCode, RepairCode};

/// Reads and checks the months; a blank cell is no problem, because the rate has a default.
pub(crate) fn read(row: &mut DataRow, source: &Source, most: u32) {
    let (months, from_text) = match &source.given {
        Given::Blank => return,
        Given::Number { value, .. } => (whole(*value), false),
        Given::Error(_) => (None, false),
        Given::Text(_) => {
            let text = source.clean();
            let Some((number, plain)) = from_text(&text) else {
                if text.chars().any(char::is_alphanumeric) {
                    let problem = source.problem(ProblemCode::MonthsOutOfRange, Field::Months);
                    row.problem(problem.detail(format!("ghi “{text}”")));
                }
                return;
            };
            (number, !plain)
        }
    };
    if from_text {
        source.repaired(row, RepairCode::MonthsText);
    }
    row.months = months;
    if months.is_none_or(|months| !(1..=i64::from(most)).contains(&months)) {
        let detail = format!("ghi “{}”, được 1 đến {most} tháng", source.clean());
        row.problem(source.problem(ProblemCode::MonthsOutOfRange, Field::Months).detail(detail));
    }
}

/// `3`, `03`, `3 tháng`, `ba tháng`; whether it was digits only.
fn from_text(text: &str) -> Option<(Option<i64>, bool)> {
    let folded = vietnam::text::fold(text);
    let bare = folded.trim_end_matches(".0");
    if bare.bytes().all(|b| b.is_ascii_digit()) && !bare.is_empty() {
        return Some((bare.parse().ok(), true));
    }
    let number = folded.replace("thang", "");
    let number = number.trim().trim_matches(['.', ',', '(', ')', ' ']);
    let word = match number {
        "mot" => Some(1),
        "hai" => Some(2),
        "ba" => Some(3),
        _ => number.parse().ok(),
    };
    word.map(|number| (Some(number), false))
}
