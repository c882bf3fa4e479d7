//! Many records against each other.

use std::hint::black_box;

use crate::blocking::{Pair, candidate_pairs};
use crate::collective::{self, Heap, Link};
use crate::hash::{self, QuickMap};
use crate::mixture::{self, Counts};
use crate::model::{Model, PeopleModel, Thresholds, Verdict, Weights};
use crate::normalise::{ListHabits, ListTally, Normaliser};
use crate::parallel;
use crate::people::{People, PeopleFacts};
use crate::record::{RawRecord, Record};
use crate::reunite::reunite;
use crate::schema::{Pattern, Schema};

/// Pairs that weights are learned from, about; more add time and no knowledge.
const LEARNING_PAIRS: usize = 400_000;
/// Pairs whose records are fetched from memory together.
const TOUCHED: usize = 32;
/// Pairs below this weight are not given out.
const SHOWN_MIN: f64 = -4.0;

/// A pair that a batch found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkedPair {
    /// Place of the one record, the smaller of the two.
    pub a: u32,
    /// Place of the other record.
    pub b: u32,
    /// Log₂ of the odds that they are one person, with the evidence of third records.
    pub weight: f64,
    /// The same without third records.
    pub alone: f64,
    /// The levels they reach, for [`crate::reasons`].
    pub pattern: Pattern,
    /// What the weight is called.
    pub verdict: Verdict,
}

/// What a batch found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Linked {
    /// Pairs worth looking at, by place.
    pub pairs: Vec<LinkedPair>,
    /// Records that are most probably one person, two or more, each record in one cluster at most.
    pub clusters: Vec<Vec<u32>>,
}

/// How a batch runs.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Threads to use; the result does not depend on it.
    pub threads: usize,
    /// Called with the name of each step as it begins.
    pub progress: &'a (dyn Fn(&'static str) + Sync),
}

impl Default for Batch<'_> {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads, progress: &|_| {} }
    }
}

impl Batch<'_> {
    /// Normalises rows, learning first what the rows of each list have in common.
    pub fn normalise(&self, rows: &[RawRecord<'_>]) -> Vec<Record> {
        (self.progress)("normalise");
        let list_of =
            |row: &RawRecord<'_>| hash::mix(hash::text(row.commune), hash::text(row.list));
        let habits = self.list_habits(rows, list_of);
        parallel::filled(rows.len(), self.threads, |range, records: &mut Vec<Record>| {
            let mut normaliser = Normaliser::new();
            let none = ListHabits::default();
            for row in &rows[range] {
                let habits = habits.get(&list_of(row)).unwrap_or(&none);
                records.push(normaliser.record(row, habits));
            }
        })
    }

    fn list_habits(
        &self,
        rows: &[RawRecord<'_>],
        list_of: impl Fn(&RawRecord<'_>) -> u64 + Sync,
    ) -> QuickMap<u64, ListHabits> {
        let parts = parallel::each(rows.len(), self.threads, |range| {
            let mut tallies: QuickMap<u64, ListTally> = QuickMap::default();
            for row in &rows[range] {
                tallies.entry(list_of(row)).or_default().add(row);
            }
            tallies
        });
        let mut tallies: QuickMap<u64, ListTally> = QuickMap::default();
        for (list, tally) in parts.iter().flatten() {
            tallies.entry(*list).or_default().merge(tally);
        }
        // Few lists have names that need a second look.
        let mut foreign: QuickMap<u64, Vec<RawRecord<'_>>> = QuickMap::default();
        if tallies.values().any(|tally| tally.foreign) {
            for row in rows {
                let list = list_of(row);
                if tallies.get(&list).is_some_and(|tally| tally.foreign) {
                    foreign.entry(list).or_default().push(*row);
                }
            }
        }
        let mut normaliser = Normaliser::new();
        let mut charset = |list: &u64| {
            foreign.get(list).and_then(|rows| normaliser.charset(rows.iter().copied()))
        };
        tallies.iter().map(|(list, tally)| (*list, tally.habits(charset(list)))).collect()
    }

    /// Links the rows of Vietnamese lists with a model, or with one learned from them.
    pub fn people(
        &self,
        rows: &[RawRecord<'_>],
        model: Option<PeopleModel>,
    ) -> (PeopleModel, Linked) {
        let mut records = self.normalise(rows);
        (self.progress)("count names");
        let (facts, weights) = match model {
            Some(model) => (model.facts, Some(model.weights)),
            None => (PeopleFacts::learn(&records), None),
        };
        let schema = People::new(facts.clone());
        parallel::for_each_part(&mut records, self.threads, |_, part| {
            part.iter_mut().for_each(|record| schema.settle(record));
        });
        let (weights, linked) = self.link(&schema, &records, weights);
        (Model { facts, weights }, linked)
    }

    /// Links records of any schema with weights, or with weights learned from them.
    pub fn link<S: Schema>(
        &self,
        schema: &S,
        records: &[S::Record],
        weights: Option<Weights>,
    ) -> (Weights, Linked) {
        (self.progress)("block");
        let pairs = candidate_pairs(schema, records, 0..schema.rules(), self.threads);
        (self.progress)("compare");
        let patterns = self.compare(schema, records, &pairs);
        let weights = weights.unwrap_or_else(|| {
            (self.progress)("learn weights");
            let counts = self.learning_counts(schema, records, &pairs, &patterns);
            let classes = mixture::learn(schema.comparisons(), &counts, self.threads);
            Weights::new(classes, Thresholds::default())
        });
        (self.progress)("weigh");
        let shown = self.weigh(&weights, &pairs, &patterns);
        drop((pairs, patterns));
        (self.progress)("judge together");
        let linked = self.judge(schema, records, &weights, shown);
        (weights, linked)
    }

    fn compare<S: Schema>(
        &self,
        schema: &S,
        records: &[S::Record],
        pairs: &[Pair],
    ) -> Vec<Pattern> {
        parallel::filled(pairs.len(), self.threads, |range, patterns: &mut Vec<Pattern>| {
            for pairs in pairs[range].chunks(TOUCHED) {
                let touch = |pair: &Pair| schema.touch(&records[pair.rows().1 as usize]);
                black_box(pairs.iter().map(touch).fold(0, |all, one| all ^ one));
                patterns.extend(pairs.iter().map(|pair| {
                    let (a, b) = pair.rows();
                    schema.compare(&records[a as usize], &records[b as usize])
                }));
            }
        })
    }

    fn weigh(&self, weights: &Weights, pairs: &[Pair], patterns: &[Pattern]) -> Vec<LinkedPair> {
        parallel::concat(pairs.len(), self.threads, |range| {
            // Patterns repeat, so most weights are looked up.
            let mut known: QuickMap<u64, f64> = QuickMap::default();
            let mut shown = Vec::new();
            for at in range {
                let pattern = patterns[at];
                let weight = *known.entry(pattern.0).or_insert_with(|| weights.weight(pattern));
                if weight > SHOWN_MIN {
                    let (a, b) = pairs[at].rows();
                    let verdict = weights.thresholds.verdict(weight);
                    shown.push(LinkedPair { a, b, weight, alone: weight, pattern, verdict });
                }
            }
            shown
        })
    }

    fn judge<S: Schema>(
        &self,
        schema: &S,
        records: &[S::Record],
        weights: &Weights,
        shown: Vec<LinkedPair>,
    ) -> Linked {
        let links: Vec<Link> =
            shown.iter().map(|pair| Link { a: pair.a, b: pair.b, weight: pair.alone }).collect();
        let heaps = collective::heaps(&links, records.len());
        let judged = parallel::each(heaps.len(), self.threads, |range| {
            let mut linked = Linked::default();
            for heap in &heaps[range] {
                judge_heap(schema, records, weights, heap, &mut linked);
            }
            linked
        });
        let mut pairs = shown;
        let mut clusters = Vec::new();
        let mut in_heaps = Vec::new();
        for part in judged {
            in_heaps.extend(part.pairs);
            clusters.extend(part.clusters);
        }
        // Links that were cut when a heap was divided keep their own weight.
        pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
        in_heaps.sort_unstable_by_key(|pair| (pair.a, pair.b));
        let pairs = merge(pairs, in_heaps);
        let mut clusters = reunite(schema, records, weights, (&pairs, &heaps), clusters);
        clusters.sort_unstable();
        Linked { pairs, clusters }
    }

    /// How often each pattern occurs; of very many pairs a share drawn by content, so that neither
    /// the order of the rows nor the number of threads matters.
    fn learning_counts<S: Schema>(
        &self,
        schema: &S,
        records: &[S::Record],
        pairs: &[Pair],
        patterns: &[Pattern],
    ) -> Counts {
        let further = self.learning_patterns(schema, records, pairs);
        let one_in = pairs.len().div_ceil(LEARNING_PAIRS).max(1) as u64;
        let mut drawn: Vec<Pattern> = if one_in == 1 {
            patterns.iter().copied().chain(further).collect()
        } else {
            let keys = parallel::concat(records.len(), self.threads, |range| {
                records[range].iter().map(|record| schema.content_key(record)).collect()
            });
            let drawn = |pair: &Pair| {
                let (a, b) = pair.rows();
                hash::mix(0, keys[a as usize] ^ keys[b as usize]).is_multiple_of(one_in)
            };
            let both = pairs.iter().zip(patterns);
            both.filter(|(pair, _)| drawn(pair)).map(|(_, pattern)| *pattern).collect()
        };
        drawn.sort_unstable();
        drawn.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect()
    }

    /// Patterns of pairs that only learning sees, when the candidates are few: a small set has too
    /// few chance meetings among its candidates to tell how common they are.
    fn learning_patterns<S: Schema>(
        &self,
        schema: &S,
        records: &[S::Record],
        pairs: &[Pair],
    ) -> Vec<Pattern> {
        if schema.learning_rules() == 0 || pairs.len() > LEARNING_PAIRS / 2 {
            return Vec::new();
        }
        let rules = schema.rules()..schema.rules() + schema.learning_rules();
        let mut further = candidate_pairs(schema, records, rules, self.threads);
        further.retain(|pair| pairs.binary_search(pair).is_err());
        self.compare(schema, records, &further)
    }
}

/// All pairs, those of `newer` in place of the same ones of `older`; both in order.
fn merge(older: Vec<LinkedPair>, newer: Vec<LinkedPair>) -> Vec<LinkedPair> {
    let mut merged = Vec::with_capacity(older.len().max(newer.len()));
    let mut newer = newer.into_iter().peekable();
    for pair in older {
        let place = (pair.a, pair.b);
        while let Some(next) = newer.next_if(|next| (next.a, next.b) < place) {
            merged.push(next);
        }
        merged.push(newer.next_if(|next| (next.a, next.b) == place).unwrap_or(pair));
    }
    merged.extend(newer);
    merged.retain(|pair| pair.weight > SHOWN_MIN);
    merged
}

fn judge_heap<S: Schema>(
    schema: &S,
    records: &[S::Record],
    weights: &Weights,
    heap: &Heap,
    linked: &mut Linked,
) {
    // The order of the records in a sum must not depend on where they stood in the input.
    let mut heap = heap.clone();
    heap.sort_by_cached_key(|&row| (schema.content_key(&records[row as usize]), row));
    let record = |at: usize| &records[heap[at] as usize];
    let patterns: Vec<(Pattern, f64)> = collective::triangle(heap.len())
        .map(|(a, b)| {
            let pattern = schema.compare(record(a), record(b));
            (pattern, weights.weight(pattern))
        })
        .collect();
    let judged = collective::judge(heap.len(), |a, b| patterns[b * (b - 1) / 2 + a].1);
    for (place, (a, b)) in collective::triangle(heap.len()).enumerate() {
        let (pattern, alone) = patterns[place];
        let weight = judged.weights[place];
        let (low, high) = (heap[a].min(heap[b]), heap[a].max(heap[b]));
        let verdict = weights.thresholds.verdict(weight);
        linked.pairs.push(LinkedPair { a: low, b: high, weight, alone, pattern, verdict });
    }
    let groups = judged.groups.iter().max().map_or(0, |last| last + 1);
    for group in 0..groups {
        let mut members: Vec<u32> =
            (0..heap.len()).filter(|&at| judged.groups[at] == group).map(|at| heap[at]).collect();
        if members.len() > 1 {
            members.sort_unstable();
            linked.clusters.push(members);
        }
    }
}
