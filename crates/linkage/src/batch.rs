//! Slice.
use crate::blocking::{Pair, candidate_pairs};
use crate::collective;
use crate::hash::QuickMap;
use crate::mixture;
use crate::normalise::{ListHabits, Normaliser};
use crate::people::{People, PeopleFacts};
use crate::record::{RawRecord, Record};
use crate::schema::{Pattern, Schema};

/// Normalises.
pub fn normalise_all(raws: &[RawRecord<'_>]) -> Vec<Record> {
    let mut normaliser = Normaliser::new();
    let mut lists: QuickMap<u64, Vec<u32>> = QuickMap::default();
    for (at, raw) in (0u32..).zip(raws) {
        lists.entry(list_key(raw)).or_default().push(at);
    }
    let mut habits: QuickMap<u64, ListHabits> = QuickMap::default();
    for (key, rows) in &lists {
        habits.insert(*key, normaliser.habits(rows.iter().map(|&at| raws[at as usize])));
    }
    raws.iter().map(|raw| normaliser.record(raw, &habits[&list_key(raw)])).collect()
}

fn list_key(raw: &RawRecord<'_>) -> u64 {
    crate::hash::mix(crate::hash::text(raw.commune), crate::hash::text(raw.list))
}

/// Pairs.
pub fn link(raws: &[RawRecord<'_>]) -> Vec<(u32, u32, f64, Pattern)> {
    let mut records = normalise_all(raws);
    let people = People::new(PeopleFacts::learn(&records));
    for record in &mut records {
        people.settle(record);
    }
    let pairs = candidate_pairs(&people, &records, 2);
    let compare = |pair: &Pair| {
        let (a, b) = pair.rows();
        people.compare(&records[a as usize], &records[b as usize])
    };
    let patterns: Vec<Pattern> = pairs.iter().map(compare).collect();
    let mut sorted = patterns.clone();
    sorted.sort_unstable();
    let counts =
        sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect::<Vec<_>>();
    let classes = mixture::learn(people.comparisons(), &counts);
    if std::env::vars_os().any(|(k, _)| k == "LK_DUMP") {
        for (at, c) in people.comparisons().iter().enumerate() {
            eprintln!("{}", c.name);
            for (l, level) in c.levels.iter().enumerate() {
                eprintln!("   {:24} {}", level.name, classes.iter().map(|k| format!("{:8.4}", k.levels[at][l])).collect::<String>());
            }
        }
        eprintln!("share {}", classes.iter().map(|k| format!("{:8.4}", k.share)).collect::<String>());
    }
    let mut scored: Vec<(u32, u32, f64, Pattern)> = pairs
        .iter()
        .zip(patterns)
        .map(|(pair, pattern)| {
            let (a, b) = pair.rows();
            (a, b, mixture::weight(&classes, pattern), pattern)
        })
        .collect();
    let links: Vec<_> = scored.iter().map(|s| collective::Link { a: s.0, b: s.1, weight: s.2 }).collect();
    let mut known: QuickMap<u64, usize> = QuickMap::default();
    for (at, s) in scored.iter().enumerate() { known.insert(u64::from(s.0) << 32 | u64::from(s.1), at); }
    for heap in collective::heaps(&links) {
        if heap.len() < 3 { continue; }
        let w = |a: usize, b: usize| {
            let (x, y) = (heap[a], heap[b]);
            let p = people.compare(&records[x as usize], &records[y as usize]);
            mixture::weight(&classes, p)
        };
        let j = collective::judge(heap.len(), w);
        let mut n = 0;
        for b in 1..heap.len() { for a in 0..b {
            let (x, y) = (heap[a], heap[b]);
            let new = j.weights[n];
            n += 1;
            match known.get(&(u64::from(x) << 32 | u64::from(y))) {
                Some(&at) => scored[at].2 = new,
                None if new > -3.0 => scored.push((x, y, new, people.compare(&records[x as usize], &records[y as usize]))),
                None => {}
            }
        } }
    }
    scored
}
