//! `cargo xtask bench`: figures beside named peers, measured in the same run. Never part of a test.
//!
//! - `sheets`: whole-process time of reading every cell of a 20,000-row workbook, ours and openpyxl's,
//!   in turn A B A B …, the median of each and the ratio;
//! - `intake`: a 2,000-row workbook checked and committed beside 400,000 persons, and the 400,000
//!   rows before it, on SQLite and on PostgreSQL;
//! - `export`: 400,000 rows as XLSX and CSV, with the memory it takes, on both;
//! - `pages`: start, every kind of officer's page, look-ups and memory with 400,000 people, on both;
//! - `payments`: 216 clerks recording payments one by one, each on the disk before it is answered, on
//!   SQLite and on PostgreSQL, beside both engines doing the same writes without us;
//! - `public`: public pages, and nginx serving the same packed bytes with the same headers, in turn: answers
//!   for each second of the server's own processor;
//! - `linkage [ROWS]`: `ansinh match` and Splink 5 on DuckDB (from PyPI, in a virtual environment of
//!   its own) on the same made-up people, a million or as many as are named: time, memory, F1.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

mod linkage;
mod payments;
mod public;

use crate::postgres::Postgres;
use crate::run::{command, output, shown, target};

const ROUNDS: usize = 5;
const PEER: &str = include_str!("read_openpyxl.py");

pub fn run(arguments: &[String]) -> Result<(), String> {
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|a| a == name);
    if wanted("sheets") {
        sheets()?;
    }
    if wanted("intake") {
        on_both("intake")?;
    }
    if wanted("export") {
        on_both("export")?;
    }
    if wanted("pages") {
        on_both("pages")?;
    }
    if wanted("payments") {
        payments::run()?;
    }
    if wanted("public") {
        public::run()?;
    }
    if wanted("linkage") {
        let rows = arguments.iter().find_map(|argument| argument.replace('_', "").parse().ok());
        linkage::run(rows.unwrap_or(linkage::ROWS))?;
    }
    Ok(())
}

fn sheets() -> Result<(), String> {
    shown(command("cargo", &["build", "--release", "--package", "sheets", "--examples"]))?;
    let python = openpyxl()?;
    let folder = std::env::temp_dir().join("ansinh-bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let workbook = folder.join("20000.xlsx").display().to_string();
    let example = |name: &str| target().join("release/examples").join(name).display().to_string();
    output(command(&example("make_rows"), &[&workbook, "20000"]))?;
    let script = folder.join("read_openpyxl.py");
    std::fs::write(&script, PEER).map_err(|error| error.to_string())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(command(&example("count_rows"), &[&workbook]))?);
        let script = script.display().to_string();
        theirs.push(timed(command(&python, &[&script, &workbook]))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("reading 20,000 rows, whole process, median of {ROUNDS}:");
    println!("  sheets    {:8.1} ms", ours.as_secs_f64() * 1e3);
    println!("  openpyxl  {:8.1} ms (read_only, values_only)", theirs.as_secs_f64() * 1e3);
    println!("  ratio     {:8.1} x", theirs.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// A Python with openpyxl in a virtual environment of its own.
fn openpyxl() -> Result<String, String> {
    let folder: PathBuf = target().join("bench-python");
    let python = folder.join("bin/python");
    if !Path::new(&python).exists() {
        shown(command("python3", &["-m", "venv", &folder.display().to_string()]))?;
        let pip = folder.join("bin/pip").display().to_string();
        shown(command(&pip, &["install", "--quiet", "openpyxl==3.1.5"]))?;
    }
    Ok(python.display().to_string())
}

/// Runs the example `bench_{what}` on SQLite and on a PostgreSQL of its own.
fn on_both(what: &str) -> Result<(), String> {
    shown(command(
        "cargo",
        &["build", "--release", "--package", "ansinh", "--bins", "--examples"],
    ))?;
    let program = target().join(format!("release/examples/bench_{what}")).display().to_string();
    println!("{what} on SQLite (synchronous=FULL):");
    shown(command(&program, &[]))?;
    println!("{what} on PostgreSQL:");
    let postgres = Postgres::start()?;
    let address = format!("{}/postgres", postgres.address);
    output(command("psql", &["--quiet", &address, "-c", "CREATE DATABASE ansinh_bench"]))?;
    let mut on_postgres = command(&program, &[]);
    on_postgres.env("DATABASE_URL", format!("{}/ansinh_bench", postgres.address));
    shown(on_postgres)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn timed(command: Command) -> Result<Duration, String> {
    let start = Instant::now();
    output(command)?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
