//! Telephone numbers: repaired by `vietnam::phone`, the first good one of several taken.

use vietnam::phone;

use super::{Given, Source};
use crate::{DataRow, Field, ProblemCode, RepairCode};

/// Reads and checks the telephone.
pub(crate) fn read(row: &mut DataRow, source: &Source) {
    let text = match source.given {
        Given::Blank => return,
        _ => source.clean(),
    };
    // "không có", "chưa có", "-": nothing is claimed.
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return;
    }
    let text = text.trim_start_matches('\'');
    if inner_separators(text) || text.len() != source.text().len() {
        source.repaired(row, RepairCode::SpacesInPhone);
    }
    let whole = phone::repair(text);
    let found = whole.ok().or_else(|| {
        let mut parts = text.split(['/', ',', ';', '-']).filter(|part| part.trim().len() >= 9);
        parts.find_map(|part| phone::repair(part.trim()).ok())
    });
    let Some(found) = found else {
        row.problem(
            source.problem(ProblemCode::PhoneInvalid, Field::Phone).detail(format!("ghi “{text}”")),
        );
        return;
    };
    if found.separators {
        source.repaired(row, RepairCode::SpacesInPhone);
    }
    if found.zero_lost {
        source.repaired(row, RepairCode::ZeroLostPhone);
    }
    if found.old_prefix {
        source.repaired(row, RepairCode::PhoneOldPrefix);
    }
    row.phone = Some(found.number);
}

fn inner_separators(text: &str) -> bool {
    text.chars().any(|c| matches!(c, ' ' | '.' | '-' | '(' | ')' | '/'))
}
