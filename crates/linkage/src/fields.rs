//! A schema put together from columns, for records that are not Vietnamese lists: registers of
//! other countries, test sets such as FEBRL.
//!
//! ```
//! use linkage::batch::Batch;
//! use linkage::fields::{Field, Fields, Kind};
//!
//! let fields = vec![
//!     Field::new("given_name", Kind::Text),
//!     Field::new("surname", Kind::Text),
//!     Field::new("soc_sec_id", Kind::Number),
//! ];
//! let schema = Fields::new(fields, vec![vec![0, 1], vec![2]])?;
//! let records = vec![
//!     schema.record(&["jessica", "roche", "6988048"]),
//!     schema.record(&["jesica", "roche", "6988048"]),
//! ];
//! let (_, linked) = Batch::default().link(&schema, &records, None);
//! assert_eq!(linked.pairs.len(), 1);
//! # Ok::<(), linkage::fields::FieldsError>(())
//! ```

use thiserror::Error;

use crate::birth::{Birth, BirthRelation};
use crate::hash::{self, mix};
use crate::schema::{COMPARISONS_MAX, Comparison, Pattern, Schema};
use crate::syllable::one_edit;

/// How the values of a column are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words: equal, one slip, alike (Jaro–Winkler), different.
    Text,
    /// A number or code that names a person: equal, one slip, different.
    Number,
    /// A code that many share, such as a postcode: equal, one slip, different.
    Code,
    /// A date: day, month and year, with slips. What cannot be read as a date is compared as a
    /// code.
    Date,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, for the model file.
    pub name: String,
    /// How it is compared.
    pub kind: Kind,
    /// Another column with which its value may have changed places.
    pub swaps_with: Option<usize>,
}

impl Field {
    /// A column that keeps its place.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, swaps_with: None }
    }

    /// The column, whose value may stand in another one instead.
    #[must_use]
    pub fn swapping(self, other: usize) -> Self {
        Self { swaps_with: Some(other), ..self }
    }
}

/// Why columns make no schema.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FieldsError {
    /// None, or more than the engine compares.
    #[error("{0} columns; 1 to {COMPARISONS_MAX} are possible")]
    Count(usize),
    /// A rule or a swap names a column that is not there.
    #[error("no column {0}")]
    NoColumn(usize),
}

/// A record of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRecord {
    values: Vec<String>,
}

/// The schema.
#[derive(Debug, Clone)]
pub struct Fields {
    fields: Vec<Field>,
    rules: Vec<Vec<usize>>,
    comparisons: Vec<Comparison>,
}

impl Fields {
    /// A schema of columns; each rule names the columns that together make a blocking key.
    ///
    /// # Errors
    /// [`FieldsError`] when there are too many columns or a rule names one that is not there.
    pub fn new(fields: Vec<Field>, rules: Vec<Vec<usize>>) -> Result<Self, FieldsError> {
        if fields.is_empty() || fields.len() > COMPARISONS_MAX {
            return Err(FieldsError::Count(fields.len()));
        }
        let named = rules.iter().flatten().chain(fields.iter().flat_map(|f| &f.swaps_with));
        if let Some(&column) = named.into_iter().find(|&&column| column >= fields.len()) {
            return Err(FieldsError::NoColumn(column));
        }
        let comparisons = fields.iter().map(comparison).collect();
        Ok(Self { fields, rules, comparisons })
    }

    /// A record of values in the order of the columns; missing ones are empty.
    pub fn record(&self, values: &[&str]) -> FieldRecord {
        let value = |at: usize| {
            let written = values.get(at).copied().unwrap_or_default();
            written.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
        };
        FieldRecord { values: (0..self.fields.len()).map(value).collect() }
    }

    fn level(&self, at: usize, a: &FieldRecord, b: &FieldRecord) -> u8 {
        let field = &self.fields[at];
        let (x, y) = (a.values[at].as_str(), b.values[at].as_str());
        if x.is_empty() || y.is_empty() {
            return 0;
        }
        if x == y {
            return 1;
        }
        if let Some(other) = field.swaps_with
            && (x == b.values[other] || y == a.values[other])
        {
            return SWAPPED;
        }
        if one_edit(x.as_bytes(), y.as_bytes()) {
            return 2;
        }
        match field.kind {
            Kind::Text if jaro_winkler(x.as_bytes(), y.as_bytes()) >= ALIKE_MIN => 3,
            Kind::Date => date_level(x, y),
            _ => 4,
        }
    }
}

const SWAPPED: u8 = 5;
const ALIKE_MIN: f64 = 0.85;

fn comparison(field: &Field) -> Comparison {
    let (equal, slip, different) = match field.kind {
        Kind::Text => (5.0, 4.0, -4.0),
        Kind::Number => (12.0, 10.0, -4.0),
        Kind::Code => (4.0, 3.0, -2.0),
        Kind::Date => (8.0, 6.0, -4.0),
    };
    let says = |words: &str| format!("{words} {}", field.name);
    let levels = [
        ("equal", says("trùng"), equal),
        ("slip", says("khác một lỗi gõ:"), slip),
        ("alike", says("gần giống:"), slip - 2.0),
        ("different", says("khác"), different),
        ("swapped", says("đổi chỗ:"), equal - 1.0),
    ];
    let levels: Vec<(&str, &str, f64)> =
        levels.iter().map(|(name, words, start)| (*name, words.as_str(), *start)).collect();
    let anchors = matches!(field.kind, Kind::Text | Kind::Date);
    Comparison::new(&field.name, anchors, &levels)
}

fn date_level(x: &str, y: &str) -> u8 {
    use BirthRelation as R;
    let (Some(x), Some(y)) = (Birth::parse(x), Birth::parse(y)) else { return 4 };
    match x.relation(y) {
        R::Equal | R::EqualNewYear => 1,
        R::Swapped | R::YearSlip => 2,
        R::SameMonth | R::YearOfFull | R::BothYearOnly | R::DaySlip | R::NewYearAgainstFull => 3,
        _ => 4,
    }
}

impl Schema for Fields {
    type Record = FieldRecord;

    fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    fn rules(&self) -> usize {
        self.rules.len()
    }

    fn keys(&self, rule: usize, record: &FieldRecord, keys: &mut Vec<u64>) {
        let columns = &self.rules[rule];
        if columns.iter().any(|&column| record.values[column].is_empty()) {
            return;
        }
        let values = columns.iter().map(|&column| record.values[column].as_str());
        keys.push(values.fold(rule as u64 + 1, |state, value| mix(state, hash::text(value))));
    }

    fn refine(&self, record: &FieldRecord) -> u64 {
        self.content_key(record)
    }

    fn compare(&self, a: &FieldRecord, b: &FieldRecord) -> Pattern {
        (0..self.fields.len())
            .fold(Pattern::default(), |pattern, at| pattern.with(at, self.level(at, a, b)))
    }

    fn content_key(&self, record: &FieldRecord) -> u64 {
        record.values.iter().fold(3, |state, value| mix(state, hash::text(value)))
    }
}

/// Jaro's similarity with Winkler's bonus for a common beginning, 0 to 1; symmetric.
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    const LONGEST: usize = 64;
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if a.is_empty() || b.len() > LONGEST {
        return f64::from(u8::from(a == b));
    }
    let reach = (b.len() / 2).saturating_sub(1);
    let (mut taken, mut matched) = (0u64, Vec::with_capacity(a.len()));
    for (at, byte) in a.iter().enumerate() {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(b.len()));
        let free = |place: &usize| taken >> place & 1 == 0 && b[*place] == *byte;
        if let Some(place) = (from..to).find(free) {
            taken |= 1 << place;
            matched.push(*byte);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = (0..b.len()).filter(|place| taken >> place & 1 == 1).map(|place| b[place]);
    let moved = matched.iter().zip(others).filter(|(x, y)| **x != *y).count() / 2;
    let common = matched.len() as f64;
    let jaro =
        (common / a.len() as f64 + common / b.len() as f64 + (common - moved as f64) / common)
            / 3.0;
    let head = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + head as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::{Field, Fields, FieldsError, Kind, jaro_winkler};

    #[test]
    fn known_similarities() {
        let close = |a: &str, b: &str, expected: f64| {
            let found = jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((found - expected).abs() < 0.0005, "{a} {b}: {found}");
        };
        close("martha", "marhta", 0.9611);
        close("dwayne", "duane", 0.84);
        close("abc", "xyz", 0.0);
    }

    #[test]
    fn columns_are_checked() {
        assert_eq!(Fields::new(vec![], vec![]).err(), Some(FieldsError::Count(0)));
        let one = || vec![Field::new("name", Kind::Text)];
        assert_eq!(Fields::new(one(), vec![vec![1]]).err(), Some(FieldsError::NoColumn(1)));
    }
}
