//! From a file to confirmed rows.
