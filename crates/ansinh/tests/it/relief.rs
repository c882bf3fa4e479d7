//! Lists from draft to decision, duplicates, and what must not happen.

mod lists;
mod people;
