//! Who is the same person in Vietnamese lists.
pub mod birth;
mod blocking;
mod collective;
pub mod frequency;
mod hash;
mod levels;
mod mixture;
pub mod name;
pub mod normalise;
pub mod number;
pub mod people;
mod place;
pub mod record;
pub mod schema;
pub mod syllable;
pub mod batch;

pub use normalise::{ListHabits, Normaliser};
pub use record::{Normalised, RawRecord, Record, Sex};
