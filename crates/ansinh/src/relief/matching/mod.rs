//! Who is the same person: rows that wait are compared with every row of the province, and pairs
//! that may be one person are raised for the desk. The database keeps the keys by which rows find
//! each other, so that nothing is lost by a restart and several servers see the same.

mod cases;
mod compare;
mod engine;
mod memory;
mod near;
mod rules;
mod store;
mod whole;

pub(in crate::relief) use compare::compare_before;
pub use compare::{compare_lists, compare_waiting, keep_comparing};
pub use engine::Matcher;
pub(in crate::relief) use memory::{forget, remember};
pub(in crate::relief) use rules::desk_of;
