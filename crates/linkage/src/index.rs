//! One record against everything.
//!
//! The index keeps records and their blocking keys: a sorted array for those it was built from
//! and a small map for those added since. A query looks up the keys of one record, compares what
//! it finds and judges the best of them together, in microseconds.
//!
//! Nothing here needs the index to be the only one: keys ([`Schema::keys`]) are stable numbers, so
//! they can be stored beside the rows of a database, and [`rank`] scores whatever rows a query by
//! those keys brought.

use crate::blocking::BLOCK_MAX;
use crate::collective::{self, GROUP_MAX};
use crate::hash::{QuickMap, mix};
use crate::model::{Verdict, Weights};
use crate::schema::{Pattern, Schema};

/// Of added keys against built ones: when more, [`Index::compact`] is worth its time.
const ADDED_SHARE: usize = 8;

/// A record that may be the same person as the one asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match<I> {
    /// The record found.
    pub id: I,
    /// Log₂ of the odds that they are one person, with the evidence of the other records found.
    pub weight: f64,
    /// The same without them.
    pub alone: f64,
    /// The levels they reach, for [`crate::reasons`].
    pub pattern: Pattern,
    /// What the weight is called.
    pub verdict: Verdict,
}

/// Scores candidates of one record, the best first; unlikely ones are left out.
pub fn rank<S: Schema, I: Copy + Ord>(
    schema: &S,
    weights: &Weights,
    record: &S::Record,
    candidates: &[(I, &S::Record)],
) -> Vec<Match<I>> {
    let mut found: Vec<(Match<I>, &S::Record)> = candidates
        .iter()
        .map(|&(id, candidate)| {
            let pattern = schema.compare(record, candidate);
            let alone = weights.weight(pattern);
            let verdict = weights.thresholds.verdict(alone);
            (Match { id, weight: alone, alone, pattern, verdict }, candidate)
        })
        .filter(|(found, _)| found.alone > collective::LINK_MIN)
        .collect();
    let strongest_first =
        |a: &Match<I>, b: &Match<I>| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id));
    found.sort_unstable_by(|a, b| strongest_first(&a.0, &b.0));
    let judged = found.len().min(GROUP_MAX - 1);
    if judged > 1 {
        judge(schema, weights, &mut found[..judged]);
    }
    let mut matches: Vec<Match<I>> = found.into_iter().map(|(found, _)| found).collect();
    for found in &mut matches {
        found.verdict = weights.thresholds.verdict(found.weight);
    }
    matches.retain(|found| found.verdict != Verdict::Unlikely);
    matches.sort_unstable_by(strongest_first);
    matches
}

/// Judges the record (place 0) and the best candidates as one heap.
fn judge<S: Schema, I: Copy>(schema: &S, weights: &Weights, found: &mut [(Match<I>, &S::Record)]) {
    let mut between = [[0.0f64; GROUP_MAX]; GROUP_MAX];
    for (a, b) in collective::triangle(found.len()) {
        between[a][b] = weights.weight(schema.compare(found[a].1, found[b].1));
    }
    let judged = collective::judge(found.len() + 1, |a, b| match (a, b) {
        (0, b) => found[b - 1].0.alone,
        (a, b) => between[a - 1][b - 1],
    });
    for (at, (found, _)) in found.iter_mut().enumerate() {
        // Pairs of place 0 stand first in each row of the triangle.
        found.weight = judged.weights[at * (at + 1) / 2];
    }
}

/// An index of records by their blocking keys.
pub struct Index<S: Schema> {
    schema: S,
    weights: Weights,
    rows: Vec<Option<(u64, S::Record)>>,
    places: QuickMap<u64, u32>,
    built: Vec<(u64, u32)>,
    added: QuickMap<u64, Vec<u32>>,
    added_keys: usize,
}

impl<S: Schema> Index<S> {
    /// An index of records by the caller's numbers. Of records with the same number the last
    /// counts.
    pub fn build(
        schema: S,
        weights: Weights,
        records: impl IntoIterator<Item = (u64, S::Record)>,
    ) -> Self {
        let mut index = Self {
            schema,
            weights,
            rows: Vec::new(),
            places: QuickMap::default(),
            built: Vec::new(),
            added: QuickMap::default(),
            added_keys: 0,
        };
        for (id, record) in records {
            let place = index.rows.len() as u32;
            if let Some(older) = index.places.insert(id, place) {
                index.rows[older as usize] = None;
            }
            index.rows.push(Some((id, record)));
        }
        index.compact();
        index
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The schema of the records.
    pub fn schema(&self) -> &S {
        &self.schema
    }

    /// The weights that score.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The record of a number.
    pub fn get(&self, id: u64) -> Option<&S::Record> {
        let place = *self.places.get(&id)?;
        self.rows[place as usize].as_ref().map(|(_, record)| record)
    }

    /// Adds a record, in place of one with the same number.
    pub fn insert(&mut self, id: u64, record: S::Record) {
        self.remove(id);
        let place = self.rows.len() as u32;
        for key in self.keys_of(&record) {
            self.added.entry(key).or_default().push(place);
            self.added_keys += 1;
        }
        self.places.insert(id, place);
        self.rows.push(Some((id, record)));
    }

    /// Takes a record out; whether it was there.
    pub fn remove(&mut self, id: u64) -> bool {
        // Keys that lead to an empty row are passed over until the next compaction.
        self.places.remove(&id).is_some_and(|place| self.rows[place as usize].take().is_some())
    }

    /// Whether so much was added or removed that [`Index::compact`] pays.
    pub fn wants_compacting(&self) -> bool {
        self.added_keys > self.built.len() / ADDED_SHARE + 1024
            || self.rows.len() > self.places.len() + self.places.len() / ADDED_SHARE + 1024
    }

    /// Sorts added keys in and drops removed records. Takes about a second for 400,000 records.
    pub fn compact(&mut self) {
        self.rows.retain(Option::is_some);
        self.added = QuickMap::default();
        self.added_keys = 0;
        self.places.clear();
        let mut built = Vec::with_capacity(self.rows.len() * 16);
        for (place, row) in (0u32..).zip(&self.rows) {
            if let Some((id, record)) = row {
                self.places.insert(*id, place);
                built.extend(self.keys_of(record).into_iter().map(|key| (key, place)));
            }
        }
        built.sort_unstable();
        built.dedup();
        built.shrink_to_fit();
        self.built = built;
    }

    /// The records that may be the same person as this one, the best first. A record of the index
    /// with number `except` (the record itself, when it is being checked again) is left out.
    pub fn find(&self, record: &S::Record, except: Option<u64>) -> Vec<Match<u64>> {
        let mut places = Vec::new();
        for key in self.keys_of(record) {
            self.extend_block(key, record, &mut places);
        }
        places.sort_unstable();
        places.dedup();
        let candidates: Vec<(u64, &S::Record)> = places
            .into_iter()
            .filter_map(|place| self.rows[place as usize].as_ref())
            .filter(|(id, _)| Some(*id) != except)
            .map(|(id, candidate)| (*id, candidate))
            .collect();
        rank(&self.schema, &self.weights, record, &candidates)
    }

    /// The rows of one block; of a block too large only the part that [`Schema::refine`] puts with
    /// the record, as in a batch.
    fn extend_block(&self, key: u64, record: &S::Record, places: &mut Vec<u32>) {
        let from = self.built.partition_point(|entry| entry.0 < key);
        let block = self.built[from..].iter().take_while(|entry| entry.0 == key);
        let block = block.map(|&(_, place)| place);
        let added = self.added.get(&key).into_iter().flatten().copied();
        let before = places.len();
        places.extend(block.chain(added));
        if places.len() - before < BLOCK_MAX {
            return;
        }
        let refined = self.schema.refine(record);
        let mut kept = before;
        for at in before..places.len() {
            let place = places[at];
            let same = self.rows[place as usize]
                .as_ref()
                .is_some_and(|(_, candidate)| self.schema.refine(candidate) == refined);
            if same {
                places[kept] = place;
                kept += 1;
            }
        }
        places.truncate(kept);
        if kept - before >= BLOCK_MAX {
            places.truncate(before);
        }
    }

    fn keys_of(&self, record: &S::Record) -> Vec<u64> {
        let mut keys = Vec::with_capacity(20);
        let mut of_rule = Vec::with_capacity(8);
        for rule in 0..self.schema.rules() {
            self.schema.keys(rule, record, &mut of_rule);
            keys.extend(of_rule.drain(..).map(|key| mix(rule as u64, key)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}
