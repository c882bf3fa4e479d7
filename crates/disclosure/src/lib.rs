//! The transparency log of payments: what was paid on each day, so that anybody can add it up and
//! nobody can change it afterwards unseen.
//!
//! Each payment is a line of public facts ([`leaf`]) with a salted [commitment] to the payee. The
//! lines are the leaves of an RFC 6962 Merkle tree ([`merkle`]), published as the static files of
//! C2SP tlog-tiles ([`tile`]) under a [`checkpoint`] that the log signs and witnesses co-sign. The
//! salt is on the payee's [`slip`] only: with it she proves that her payment is in the log, and
//! without it the log tells nothing of her. [`verify`] checks a whole log from its files.
//!
//! The crate is pure: no files, no clock, no network, no randomness. Files are read through a
//! closure, times, salts and seeds of keys are handed in.
//!
//! ```
//! use disclosure::checkpoint::{Checkpoint, Policy};
//! use disclosure::key::{Role, SignerKey};
//! use disclosure::leaf::PaymentLeaf;
//! use disclosure::merkle::Tree;
//! use disclosure::{Hash, tile, verify};
//!
//! let none = Hash::of_leaf(b"stands for a commitment");
//! let line = format!("ansinh1|2025-11-03|18009|-|NQ42|HN|1500000|paid|{none}");
//! PaymentLeaf::parse(line.as_bytes())?;
//! let mut tree = Tree::new();
//! tree.push(line.as_bytes());
//!
//! // What is published: static files, the head last.
//! let mut files = tile::files(&tree, 0, |_| &line).collect::<Result<Vec<_>, _>>()?;
//! let key = SignerKey::from_seed("log.example", Role::Log, &[7; 32])?;
//! let head = Checkpoint::new("log.example", tree.size(), tree.root())?.sign(&key);
//! files.push((tile::CHECKPOINT.to_owned(), head.to_string().into_bytes()));
//!
//! // What a stranger does with them.
//! let fetch = |path: &str| {
//!     let file = files.iter().find(|(name, _)| name == path);
//!     file.map(|(_, bytes)| bytes.clone()).ok_or("không có tệp")
//! };
//! let report = verify::log(fetch, &Policy::new(key.verifier().clone(), vec![], 0)?)?;
//! assert_eq!(report.totals.sum(|key| key.commune.as_str() == "18009").balance(), 1_500_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Formats, their sources and what was measured: the crate's `README.md`.

pub mod checkpoint;
pub mod commitment;
pub mod edge;
pub mod hash;
pub mod key;
pub mod leaf;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod reader;
pub mod slip;
pub mod tile;
pub mod totals;
pub mod verify;

pub use hash::Hash;
