//! How facts become a table: pure.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};
use vietnam::text::compare_vi;

use super::choices::{Dim, STAGES, Stage, Unit};
use crate::relief::payments::split;

/// Some rows of one stage that agree in everything a table asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub stage: Stage,
    pub district: String,
    pub commune: String,
    pub group: String,
    pub programme: String,
    /// `district|2020-05-18|1502/QĐ-UBND`; empty before a decision.
    pub decision: String,
    /// When it happened: listed, appraised, decided, paid, said, demanded.
    pub day: Option<NaiveDate>,
    /// Code of where the rows stand.
    pub status: String,
    pub channel: String,
    pub reason: String,
    /// Đồng of each row, where the table splits them by budget; 0 otherwise.
    pub each: i64,
    pub items: i64,
    pub people: i64,
    pub dong: i64,
}

/// Budgets of a decision: code and name, percent.
pub(super) type Shares = Vec<(String, i32)>;

/// Numbers of a crossing by stage and unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers([[i64; 3]; STAGES]);

impl Numbers {
    pub fn of(&self, stage: Stage, unit: Unit) -> i64 {
        self.0[stage.at()][unit.at()]
    }

    fn add(&mut self, stage: Stage, parts: [i64; 3]) {
        for (sum, part) in self.0[stage.at()].iter_mut().zip(parts) {
            *sum = sum.saturating_add(part);
        }
    }

    fn join(&mut self, other: &Self) {
        for stage in Stage::ALL {
            self.add(stage, other.0[stage.at()]);
        }
    }
}

/// The Monday of a day's week.
fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// What a table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub line: Dim,
    pub column: Option<Dim>,
    /// `None`: all of them side by side; only without a column dimension.
    pub stage: Option<Stage>,
    pub unit: Unit,
}

impl Plan {
    pub fn has(&self, wanted: impl Fn(Dim) -> bool) -> bool {
        wanted(self.line) || self.column.is_some_and(wanted)
    }

    /// The stages that must be read.
    pub fn stages(&self) -> Vec<Stage> {
        self.stage.map_or_else(|| Stage::ALL.to_vec(), |stage| vec![stage])
    }

    /// Stage and unit of each column of numbers; one, repeated for each key, when columns are a
    /// dimension.
    pub fn measures(&self) -> Vec<(Stage, Unit)> {
        let by_budget = self.line == Dim::Source;
        match (self.stage, self.column) {
            (Some(stage), None) if !by_budget => Unit::ALL
                .into_iter()
                .filter(|unit| stage.has(*unit))
                .map(|unit| (stage, unit))
                .collect(),
            (Some(stage), _) => vec![(stage, self.unit)],
            (None, _) => Stage::ALL
                .into_iter()
                .filter(|stage| stage.has(self.unit))
                .map(|stage| (stage, self.unit))
                .collect(),
        }
    }

    /// True when money is split by the shares of its decision. Items and people cannot be split:
    /// they stand under the mix of budgets.
    pub fn splits(&self) -> bool {
        self.unit == Unit::Dong && self.has(|dim| dim == Dim::Source)
    }
}

/// Keys of a dimension for a fact, and what of it falls to each; the parts add up to the fact.
fn keys(
    plan: &Plan,
    dim: Dim,
    fact: &Fact,
    shares: &HashMap<String, Shares>,
) -> Vec<(String, i64)> {
    let whole = |key: String| vec![(key, fact.dong)];
    let day = |of: &dyn Fn(NaiveDate) -> String| whole(fact.day.map_or_else(String::new, of));
    match dim {
        Dim::Programme => whole(fact.programme.clone()),
        Dim::Group => whole(fact.group.clone()),
        Dim::Province => whole("tinh".to_owned()),
        Dim::District => whole(fact.district.clone()),
        Dim::Commune => whole(fact.commune.clone()),
        Dim::Decision => whole(fact.decision.clone()),
        Dim::Day => day(&|day| day.to_string()),
        Dim::Week => day(&|day| monday(day).to_string()),
        Dim::Month => day(&|day| day.format("%Y-%m").to_string()),
        Dim::Status => whole(fact.status.clone()),
        Dim::Reason => whole(fact.reason.clone()),
        Dim::Channel => whole(fact.channel.clone()),
        Dim::Source => match shares.get(&fact.decision) {
            _ if fact.decision.is_empty() => whole(String::new()),
            Some(shares) if shares.iter().map(|(_, percent)| percent).sum::<i32>() == 100 => {
                if plan.splits() {
                    budgets(fact, shares)
                } else {
                    let parts: Vec<String> = shares
                        .iter()
                        .map(|(name, percent)| format!("{percent} % {name}"))
                        .collect();
                    whole(parts.join(", "))
                }
            }
            _ => whole("?".to_owned()),
        },
    }
}

/// Each row is split into whole đồng, as the report by budget splits it.
fn budgets(fact: &Fact, shares: &Shares) -> Vec<(String, i64)> {
    let percents: Vec<i32> = shares.iter().map(|(_, percent)| *percent).collect();
    let rows = if fact.each == 0 { 0 } else { fact.dong / fact.each };
    let mut parts: Vec<(String, i64)> = shares
        .iter()
        .zip(split(fact.each, &percents))
        .map(|((name, _), part)| (name.clone(), part.saturating_mul(rows)))
        .collect();
    // Rows of one fact are equal; if they were not, nothing may get lost.
    let rest = fact.dong - parts.iter().map(|(_, part)| part).sum::<i64>();
    if rest != 0 {
        parts.push(("?".to_owned(), rest));
    }
    parts
}

/// Place of a key among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rank {
    Number(i64),
    /// As codes and dates sort.
    Code(String),
    Name(String),
    Last,
}

impl Rank {
    fn compare(&self, other: &Self) -> Ordering {
        let class = |rank: &Self| match rank {
            Self::Number(_) => 0,
            Self::Code(_) => 1,
            Self::Name(_) => 2,
            Self::Last => 3,
        };
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Code(a), Self::Code(b)) => a.cmp(b),
            (Self::Name(a), Self::Name(b)) => compare_vi(a, b),
            _ => class(self).cmp(&class(other)),
        }
    }
}

/// A key in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub rank: Rank,
    pub text: String,
}

/// A table: labels of lines and columns, the crossings, and the sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub lines: Vec<String>,
    pub columns: Vec<String>,
    /// `cells[line][column]`.
    pub cells: Vec<Vec<Numbers>>,
    pub line_sums: Vec<Numbers>,
    pub column_sums: Vec<Numbers>,
    pub sum: Numbers,
}

/// The keys of one side in order: their places and their words.
fn side(
    keys: BTreeSet<String>,
    label: impl Fn(&str) -> Label,
) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut known: Vec<(String, Label)> =
        keys.into_iter().map(|key| (key.clone(), label(&key))).collect();
    known.sort_by(|(a, first), (b, second)| {
        first.rank.compare(&second.rank).then_with(|| first.text.cmp(&second.text)).then(a.cmp(b))
    });
    let places = known.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
    (places, known.into_iter().map(|(_, label)| label.text).collect())
}

/// What of a fact falls to a crossing: items and people whole, đồng in part.
type Crossed = BTreeMap<(String, String), Numbers>;

fn cross(plan: &Plan, facts: &[Fact], shares: &HashMap<String, Shares>) -> Crossed {
    let mut found = Crossed::new();
    for fact in facts {
        let mut add = |line: &str, column: &str, numbers: [i64; 3]| {
            found.entry((line.to_owned(), column.to_owned())).or_default().add(fact.stage, numbers);
        };
        let lines = keys(plan, plan.line, fact, shares);
        let columns = plan
            .column
            .map_or_else(|| vec![(String::new(), fact.dong)], |dim| keys(plan, dim, fact, shares));
        // Only a budget has several parts, and a dimension is never on both sides.
        let (split_by_line, parts) =
            if lines.len() > 1 { (true, &lines) } else { (false, &columns) };
        for (at, (key, dong)) in parts.iter().enumerate() {
            let (line, column) =
                if split_by_line { (key, &columns[0].0) } else { (&lines[0].0, key) };
            let rows = if at == 0 { [fact.items, fact.people] } else { [0, 0] };
            add(line, column, [rows[0], rows[1], *dong]);
        }
    }
    found.retain(|_, numbers| *numbers != Numbers::default());
    found
}

/// Crossings of one table: more than a browser shows without pain.
const CELLS_MAX: usize = 30_000;
/// Columns of one table.
const COLUMNS_MAX: usize = 400;

/// More than anyone reads, and than memory is given for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge {
    pub lines: usize,
    pub columns: usize,
}

/// Lays out facts.
///
/// # Errors
/// [`TooLarge`], before any cell is made.
pub(super) fn table(
    plan: &Plan,
    facts: &[Fact],
    shares: &HashMap<String, Shares>,
    label: impl Fn(Dim, &str) -> Label,
) -> Result<Table, TooLarge> {
    let found = cross(plan, facts, shares);
    let keys = |of: &dyn Fn(&(String, String)) -> String| found.keys().map(of).collect();
    let (line_at, lines) = side(keys(&|key| key.0.clone()), |key| label(plan.line, key));
    let (column_at, columns) = side(keys(&|key| key.1.clone()), |key| match plan.column {
        Some(dim) => label(dim, key),
        None => Label { rank: Rank::Last, text: String::new() },
    });
    if lines.len() * columns.len() > CELLS_MAX || columns.len() > COLUMNS_MAX {
        return Err(TooLarge { lines: lines.len(), columns: columns.len() });
    }
    let mut table = Table {
        cells: vec![vec![Numbers::default(); columns.len()]; lines.len()],
        line_sums: vec![Numbers::default(); lines.len()],
        column_sums: vec![Numbers::default(); columns.len()],
        sum: Numbers::default(),
        lines,
        columns,
    };
    for ((line, column), numbers) in &found {
        let (Some(line), Some(column)) = (line_at.get(line), column_at.get(column)) else {
            continue;
        };
        table.cells[*line][*column].join(numbers);
        table.line_sums[*line].join(numbers);
        table.column_sums[*column].join(numbers);
        table.sum.join(numbers);
    }
    Ok(table)
}

#[cfg(test)]
mod tests;
