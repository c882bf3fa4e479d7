//! The audit chain, backup, and what the operator watches.

mod backup;
mod chain;
mod watch;
