//! What anyone can read.

mod home;
mod lookup;
mod map;
mod published;
mod seed;
mod spread;
mod timing;
mod today;
