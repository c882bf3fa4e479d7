//! Candidate pairs: the rows that share a blocking key.
//!
//! A key is a hash of a rule and some parts of a row, so rows of one block lie together once the
//! keys are sorted. A block of more than [`BLOCK_MAX`] rows (a placeholder that many rows carry, a
//! name that half a province has) is divided by [`Schema::refine`]; a part that is still larger
//! is left out, because what so many rows share tells no person from another. The other rules
//! still bring those rows together where anything else agrees.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::schema::Schema;

/// Rows of a block that are compared each with each.
pub const BLOCK_MAX: usize = 80;

/// Two rows by their places, the smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pair(u64);

impl Pair {
    pub fn new(a: u32, b: u32) -> Self {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        Self(u64::from(low) << 32 | u64::from(high))
    }

    pub fn rows(self) -> (u32, u32) {
        ((self.0 >> 32) as u32, self.0 as u32)
    }
}

/// All pairs of rows that share a key under a rule, each once, in order.
pub(crate) fn candidate_pairs<S: Schema>(
    schema: &S,
    records: &[S::Record],
    rules: Range<usize>,
    threads: usize,
) -> Vec<Pair> {
    let rules = longest_first(schema, records, rules);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&rule) = rules.get(place) else { break };
                    let pairs = pairs_of_rule(schema, rule, records);
                    if let Ok(mut found) = found.lock() {
                        found.extend_from_slice(&pairs);
                    }
                }
            });
        }
    });
    let mut pairs = found.into_inner().unwrap_or_default();
    sort(&mut pairs, threads);
    pairs.dedup();
    pairs
}

/// The rules with those first that give most keys, so that no thread begins the longest one last.
fn longest_first<S: Schema>(schema: &S, records: &[S::Record], rules: Range<usize>) -> Vec<usize> {
    const LOOKED_AT: usize = 500;
    let mut keys = Vec::new();
    let mut found: Vec<(usize, usize)> = rules
        .map(|rule| {
            keys.clear();
            let some = records.iter().take(LOOKED_AT);
            some.for_each(|record| schema.keys(rule, record, &mut keys));
            (keys.len(), rule)
        })
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, rule)| rule).collect()
}

/// Sorts by two threads, if there are so many.
fn sort(pairs: &mut [Pair], threads: usize) {
    let middle = pairs.len() / 2;
    if threads < 2 || middle == 0 {
        pairs.sort_unstable();
        return;
    }
    pairs.select_nth_unstable(middle);
    let (low, high) = pairs.split_at_mut(middle);
    std::thread::scope(|scope| {
        scope.spawn(|| low.sort_unstable());
        high.sort_unstable();
    });
}

fn pairs_of_rule<S: Schema>(schema: &S, rule: usize, records: &[S::Record]) -> Vec<Pair> {
    let form = EntryForm::of(records.len());
    let mut entries: Vec<u64> = Vec::with_capacity(records.len());
    let mut keys = Vec::new();
    for (row, record) in (0u32..).zip(records) {
        schema.keys(rule, record, &mut keys);
        entries.extend(keys.drain(..).map(|key| form.entry(key, row)));
    }
    entries.sort_unstable();
    let mut pairs = Vec::new();
    let mut parts = Vec::new();
    for block in entries.chunk_by(|a, b| form.key(*a) == form.key(*b)) {
        if block.len() <= BLOCK_MAX {
            push_pairs(form, block, &mut pairs);
            continue;
        }
        let refined = |entry: &u64| {
            let row = form.row(*entry);
            form.entry(schema.refine(&records[row as usize]), row)
        };
        parts.clear();
        parts.extend(block.iter().map(refined));
        parts.sort_unstable();
        let parts = parts.chunk_by(|a, b| form.key(*a) == form.key(*b));
        for part in parts.filter(|part| part.len() <= BLOCK_MAX) {
            push_pairs(form, part, &mut pairs);
        }
    }
    pairs
}

/// A key and the row that has it as one number, which sorts faster than the two beside each
/// other: the row in the low bits, of the key as many as are left. Two keys that only their lost
/// bits tell apart bring rows together that are then compared and come to nothing.
#[derive(Clone, Copy)]
struct EntryForm {
    row_bits: u32,
}

impl EntryForm {
    /// Bits for rows up to 67 million; the same for small sets, so that what keys lose does not
    /// depend on how many rows there are.
    const ROW_BITS_MIN: u32 = 26;

    fn of(rows: usize) -> Self {
        Self { row_bits: (usize::BITS - rows.leading_zeros()).max(Self::ROW_BITS_MIN) }
    }

    fn entry(self, key: u64, row: u32) -> u64 {
        key >> self.row_bits << self.row_bits | u64::from(row)
    }

    fn key(self, entry: u64) -> u64 {
        entry >> self.row_bits
    }

    fn row(self, entry: u64) -> u32 {
        (entry & ((1 << self.row_bits) - 1)) as u32
    }
}

fn push_pairs(form: EntryForm, block: &[u64], pairs: &mut Vec<Pair>) {
    for (at, a) in block.iter().enumerate() {
        let a = form.row(*a);
        let others = block[at + 1..].iter().map(|b| form.row(*b)).filter(|b| *b != a);
        pairs.extend(others.map(|b| Pair::new(a, b)));
    }
}
