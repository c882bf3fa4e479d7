//! How good the pairs are: floors well below what is measured, to notice when something breaks.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use linkage::batch::{Batch, Linked};
use linkage::{RawRecord, Verdict, table};

use crate::{made_up, raw};

/// F1 of the pairs that are suspected or certain, and the precision of the certain ones.
fn figures<P: PartialEq>(
    linked: &Linked,
    person: impl Fn(usize) -> P,
    true_pairs: usize,
) -> (f64, f64) {
    let count = |least: Verdict| {
        let given = linked.pairs.iter().filter(|pair| pair.verdict >= least);
        let hits = given.clone().filter(|pair| person(pair.a as usize) == person(pair.b as usize));
        (hits.count() as f64, given.count() as f64)
    };
    let (hits, given) = count(Verdict::Suspected);
    let (certain_hits, certain) = count(Verdict::Certain);
    (2.0 * hits / (given + true_pairs as f64), certain_hits / certain.max(1.0))
}

fn pairs_of<P: std::hash::Hash + Eq>(people: impl Iterator<Item = P>) -> usize {
    let mut sizes: HashMap<P, usize> = HashMap::new();
    for person in people {
        *sizes.entry(person).or_default() += 1;
    }
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}

#[test]
fn made_up_lists_of_every_level() {
    for (level, f1_floor, certain_floor) in
        [("easy", 0.975, 0.99), ("medium", 0.95, 0.985), ("hard", 0.87, 0.97)]
    {
        let rows = made_up(6000, level, 41);
        let raws: Vec<RawRecord<'_>> = rows.iter().map(raw).collect();
        let (_, linked) = Batch::default().people(&raws, None);
        let true_pairs = pairs_of(rows.iter().map(|row| row.person));
        let (f1, certain) = figures(&linked, |at| rows[at].person, true_pairs);
        println!("{level}: F1 {f1:.4}, precision of certain {certain:.4}");
        assert!(f1 > f1_floor, "{level}: F1 {f1:.4}");
        assert!(certain > certain_floor, "{level}: precision of certain {certain:.4}");
    }
}

/// `ANSINH_SHARED`, or `shared` beside the repository.
fn sample(name: &str) -> Option<(String, String)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::vars_os()
        .find(|(name, _)| name == "ANSINH_SHARED")
        .map_or(beside, |(_, path)| PathBuf::from(path));
    let read = |file: String| std::fs::read_to_string(shared.join("data/linkage").join(file)).ok();
    let found = read(format!("{name}.csv")).zip(read(format!("{name}.truth.csv")));
    if found.is_none() {
        println!("SKIPPED: {name} is not in {}, the sample was not linked", shared.display());
    }
    found
}

#[test]
fn the_samples_handed_over() {
    for (name, f1_floor) in [("vn5k_easy", 0.985), ("vn5k_medium", 0.955)] {
        let Some((text, truth)) = sample(name) else { return };
        let sample = table::read(text.as_bytes()).unwrap();
        let (_, linked) = Batch::default().people(&sample.rows, None);
        let people: HashMap<&str, &str> =
            truth.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
        let person = |at: usize| people[&*sample.ids[at]];
        let true_pairs = pairs_of(people.values());
        let (f1, certain) = figures(&linked, person, true_pairs);
        println!("{name}: F1 {f1:.4}, precision of certain {certain:.4}");
        assert!(f1 > f1_floor, "{name}: F1 {f1:.4}");
        assert!(certain > 0.98, "{name}: precision of certain {certain:.4}");
    }
}
