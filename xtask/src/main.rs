//! The project's own commands:
//!
//! - `cargo xtask demo` runs the main job on SQLite with made-up data of Hà Tĩnh 2020;
//! - `cargo xtask test` installs what the tests need and runs everything;
//! - `cargo xtask prove` runs the proofs of the ledger in full;
//! - `cargo xtask bench` prints ratios against named peers measured in the same run.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod bench;
mod browser;
mod demo;
mod install;
mod postgres;
mod prove;
mod run;
mod style;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [--port N] [--fresh]   the main job on SQLite, with made-up people of Hà Tĩnh 2020
cargo xtask test [--quick]              everything: format, lints, style, both databases, browser
                                        (--quick leaves out lints and the browser)
cargo xtask prove [NAME…] [--seed N]    nothing lost, nothing paid twice, in full: chu-pah,
                                        same-instant, ledger, kill (--sqlite, --postgres: one half)
cargo xtask bench [NAME…]               measured figures beside named peers: sheets, intake,
                                        payments, public, linkage [ROWS]
cargo xtask postgres                    a PostgreSQL for development; prints its address and stays";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("demo") => demo::run(rest),
        Some("test") => test::run(rest),
        Some("prove") => prove::run(rest),
        Some("bench") => bench::run(rest),
        Some("postgres") => postgres::stay(),
        Some("--help" | "-h" | "help") | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("unknown command {other:?}\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
