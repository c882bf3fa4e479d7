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
//! Formats, their sources and what was measured: the crate's `README.md`.

pub mod checkpoint;
pub mod commitment;
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
