//! The audit chain, access lists, backup, and what the operator watches.

mod chain;
