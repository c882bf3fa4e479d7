//! `cargo xtask demo`: builds, fills a SQLite database with Hà Tĩnh 2020, serves it.

use crate::run::{command, root, shown};

pub fn run(arguments: &[String]) -> Result<(), String> {
    let data = root().join("demo-data").display().to_string();
    let mut words = vec!["run", "--quiet", "--package", "ansinh", "--", "demo", "--data", &data];
    words.extend(arguments.iter().map(String::as_str));
    shown(command("cargo", &words))
}
