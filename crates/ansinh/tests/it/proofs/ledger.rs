//! The ledger against a model: any order of paying, not paying, returning, correcting, demanding back,
//! paying back in parts, waiving, while books close and are opened again. After every sequence each
//! entitlement, its entries and demands, the late marks and the reports say what the model says, and
//! the ledger proves itself; an act that the model refuses is refused with the model's reason.

mod batch;
mod check;
mod model;
mod play;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ansinh::audit;
use ansinh::identity::Scope;
use ansinh::relief::prove_ledger;

use super::{engine, now, seed, size, told};
use crate::support::{Engine, TestApp, units_day};
use batch::{Batch, Tally};

/// Cases: short, whole.
const CASES: (usize, usize) = (1_000, 100_000);

/// Cases that share a commune, a clock and requests.
const BATCH: usize = 250;

/// Batches of one database: each has its own commune.
const BATCHES_MAX: usize = 20;

/// Batches under way at the same time.
const WORKERS: usize = 2;

/// Plays batches `first` … on a fresh database.
async fn play(kind: Engine, first: usize, batches: usize) -> Option<(Tally, &'static str)> {
    let t = Arc::new(TestApp::start_volatile(kind).await?);
    let communes = t.app.areas.communes("42", units_day());
    let next = Arc::new(AtomicUsize::new(first));
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let (t, next, communes) = (t.clone(), next.clone(), communes.clone());
        workers.push(tokio::spawn(async move {
            let mut sum = Tally::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= first + batches {
                    return sum;
                }
                let commune = &communes[number - first];
                let batch = Batch::new(&t, commune, (seed(), number), BATCH).await;
                sum.add(&batch.run().await);
            }
        }));
    }
    let mut sum = Tally::default();
    for worker in workers {
        sum.add(&worker.await.unwrap());
    }
    let scope = Scope::Province { province: "42".to_owned() };
    let proof = prove_ledger(&t.app.db, &scope).await.unwrap();
    assert_eq!(proof.faults, Vec::<String>::new());
    assert_eq!((proof.entitlements, proof.entries), (batches * BATCH, sum.entries));
    assert_eq!((proof.recoveries, proof.paid_dong), (sum.demands, sum.paid_dong));
    assert!(audit::verify(&t.app.db, &[]).await.unwrap().faults.is_empty());
    Some((sum, engine(&t)))
}

async fn any_order_of_acts_leaves_what_the_model_says(kind: Engine) {
    let begun = now();
    let batches = size(CASES.0, CASES.1) / BATCH;
    let (mut sum, mut name) = (Tally::default(), "");
    for first in (0..batches).step_by(BATCHES_MAX) {
        let count = BATCHES_MAX.min(batches - first);
        let Some((more, engine)) = play(kind, first, count).await else { return };
        sum.add(&more);
        name = engine;
    }
    let (cases, acts) = (batches * BATCH, sum.acts);
    let Tally { created, exists, refused, late, openings, demands, .. } = sum;
    let line = format!(
        "the ledger against its model on {name}: {cases} cases, {acts} acts ({created} written, \
         {exists} answered again, {refused} refused for the model's reason), {late} late marks, \
         {openings} books opened or closed again, {demands} demands"
    );
    told(&line, begun);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_of_acts_leaves_what_the_model_says_sqlite() {
    any_order_of_acts_leaves_what_the_model_says(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_of_acts_leaves_what_the_model_says_postgres() {
    any_order_of_acts_leaves_what_the_model_says(Engine::Postgres).await;
}
