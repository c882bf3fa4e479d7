//! All SQL of lists, persons, duplicates and decisions.

pub(super) mod changes;
pub(super) mod decisions;
pub(super) mod desks;
pub(super) mod duplicates;
pub(super) mod entitlements;
pub(super) mod entries;
pub(super) mod judging;
pub(super) mod links;
pub(super) mod lists;
pub(super) mod overlaps;
pub(super) mod papers;
pub(super) mod people;

use sea_orm::Value;

/// Values of an IN list at once. SQLite searches the names of all parameters for each one, so that
/// the cost grows with the square.
pub(super) const CHUNK: usize = 500;

/// The values of an IN list, some at a time: for each part the placeholders of the list, and all
/// values of the statement, of which `first` stand before the list's.
pub(super) fn in_chunks<T: Clone + Into<Value>>(
    first: &[Value],
    items: &[T],
) -> impl Iterator<Item = (String, Vec<Value>)> {
    items.chunks(CHUNK).map(|chunk| {
        let list = chunk.iter().cloned().map(Into::into);
        (placeholders(first.len() + 1, chunk.len()), first.iter().cloned().chain(list).collect())
    })
}

/// `$from, $from+1, …` for `count` values.
pub(super) fn placeholders(from: usize, count: usize) -> String {
    let numbers: Vec<String> = (from..from + count).map(|n| format!("${n}")).collect();
    numbers.join(", ")
}
