//! Paying, correcting, returning.
