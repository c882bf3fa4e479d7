//! What anyone can read.
