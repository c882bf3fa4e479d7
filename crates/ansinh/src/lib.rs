//! An Sinh: emergency relief from a commune's Excel list to paid and public.
//!
//! Start reading at `docs/ARCHITECTURE.md`. A request goes route → pages → rules → store → template
//! inside one room.

pub mod areas;
pub mod audit;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod database;
pub mod demo;
pub mod duties;
pub mod feedback;
pub mod identity;
pub mod intake;
pub mod journal;
pub mod keyfile;
pub mod newsroom;
pub mod opendata;
pub mod portal;
pub mod relief;
pub mod steering;
pub mod transparency;
pub mod watch;
pub mod web;
