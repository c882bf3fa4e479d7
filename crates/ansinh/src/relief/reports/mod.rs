//! Reports: roll-ups by unit, group, day and decision, lists of rows, and files of both. Every number
//! is added up from the rows that its link shows; nothing is typed in.

mod build;
mod daily;
mod files;
mod pages;
mod rules;
mod store;
mod types;

pub use pages::routes;
