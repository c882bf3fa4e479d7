//! Sex, written as a word or shown by a mark in a column of one sex.

use vietnam::text;

use super::Source;
use crate::{DataRow, Sex};

/// Sex from a word; `None` for what is not known.
pub(crate) fn word(written: &str) -> Option<Sex> {
    match text::fold(written).trim_matches(['.', ' ']) {
        "nam" | "m" | "male" | "trai" | "ong" => Some(Sex::Male),
        "nu" | "f" | "female" | "gai" | "ba" => Some(Sex::Female),
        _ => None,
    }
}

/// Reads the sex from the sources of the row: `marks` are columns headed by one sex.
pub(crate) fn read(row: &mut DataRow, sources: &[(Source, Option<Sex>)]) {
    let filled = sources.iter().find(|(source, _)| source.filled().is_some());
    row.sex = match filled {
        Some((source, column)) => match (word(&source.clean()), column) {
            (Some(sex), _) => Some(sex),
            (None, Some(sex)) if is_mark(&source.clean()) => Some(*sex),
            _ => None,
        },
        // A single column "Nữ" without a mark says "nam"; two columns without one say nothing.
        None => match sources {
            [(_, Some(Sex::Female))] => Some(Sex::Male),
            [(_, Some(Sex::Male))] => Some(Sex::Female),
            _ => None,
        },
    };
}

fn is_mark(written: &str) -> bool {
    !matches!(written, "0" | "-" | "không" | "khong")
}
