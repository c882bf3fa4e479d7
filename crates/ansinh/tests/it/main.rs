//! The one integration binary: stories by room, each on SQLite and on a real PostgreSQL.
//!
//! PostgreSQL is reached through `ANSINH_TEST_POSTGRES` (set by `cargo xtask test`, which starts
//! one). Without it those halves say so and pass nothing off as tested.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod access;
mod budgets;
mod build;
mod daily;
mod duties;
mod exports;
mod feedback;
mod identity;
mod intake;
mod kept;
mod many;
mod newsroom;
mod opendata;
mod paper_columns;
mod payments;
mod portal;
mod programmes;
mod proofs;
mod recovery;
mod relief;
mod reports;
mod signing;
mod steering;
mod support;
mod trace;
mod transparency;
mod two_tiers;
mod watching;
