//! Identity numbers (`relief.md` §5.1–5.2): repair what a spreadsheet damaged, check the rest.

use vietnam::identity::cccd_province;

use super::{Given, Source};
use crate::grid::whole;
use crate::label::Label;
use crate::layout::Layout;
use crate::{DataRow, Field, Problem, ProblemCode, RepairCode, Sex};

/// Reads and checks the identity number; birth and sex of the row must be read before.
pub(crate) fn read(row: &mut DataRow, layout: &Layout<'_>, source: &Source) {
    let problem = |code| source.problem(code, Field::IdNumber);
    let digits = match digits(row, source) {
        Digits::None => return missing(row, layout, source.cell.clone()),
        Digits::Scientific(written) => {
            let detail = format!("ghi “{written}”, các chữ số sau đã mất");
            row.problem(problem(ProblemCode::SciNotationId).detail(detail));
            return;
        }
        Digits::Unreadable(written) => {
            let suggestion = None;
            row.problem(
                problem(ProblemCode::IdLength)
                    .detail(format!("ghi “{written}”"))
                    .suggest(suggestion),
            );
            return;
        }
        Digits::Some(digits) => digits,
    };
    if is_placeholder(&digits) {
        row.problem(problem(ProblemCode::IdPlaceholder).detail(format!("ghi “{digits}”")));
        return;
    }
    match restore_zeros(row, source, &digits) {
        Some(number) => {
            check(row, source, &number);
            row.id_number = Some(number);
        }
        None => {
            let detail = format!("có {} chữ số; CMND có 9, CCCD có 12", digits.len());
            let suggestion = suggestion(&digits);
            row.problem(problem(ProblemCode::IdLength).detail(detail).suggest(suggestion));
        }
    }
}

/// No number: a child needs none.
pub(crate) fn missing(row: &mut DataRow, layout: &Layout<'_>, cell: String) {
    let child = row
        .birth
        .and_then(super::birth::earliest)
        .is_some_and(|day| day > layout.context.catalogue.child_after);
    let code = if child { ProblemCode::IdMissingChild } else { ProblemCode::IdMissing };
    row.problem(Problem::at(code, Some(Field::IdNumber), cell));
}

enum Digits {
    None,
    Scientific(String),
    Unreadable(String),
    Some(String),
}

fn digits(row: &mut DataRow, source: &Source) -> Digits {
    let raw = match &source.given {
        Given::Blank => return Digits::None,
        Given::Error(text) => return Digits::Unreadable(text.clone()),
        Given::Number { value, .. } => {
            return match whole(*value) {
                Some(number) if number >= 0 => Digits::Some(number.to_string()),
                _ => Digits::Unreadable(value.to_string()),
            };
        }
        Given::Text(raw) => raw.clone(),
    };
    let clean = source.clean();
    if !clean.chars().any(|c| c.is_ascii_digit()) {
        return Digits::None;
    }
    if is_scientific(&clean) {
        return Digits::Scientific(clean);
    }
    let mut body = without_label(&clean);
    if let Some(rest) = without_fraction(body) {
        source.repaired(row, RepairCode::IdFloatSuffix);
        body = rest;
    }
    let mut digits = String::with_capacity(12);
    let mut separated = false;
    for c in body.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'o' | 'O' | 'о' | 'О' => {
                source.repaired(row, RepairCode::LetterO);
                digits.push('0');
            }
            ' ' | '.' | '\'' | '’' | '‘' | '`' | '-' | ',' | '"' | '–' | '´' => {
                separated = true
            }
            _ => return Digits::Unreadable(clean),
        }
    }
    if separated || clean != raw {
        source.repaired(row, RepairCode::SpacesInId);
    }
    if digits.is_empty() { Digits::None } else { Digits::Some(digits) }
}

/// `4.2084E+10`, `4,2E10`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let numeric = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
    };
    numeric(mantissa.trim()) && numeric(exponent.trim_start_matches(['+', '-']))
}

/// `CMND: 183…` without its label.
fn without_label(text: &str) -> &str {
    let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (head, _) = text.split_at(start);
    let known = Label::of(head)
        .words()
        .all(|word| ["so", "cmnd", "cccd", "cmt", "cm", "cc"].contains(&word));
    if head.chars().filter(|c| c.is_alphabetic()).count() > 1 && known {
        &text[start..]
    } else {
        text
    }
}

/// `186865440.0` without its fraction; `186.865.440` has none.
fn without_fraction(text: &str) -> Option<&str> {
    let (head, tail) = text.rsplit_once(['.', ','])?;
    let zeros = !tail.is_empty() && tail.len() <= 2 && tail.bytes().all(|b| b == b'0');
    (zeros && head.len() >= 7 && head.bytes().all(|b| b.is_ascii_digit())).then_some(head)
}

/// All digits equal, or 123456789 (also with more digits in order).
fn is_placeholder(digits: &str) -> bool {
    let first = digits.bytes().next();
    digits.bytes().all(|b| Some(b) == first)
        || matches!(digits, "123456789" | "012345678901" | "123456789012")
}

/// 9 or 12 digits, with the zeros back that a spreadsheet dropped.
fn restore_zeros(row: &mut DataRow, source: &Source, digits: &str) -> Option<String> {
    let known = |number: &str| number.get(..3).is_some_and(|code| cccd_province(code).is_some());
    match digits.len() {
        9 | 12 => Some(digits.to_owned()),
        8 if source.loose => {
            source.repaired(row, RepairCode::ZeroLost9);
            Some(format!("0{digits}"))
        }
        11 if !digits.starts_with('0') => {
            let number = format!("0{digits}");
            known(&number).then(|| source.repaired(row, RepairCode::ZeroLost12)).map(|()| number)
        }
        10 => {
            let number = format!("00{digits}");
            let agrees = row.birth.is_some_and(|birth| Some(birth.year) == birth_year(&number))
                && row.sex.is_some()
                && row.sex == sex(&number);
            (known(&number) && agrees)
                .then(|| source.repaired(row, RepairCode::ZeroLost12))
                .map(|()| number)
        }
        _ => None,
    }
}

fn suggestion(digits: &str) -> Option<String> {
    let number = match digits.len() {
        8 => return Some(format!("0{digits}")),
        11 => format!("0{digits}"),
        10 => format!("00{digits}"),
        _ => return None,
    };
    let known = number.get(..3).is_some_and(|code| cccd_province(code).is_some());
    (known && number.len() == 12).then_some(number)
}

/// Province, year and sex that the number tells; only what the row knows is compared.
fn check(row: &mut DataRow, source: &Source, number: &str) {
    if number.len() != 12 {
        return;
    }
    let problem = |code| source.problem(code, Field::IdNumber);
    let province = number.get(..3).unwrap_or("");
    if cccd_province(province).is_none() {
        row.problem(
            problem(ProblemCode::IdProvinceUnknown).detail(format!("ba số đầu {province}")),
        );
    }
    if let (Some(birth), Some(year)) = (row.birth, birth_year(number))
        && birth.year != year
    {
        let detail = format!("số này là của người sinh năm {year}, danh sách ghi {}", birth.year);
        row.problem(problem(ProblemCode::IdBirthMismatch).detail(detail));
    }
    if let (Some(known), Some(told)) = (row.sex, sex(number))
        && known != told
    {
        let word = if told == Sex::Male { "nam" } else { "nữ" };
        row.problem(problem(ProblemCode::IdSexMismatch).detail(format!("số này là của {word}")));
    }
}

fn digit(number: &str, at: usize) -> Option<i32> {
    number.as_bytes().get(at).map(|b| i32::from(b.wrapping_sub(b'0')))
}

fn birth_year(number: &str) -> Option<i32> {
    Some(1900 + 100 * (digit(number, 3)? / 2) + 10 * digit(number, 4)? + digit(number, 5)?)
}

fn sex(number: &str) -> Option<Sex> {
    digit(number, 3).map(|digit| if digit % 2 == 0 { Sex::Male } else { Sex::Female })
}
