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
    let next = AtomicUsize::new(rules.start);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let rule = next.fetch_add(1, Ordering::Relaxed);
                    if rule >= rules.end {
                        break;
                    }
                    let pairs = pairs_of_rule(schema, rule, records);
                    if let Ok(mut found) = found.lock() {
                        found.extend_from_slice(&pairs);
                    }
                }
            });
        }
    });
    let mut pairs = found.into_inner().unwrap_or_default();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn pairs_of_rule<S: Schema>(schema: &S, rule: usize, records: &[S::Record]) -> Vec<Pair> {
    let mut entries: Vec<Entry> = Vec::with_capacity(records.len());
    let mut keys = Vec::new();
    for (row, record) in (0u32..).zip(records) {
        schema.keys(rule, record, &mut keys);
        entries.extend(keys.drain(..).map(|key| Entry::new(key, row)));
    }
    entries.sort_unstable();
    let mut pairs = Vec::new();
    let mut parts = Vec::new();
    for block in entries.chunk_by(|a, b| a.key() == b.key()).filter(|block| block.len() > 1) {
        if block.len() <= BLOCK_MAX {
            push_pairs(block, &mut pairs);
            continue;
        }
        let refined = |entry: &Entry| {
            let row = entry.row();
            Entry::new(schema.refine(&records[row as usize]), row)
        };
        parts.clear();
        parts.extend(block.iter().map(refined));
        parts.sort_unstable();
        let parts = parts.chunk_by(|a, b| a.key() == b.key());
        for part in parts.filter(|part| part.len() <= BLOCK_MAX) {
            push_pairs(part, &mut pairs);
        }
    }
    pairs
}

/// A key and the row that has it, as one number: numbers sort faster than pairs of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

impl Entry {
    fn new(key: u64, row: u32) -> Self {
        Self(u128::from(key) << 32 | u128::from(row))
    }

    fn key(self) -> u64 {
        (self.0 >> 32) as u64
    }

    fn row(self) -> u32 {
        self.0 as u32
    }
}

fn push_pairs(block: &[Entry], pairs: &mut Vec<Pair>) {
    for (at, a) in block.iter().enumerate() {
        let others = block[at + 1..].iter().filter(|b| a.row() != b.row());
        pairs.extend(others.map(|b| Pair::new(a.row(), b.row())));
    }
}
