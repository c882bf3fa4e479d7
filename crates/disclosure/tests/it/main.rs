//! The crate from outside: known answers, properties, and what a hostile publisher may try.

#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod merkle;
mod payments;
mod signed;
mod tiles;
mod whole;

use chrono::NaiveDate;
use disclosure::Hash;
use disclosure::leaf::{Code, Kind, PaymentLeaf};
use disclosure::merkle::Tree;

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    for number in 0..size {
        tree.push(&number.to_be_bytes());
    }
    tree
}

fn hash(hex: &str) -> Hash {
    Hash::from_hex(hex.as_bytes()).unwrap()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// A made-up payment, another one for each number.
fn payment(number: u64) -> PaymentLeaf {
    let first = NaiveDate::from_ymd_opt(2025, 11, 3).unwrap();
    PaymentLeaf {
        day: first + chrono::Days::new(number / 500),
        commune: code(&format!("{}", 18_000 + number % 7)),
        district: (!number.is_multiple_of(3)).then(|| code("042-430")),
        programme: code("NQ42"),
        group: code(["HN", "CN", "NCC"][(number % 3) as usize]),
        amount: if number % 50 == 49 { -500_000 } else { 1_500_000 },
        kind: if number % 50 == 49 { Kind::Reversed } else { Kind::Paid },
        commitment: Hash::of_leaf(&number.to_le_bytes()),
    }
}
