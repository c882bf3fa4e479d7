//! What the programme makes of one row: people, đồng, and why it cannot be approved yet.

use super::{Facts, amount_due, eligibility, head_share};
use crate::relief::programmes::{PolicyGroup, Programme, Unit};

/// What is known of a row.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// Months as listed.
    pub months: Option<i32>,
    /// Months on the head's row.
    pub head_months: Option<i32>,
    /// Đồng as listed.
    pub amount_dong: Option<i64>,
    /// Số khẩu as listed.
    pub household_size: Option<i32>,
    /// A member row of a household.
    pub is_member: bool,
    /// Member rows that follow this head.
    pub followers: i32,
    /// Meaning of the remark.
    pub note_kind: Option<&'a str>,
    /// A paper is required …
    pub needs: &'a str,
    /// … and this was shown.
    pub needs_evidence: &'a str,
    /// Dates.
    pub facts: Option<&'a Facts>,
}

/// What the rules make of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// People this row stands for.
    pub people: i32,
    /// Đồng due for them.
    pub due_dong: i64,
    /// Months that count.
    pub months: i32,
    /// The most important reason why it cannot be approved yet: `facts`, `remark`, `declined`,
    /// `months`, `household`, `amount`, `paper`; empty when there is none.
    pub problem: &'static str,
}

impl Counted {
    /// Counts one row.
    pub fn of(programme: &Programme, group: &PolicyGroup, row: &Row<'_>) -> Self {
        let months = row.months.or(row.head_months).unwrap_or_else(|| group.assumed_count());
        let is_head = group.unit == Unit::HouseholdMember && !row.is_member;
        let followers = if is_head { row.followers } else { 0 };
        let (people, contradictory) =
            if is_head { head_share(row.household_size, followers) } else { (1, false) };
        let problem = problem(programme, group, row, months, people + followers, contradictory);
        let due_dong = amount_due(group, months, i64::from(people)).unwrap_or(0);
        Self { people, due_dong, months, problem }
    }
}

fn problem(
    programme: &Programme,
    group: &PolicyGroup,
    row: &Row<'_>,
    months: i32,
    household: i32,
    contradictory: bool,
) -> &'static str {
    if row.facts.is_some_and(|facts| eligibility(programme, group, facts).is_err()) {
        return "facts";
    }
    match row.note_kind {
        Some("declined") => return "declined",
        Some(kind) if programme.remarks.iter().any(|r| r.kind == kind) => return "remark",
        _ => {}
    }
    let Ok(due) = amount_due(group, months, i64::from(household)) else { return "months" };
    if contradictory {
        return "household";
    }
    if !row.is_member && row.amount_dong.is_some_and(|listed| listed != due) {
        return "amount";
    }
    if !row.needs.is_empty() && row.needs_evidence.trim().is_empty() {
        return "paper";
    }
    ""
}
