//! Who is the same person in Vietnamese lists.
pub mod batch;
pub mod birth;
mod blocking;
mod collective;
pub mod fields;
pub mod frequency;
mod hash;
pub mod index;
mod levels;
mod mixture;
pub mod model;
pub mod name;
pub mod normalise;
pub mod number;
mod parallel;
pub mod people;
mod place;
pub mod reasons;
pub mod record;
pub mod schema;
pub mod syllable;

pub use normalise::{ListHabits, Normaliser};
pub use record::{Normalised, RawRecord, Record, Sex};
