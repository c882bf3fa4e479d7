//! Paying, correcting, returning.

mod acts;
mod corrections;
mod finding;
pub mod fixture;
mod from_list;
mod proof;
mod reasons;
mod same_instant;
mod sheet;
