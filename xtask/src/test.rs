//! `cargo xtask test`: installs what is missing, then runs everything.

use std::process::Command;

use crate::postgres::Postgres;
use crate::run::{command, exists, shown, target, variable};
use crate::{browser, install, prove};

pub fn run(arguments: &[String]) -> Result<(), String> {
    let quick = arguments.iter().any(|argument| argument == "--quick");
    if !quick {
        install::browser()?;
    }
    // A minimal Rust lacks them, and they are needed last.
    if !exists("rustfmt") || !exists("cargo-clippy") {
        shown(command("rustup", &["component", "add", "rustfmt", "clippy"]))?;
    }
    let postgres = Postgres::start()?;
    shown(command("cargo", &["fmt", "--all", "--check"]))?;
    tests(&postgres)?;
    score_workbooks()?;
    prove::short()?;
    if quick {
        return Ok(());
    }
    browser::run(&postgres)?;
    shown(command(
        "cargo",
        &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
    ))
}

fn tests(postgres: &Postgres) -> Result<(), String> {
    let mut tests = command("cargo", &["test", "--workspace"]);
    tests.env("ANSINH_TEST_POSTGRES", &postgres.address);
    shown(tests)
}

/// The workbook reader against the expected files, when the data folder is there.
fn score_workbooks() -> Result<(), String> {
    let Some(shared) = shared() else { return Ok(()) };
    shown(command("cargo", &["build", "--package", "ansinh"]))?;
    let program = target().join("debug/ansinh").display().to_string();
    let scorer = shared.join("tools/score_sheets.py").display().to_string();
    let samples = shared.join("data/workbooks/dev").display().to_string();
    let mut score: Command =
        command("python3", &[&scorer, &samples, &program, "sheets", "read", "{}", "--json"]);
    score.env("PYTHONDONTWRITEBYTECODE", "1");
    shown(score)
}

/// The data folder: `ANSINH_SHARED`, or `../shared` beside the checkout.
fn shared() -> Option<std::path::PathBuf> {
    let folder = variable("ANSINH_SHARED")
        .map_or_else(|| crate::run::root().join("../shared"), std::path::PathBuf::from);
    if folder.join("data/workbooks/dev").exists() {
        return Some(folder);
    }
    println!(
        "NOT TESTED: the workbook samples are absent ({}); set ANSINH_SHARED",
        folder.display()
    );
    None
}
