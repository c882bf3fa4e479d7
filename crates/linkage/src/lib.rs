//! Who is the same person in Vietnamese lists.
//!
//! The crate reads rows as lists have them, brings the ones together that may be one person
//! ([blocking](schema::Schema::keys)), compares them field by field in levels, and turns the
//! levels into odds with weights that it learned from the rows themselves, without labels. Then it
//! judges the rows that hang together as a whole, so that a third record can carry or refute a
//! pair, and says in Vietnamese words why.
//!
//! Two thresholds lie on the odds: *certain* may stop a payment, *suspected* asks a person. The
//! crate never merges rows. It is pure: no files, no clock, no randomness; the result depends
//! neither on the order of the rows nor on the number of threads.
//!
//! ```
//! use linkage::batch::Batch;
//! use linkage::{RawRecord, reasons};
//!
//! let row = |name, birth, id_number, address, list| RawRecord {
//!     name, birth, id_number, address, list, commune: "18009", district: "042-430",
//!     ..RawRecord::default()
//! };
//! let rows = [
//!     row("Nguyễn Thị Hòa", "12/03/1961", "042161007788", "Thôn Nam Mỹ", "NCC"),
//!     row("NGUYỄN THỊ HOÀ", "1961", "42161007788", "thôn Nam Mỹ, xã Xuân Long", "HN"),
//!     row("Phan Văn Đậu", "02/09/1975", "042075001122", "Thôn Nam Mỹ", "HN"),
//! ];
//! let (model, linked) = Batch::default().people(&rows, None);
//! let pair = &linked.pairs[0];
//! assert_eq!((pair.a, pair.b), (0, 1));
//! let why = reasons::of_pair(&model.schema(), &model.weights, pair);
//! assert!(why.contains("trùng số CCCD"), "{why}");
//! ```
//!
//! | way in | what for |
//! |---|---|
//! | [`batch::Batch::people`] | all rows against each other, learning a model or with a given one |
//! | [`index::Index`] | one row against everything, in process |
//! | [`index::rank`] | one row against rows that a database found by [`schema::Schema::keys`] |
//! | [`table::read`] | the rows of a CSV text |
//! | [`fields::Fields`] | records that are not Vietnamese lists |
//!
//! Figures and what they were measured on: the crate's `README.md`.

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
mod reunite;
pub mod schema;
mod spelling;
pub mod syllable;
pub mod table;

pub use model::{PeopleModel, Thresholds, Verdict};
pub use normalise::{ListHabits, Normaliser};
pub use record::{Normalised, RawRecord, Record, Sex};
