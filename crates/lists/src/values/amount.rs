//! Amounts: text, thousands, error values, and the check against the rates.

use vietnam::money::{self, Dong};

use super::{Given, Source};
use crate::grid::whole;
use crate::group;
use crate::label::Label;
use crate::layout::Layout;
use crate::{DataRow, Field, Per, ProblemCode, RepairCode};

/// What an amount cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Nothing.
    Blank,
    /// Đồng.
    Dong(i64),
    /// An error value.
    Error,
    /// Text that is no amount.
    Unreadable,
    /// The person refuses, written into the amount.
    Declined,
}

/// Reads the amount of a person with its repairs.
pub(crate) fn read(row: &mut DataRow, layout: &Layout<'_>, source: &Source) -> Amount {
    let amount = plain(layout, source);
    if let Amount::Dong(dong) = amount {
        row.amount = Some(dong);
        if let Given::Text(_) = &source.given
            && !(layout.untyped && source.clean().bytes().all(|b| b.is_ascii_digit()))
        {
            source.repaired(row, RepairCode::AmountText);
        }
        if scale(layout, source) != 1 {
            source.repaired(row, RepairCode::AmountUnitThousand);
        }
    }
    amount
}

/// The amount of any row, in đồng.
pub(crate) fn plain(layout: &Layout<'_>, source: &Source) -> Amount {
    let unit = scale(layout, source);
    match &source.given {
        Given::Blank => Amount::Blank,
        Given::Error(_) => Amount::Error,
        Given::Number { value, .. } => match whole(value * unit as f64) {
            Some(dong) => Amount::Dong(dong),
            None => Amount::Unreadable,
        },
        Given::Text(_) => {
            let text = source.clean();
            if matches!(text.as_str(), "" | "-" | "–" | "." | "x") {
                return Amount::Blank;
            }
            if text.starts_with('#')
                && (text.ends_with('!') || text.ends_with('?') || text == "#N/A")
            {
                return Amount::Error;
            }
            match money::parse_amount(&text).map(|parsed| parsed.dong.0.checked_mul(unit)) {
                Some(Some(dong)) => Amount::Dong(dong),
                _ if group::is_declined(&Label::of(&text)) => Amount::Declined,
                _ => Amount::Unreadable,
            }
        }
    }
}

/// The unit of the sheet, unless the cell names its own ("1.500.000đ", "750k").
fn scale(layout: &Layout<'_>, source: &Source) -> i64 {
    let own = matches!(&source.given, Given::Text(text) if text.chars().any(char::is_alphabetic));
    if own { 1 } else { layout.amount_unit }
}

/// What is wrong with the amount of a finished row.
pub(crate) fn check(row: &mut DataRow, layout: &Layout<'_>, source: &Source, amount: Amount) {
    let problem = |code| source.problem(code, Field::Amount);
    match amount {
        Amount::Declined => {}
        Amount::Error => row.problem(problem(ProblemCode::FormulaErrorCell).detail(source.clean())),
        Amount::Unreadable => {
            row.problem(
                problem(ProblemCode::AmountUnreadable).detail(format!("ghi “{}”", source.clean())),
            );
        }
        Amount::Blank => {
            if !row.declined && !row.household_member && is_priced(row, layout) {
                row.problem(problem(ProblemCode::AmountMissing).suggest(expected(row, layout)));
            }
        }
        Amount::Dong(0) if row.declined || row.household_member => {}
        Amount::Dong(dong) => {
            let Some(group) = row.group.clone() else { return };
            let catalogue = layout.context.catalogue;
            let per_khau = catalogue.group(&group).is_some_and(|rule| rule.per == Per::Khau);
            if per_khau && layout.members && !layout.has(Field::HouseholdSize) {
                // The head's amount is for a number of persons the sheet does not say.
                return;
            }
            let right = catalogue.amounts(&group, row.months, row.household_size.unwrap_or(1));
            if !right.is_empty() && !right.contains(&dong) {
                let wanted: Vec<String> =
                    right.iter().map(|&dong| Dong(dong).to_string()).collect();
                let detail = format!("ghi {}, mức đúng là {}", Dong(dong), wanted.join(" hoặc "));
                let problem = problem(ProblemCode::AmountNotRate).detail(detail);
                row.problem(problem.suggest(expected(row, layout)));
            }
        }
    }
}

/// True when the row must say an amount: its group has a rate, or is not known yet.
pub(crate) fn is_priced(row: &DataRow, layout: &Layout<'_>) -> bool {
    row.group.as_deref().is_none_or(|group| layout.context.catalogue.is_priced(group))
}

/// The right amount, when there is only one.
fn expected(row: &DataRow, layout: &Layout<'_>) -> Option<String> {
    let group = row.group.as_deref()?;
    let right =
        layout.context.catalogue.amounts(group, row.months, row.household_size.unwrap_or(1));
    match right.as_slice() {
        [only] => Some(Dong(*only).to_string()),
        _ => None,
    }
}
