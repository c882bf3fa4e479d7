//! Measures one row against many:
//!
//!     cargo run --release -p linkage --example online -- ROWS.csv
//!
//! Learns a model from the rows, builds the index from all but every fortieth, asks for those one
//! by one, and prints the percentiles of the time of an answer.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]

use std::time::{Duration, Instant};

use linkage::batch::Batch;
use linkage::index::Index;

#[expect(clippy::disallowed_methods, reason = "an example that measures itself")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: online ROWS.csv")?;
    let text = std::fs::read(path)?;
    let table = linkage::table::read(&text)?;
    let batch = Batch::default();
    let (model, _) = batch.people(&table.rows, None);
    let schema = model.schema();
    let mut records = batch.normalise(&table.rows);
    for record in &mut records {
        schema.settle(record);
    }
    let asked: Vec<_> = records.iter().copied().step_by(40).collect();
    let kept = (0u64..).zip(records).filter(|(at, _)| at % 40 != 0);
    let started = now();
    let mut index = Index::build(schema, model.weights, kept);
    println!("{} records, built in {:.2} s", index.len(), started.elapsed().as_secs_f64());
    let mut times = Vec::with_capacity(asked.len());
    let mut found = 0;
    for record in &asked {
        let started = now();
        found += index.find(record, None).len();
        times.push(started.elapsed());
    }
    show("find", times);
    println!("{found} matches for {} rows", asked.len());
    let mut times = Vec::with_capacity(asked.len());
    for (id, record) in (10_000_000u64..).zip(&asked) {
        let started = now();
        index.insert(id, *record);
        times.push(started.elapsed());
    }
    show("insert", times);
    let started = now();
    index.compact();
    println!("compacted in {:.2} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!(
        "{what}: p50 {:.1} µs, p95 {:.1} µs, p99 {:.1} µs, p99.9 {:.1} µs, longest {:.1} µs",
        at(0.5),
        at(0.95),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}
