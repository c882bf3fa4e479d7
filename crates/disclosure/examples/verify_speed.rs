//! Measures how long a log takes to verify on one thread, and whether changed bytes are noticed:
//!
//!     cargo run --release -p disclosure --example verify_speed -- [LEAVES] [CHANGES]
//!
//! Without arguments: 400,000 leaves, and 10,000 one-byte changes over the files of a log of 700.
//! Every change is one byte of one file set to another value, file and place drawn evenly; then
//! the whole log is verified. All is in memory; reading from a disk or a network comes on top.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "an example that measures itself")]

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use disclosure::checkpoint::{self, Checkpoint, Policy};
use disclosure::commitment::{Private, commit};
use disclosure::key::{Role, SignerKey};
use disclosure::leaf::{Code, Kind, PaymentLeaf};
use disclosure::merkle::Tree;
use disclosure::{tile, verify};

const ORIGIN: &str = "nhatky.example/chitra";

type Files = HashMap<String, Vec<u8>>;

/// xorshift64*: changes drawn the same in every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below
    }
}

/// A made-up payment: 2,000 a day over 216 communes, every fiftieth taken back.
fn payment(number: u64) -> Option<PaymentLeaf> {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let identity = format!("0421{number:08}");
    let private = Private { payee: "Nguyễn Thị Hòa", identity: &identity, entitlement: "e" };
    let back = number % 50 == 49;
    Some(PaymentLeaf {
        day: NaiveDate::from_ymd_opt(2025, 11, 3)?.checked_add_days(Days::new(number / 2000))?,
        commune: Code::parse(&(18_000 + number % 216).to_string())?,
        district: Code::parse("042-430"),
        programme: Code::parse("NQ42")?,
        group: Code::parse(["HN", "CN", "NCC"][(number % 3) as usize])?,
        amount: if back { -1_500_000 } else { 1_500_000 },
        kind: if back { Kind::Reversed } else { Kind::Paid },
        commitment: commit(&salt, &private),
    })
}

fn publish(size: u64) -> Result<(Files, Policy), Box<dyn Error>> {
    let log = SignerKey::from_seed(ORIGIN, Role::Log, &[1; 32])?;
    let witness = SignerKey::from_seed("mattran.example", Role::Witness, &[2; 32])?;
    let mut tree = Tree::new();
    let mut entries = Vec::new();
    for number in 0..size {
        let line = payment(number).ok_or("no such payment")?.encode()?;
        tree.push(line.as_bytes());
        entries.push(line);
    }
    let files = tile::files(&tree, 0, |number| &entries[number as usize]);
    let mut files = files.collect::<Result<Files, _>>()?;
    let mut note = Checkpoint::new(ORIGIN, size, tree.root())?.sign(&log);
    let bytes = note.to_string().into_bytes();
    let alone = Policy::new(log.verifier().clone(), Vec::new(), 0)?;
    let (line, _) = checkpoint::cosign(&witness, &alone, None, &bytes, &[], 1_763_000_000)?;
    note.signatures.push(line);
    files.insert(tile::CHECKPOINT.to_owned(), note.to_string().into_bytes());
    let policy = Policy::new(log.verifier().clone(), vec![witness.verifier().clone()], 1)?;
    Ok((files, policy))
}

fn check(files: &Files, policy: &Policy) -> Result<verify::Report, verify::VerifyError> {
    verify::log(|path| files.get(path).cloned().ok_or("không có tệp"), policy)
}

/// How many of so many one-byte changes nobody noticed.
fn unnoticed(files: &mut Files, policy: &Policy, changes: u64) -> usize {
    let mut paths: Vec<String> = files.keys().cloned().collect();
    paths.sort();
    let mut draw = Draw(0x5eed);
    let mut missed = 0;
    for _ in 0..changes {
        let path = &paths[draw.next(paths.len())];
        let Some(bytes) = files.get_mut(path) else { continue };
        let (place, flip) = (draw.next(bytes.len()), 1 + draw.next(255) as u8);
        bytes[place] ^= flip;
        if check(files, policy).is_ok() {
            println!("unnoticed: {path}, byte {place}, xor {flip}");
            missed += 1;
        }
        if let Some(byte) = files.get_mut(path).and_then(|bytes| bytes.get_mut(place)) {
            *byte ^= flip;
        }
    }
    missed
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let leaves = numbers.next().transpose()?.unwrap_or(400_000);
    let changes = numbers.next().transpose()?.unwrap_or(10_000);

    let start = Instant::now();
    let (files, policy) = publish(leaves)?;
    let bytes: usize = files.values().map(Vec::len).sum();
    println!(
        "{leaves} leaves, {} files, {bytes} bytes: made in {:?}",
        files.len(),
        start.elapsed()
    );
    let start = Instant::now();
    let report = check(&files, &policy)?;
    let took = start.elapsed();
    let sums = report.totals.iter().count();
    let balance = report.totals.sum(|_| true).balance();
    println!("verified in {took:?}: {} files read, {sums} sums, {balance} đồng", report.files);

    let (mut files, policy) = publish(700)?;
    check(&files, &policy)?;
    let start = Instant::now();
    let missed = unnoticed(&mut files, &policy, changes);
    let took = start.elapsed();
    println!("{changes} changed bytes over {} files: {missed} unnoticed, {took:?}", files.len());
    Ok(())
}
