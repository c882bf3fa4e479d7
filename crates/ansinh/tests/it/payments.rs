//! Paying, correcting, returning.

mod acts;
mod corrections;
mod finding;
pub mod fixture;
mod same_instant;
