//! All SQL of lists, persons, duplicates and decisions.

pub(super) mod changes;
pub(super) mod decisions;
pub(super) mod duplicates;
pub(super) mod entitlements;
pub(super) mod entries;
pub(super) mod links;
pub(super) mod lists;
pub(super) mod people;
pub(super) mod waiting;

/// Values of an IN list kept below the engines' parameter limits.
const CHUNK: usize = 4_000;

/// `$from, $from+1, …` for `count` values.
fn placeholders(from: usize, count: usize) -> String {
    let numbers: Vec<String> = (from..from + count).map(|n| format!("${n}")).collect();
    numbers.join(", ")
}
