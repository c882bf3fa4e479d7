//! Spreadsheets: reads xlsx, xls, ods, csv and HTML tables into positioned rows; writes xlsx and csv.
//!
//! Nothing here knows what a beneficiary is. A cell keeps what was stored (a number stays a number,
//! a date stays its serial), where it stood, and the font it was written in, because in Viet Nam the
//! font decides what the bytes mean (TCVN3 `.VnTime`, VNI-Windows).

mod types;

pub use types::*;
