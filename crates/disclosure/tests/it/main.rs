//! The crate from outside: known answers, properties, and what a hostile publisher may try.

#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod merkle;
mod signed;
mod tiles;

use disclosure::Hash;
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
