//! `cargo xtask bench`: figures beside named peers, measured in the same run. Never part of a test.

pub fn run(_arguments: &[String]) -> Result<(), String> {
    Err("no benchmark yet".to_owned())
}
