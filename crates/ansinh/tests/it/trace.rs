//! The audit chain, backup, and what the operator watches.

mod access;
mod backup;
mod chain;
mod journal;
mod printed;
mod watch;
