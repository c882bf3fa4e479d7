//! Sums by programme and budget: pure.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::Budgets;
use super::store::{Approved, Decision, Given, OfProgramme, Paid};
use crate::relief::payments::split;
use crate::relief::programmes::Catalogue;
use crate::relief::store::decisions::SourceShare;

/// Most that one paper gives: đồng, a hundred thousand thousand million.
pub(super) const DONG_MAX: i64 = 100_000_000_000_000;

/// A programme's money from one budget: đồng.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// NQ42 …
    pub programme: String,
    /// trung_uong, tinh …; empty where a decision names no budget.
    pub source: String,
    /// Its name.
    pub name: String,
    /// Given by the budget.
    pub allotted: i64,
    /// Approved by decisions in force.
    pub approved: i64,
    /// Paid, returns taken off.
    pub paid: i64,
}

impl Line {
    /// Given and not paid out yet; negative when more was paid than given.
    pub fn left(&self) -> i64 {
        self.allotted - self.paid
    }

    /// Given and not bound by any decision; negative when decisions bind more.
    pub fn free(&self) -> i64 {
        self.allotted - self.approved
    }
}

/// A decision's money from one budget: đồng.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// 1502/QĐ-UBND.
    pub number: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// NQ42 …
    pub programme: String,
    /// Name of the budget.
    pub name: String,
    /// Its share: percent.
    pub percent: i32,
    /// Approved.
    pub approved: i64,
    /// Paid, returns taken off.
    pub paid: i64,
}

/// What stands in the tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Money {
    pub allotted: Vec<Given>,
    pub decisions: Vec<Decision>,
    pub shares: HashMap<Uuid, Vec<SourceShare>>,
    pub programmes: Vec<OfProgramme>,
    pub approved: Vec<Approved>,
    pub paid: Vec<Paid>,
}

const UNKNOWN: &str = "Chưa xác định nguồn";

/// Shares of a decision that add up to 100, or one unknown budget.
fn known_shares(shares: Option<&Vec<SourceShare>>) -> Vec<(String, String, i32)> {
    let shares = shares.map_or(&[][..], Vec::as_slice);
    if shares.iter().map(|share| share.percent).sum::<i32>() != 100 {
        return vec![(String::new(), UNKNOWN.to_owned(), 100)];
    }
    shares.iter().map(|one| (one.code.clone(), one.name.clone(), one.percent)).collect()
}

/// (decision, programme, position of the budget) → (code, name, percent, approved, paid).
type Cells = BTreeMap<(Uuid, String, usize), (String, String, i32, i64, i64)>;

fn cells(money: &Money) -> Cells {
    let programme: HashMap<(Uuid, &str), &str> = money
        .programmes
        .iter()
        .map(|of| ((of.decision_id, of.group_code.as_str()), of.programme_code.as_str()))
        .collect();
    let mut cells = Cells::new();
    let mut add = |decision: Uuid, group: &str, amount: i64, times: i64, paid: bool| {
        let code = programme.get(&(decision, group)).copied().unwrap_or("");
        let shares = known_shares(money.shares.get(&decision));
        let percents: Vec<i32> = shares.iter().map(|(.., percent)| *percent).collect();
        let parts = split(amount, &percents);
        for (at, ((source, name, percent), part)) in shares.into_iter().zip(parts).enumerate() {
            let cell = cells
                .entry((decision, code.to_owned(), at))
                .or_insert_with(|| (source, name, percent, 0, 0));
            if paid { cell.4 += part * times } else { cell.3 += part * times }
        }
    };
    for approved in &money.approved {
        add(approved.decision_id, &approved.group_code, approved.amount_dong, 1, false);
    }
    // Entry by entry, as the ledger is proved: the parts are whole đồng of each payment.
    for paid in &money.paid {
        add(paid.decision_id, &paid.group_code, paid.amount_dong, paid.entries, true);
    }
    cells
}

/// Lays the money out; every sum of approved and paid equals that of the tables.
pub(super) fn lay(catalogue: &Catalogue, money: &Money) -> Budgets {
    let mut lines: Vec<Line> = Vec::new();
    let mut line = |programme: &str, source: &str, name: &str| -> usize {
        let same = |line: &Line| line.programme == programme && line.source == source;
        lines.iter().position(same).unwrap_or_else(|| {
            let (programme, source) = (programme.to_owned(), source.to_owned());
            lines.push(Line { programme, source, name: name.to_owned(), ..Line::default() });
            lines.len() - 1
        })
    };
    let mut moved: Vec<(usize, i64, i64, i64)> = Vec::new();
    for given in &money.allotted {
        let at = line(&given.programme_code, &given.source_code, &given.source_name);
        moved.push((at, given.amount_dong, 0, 0));
    }
    let decisions: HashMap<Uuid, &Decision> =
        money.decisions.iter().map(|decision| (decision.id, decision)).collect();
    let mut papers = Vec::new();
    for ((id, programme, _), (source, name, percent, approved, paid)) in cells(money) {
        moved.push((line(&programme, &source, &name), 0, approved, paid));
        if let Some(decision) = decisions.get(&id) {
            let (number, decided_on) = (decision.number.clone(), decision.decided_on);
            papers.push(Paper { number, decided_on, programme, name, percent, approved, paid });
        }
    }
    for (at, allotted, approved, paid) in moved {
        lines[at].allotted += allotted;
        lines[at].approved += approved;
        lines[at].paid += paid;
    }
    let place = |line: &Line| {
        let programmes = catalogue.programmes();
        let programme = programmes.iter().position(|one| one.code == line.programme);
        let sources = programme.map(|at| &programmes[at].sources);
        let source = sources.and_then(|all| all.iter().position(|one| one.code == line.source));
        (programme.unwrap_or(usize::MAX), source.unwrap_or(usize::MAX), line.name.clone())
    };
    lines.sort_by_key(place);
    papers.sort_by(|a, b| b.decided_on.cmp(&a.decided_on).then_with(|| b.number.cmp(&a.number)));
    Budgets { lines, papers }
}

/// A budget that a new decision would bind beyond what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::relief) struct Short {
    /// Name of the budget.
    pub name: String,
    /// Free before this decision: đồng.
    pub free: i64,
    /// What this decision needs of it: đồng.
    pub needed: i64,
}

/// Which budgets a decision of these parts (code, name, đồng) would overdraw, over the programmes that
/// it covers. A budget of which no allotment was ever written says nothing.
pub(in crate::relief) fn shortage(
    lines: &[Line],
    programmes: &[&str],
    parts: &[(&str, &str, i64)],
) -> Vec<Short> {
    let short = |(code, name, needed): &(&str, &str, i64)| {
        let of = |line: &&Line| line.source == *code && programmes.contains(&&*line.programme);
        let known: Vec<&Line> = lines.iter().filter(of).collect();
        let given = known.iter().any(|line| line.allotted != 0);
        let free: i64 = known.iter().map(|line| line.free()).sum();
        (given && *needed > free).then(|| Short { name: (*name).to_owned(), free, needed: *needed })
    };
    parts.iter().filter_map(short).collect()
}

#[cfg(test)]
mod tests;
