//! Facts and forms of Viet Nam that every room of An Sinh needs: names and their spelling, old
//! single-byte encodings, identity and phone numbers, đồng, dates of birth, working days and
//! administrative units with their history.
//!
//! The crate is pure: no files are read, no clock is asked. Whatever is "today" is a parameter.
//! Codes, names and dates live in small tables under `data/` (see `data/README.md`) that are
//! compiled in and parsed once.

pub mod calendar;
pub mod charset;
pub mod date;
pub mod identity;
pub mod money;
pub mod phone;
pub mod text;
pub mod units;
