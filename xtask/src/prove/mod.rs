//! `cargo xtask prove`: the proofs that no đồng is lost or paid twice, in full. Each prints one line
//! that begins with PROVED; the ordinary tests run the same proofs short.

mod checker;
mod client;
mod cuts;
mod plant;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::postgres::Postgres;
use crate::run::{command, shown};

/// The proofs that live in the tests, by name on the command line and by path.
const STORIES: [(&str, &str); 3] = [
    ("chu-pah", "proofs::chu_pah"),
    ("same-instant", "proofs::same_instant"),
    ("ledger", "proofs::ledger"),
];

/// Rounds of kill -9 on SQLite and on PostgreSQL.
const CUTS: (usize, usize) = (200, 50);

/// The same in every run of the tests.
const CUTS_SHORT: (usize, usize) = (5, 3);

/// Of everything random, unless another is given.
const SEED: u64 = 20_200_619;

/// What the options say.
struct Wanted {
    names: Vec<String>,
    seed: u64,
    /// Only this engine's half.
    engine: Option<String>,
    /// As in every run of the tests.
    short: bool,
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let mut wanted = Self { names: Vec::new(), seed: SEED, engine: None, short: false };
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "--seed" => {
                    let seed = rest.next().and_then(|text| text.parse().ok());
                    wanted.seed = seed.ok_or("--seed needs a number")?;
                }
                "--short" => wanted.short = true,
                "--sqlite" => wanted.engine = Some("sqlite".to_owned()),
                "--postgres" => wanted.engine = Some("postgres".to_owned()),
                name if name == "kill" || STORIES.iter().any(|(known, _)| *known == name) => {
                    wanted.names.push(name.to_owned());
                }
                other => {
                    return Err(format!("no proof {other:?}: chu-pah, same-instant, ledger, kill"));
                }
            }
        }
        Ok(wanted)
    }

    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }

    /// In full the programs are those of a release: they are what is served, and ten times faster.
    fn profile(&self) -> &'static str {
        if self.short { "debug" } else { "release" }
    }

    fn on(&self, engine: &str) -> bool {
        self.engine.as_deref().is_none_or(|only| only == engine)
    }
}

/// Runs the proofs that were asked for, or all, at full size.
///
/// # Errors
/// When one fails; the line before says which seed repeats it.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let wanted = Wanted::read(arguments)?;
    for (name, path) in STORIES.into_iter().filter(|(name, _)| wanted.wants(name)) {
        story(name, path, &wanted)?;
    }
    if wanted.wants("kill") {
        let rounds = if wanted.short { CUTS_SHORT } else { CUTS };
        let sqlite = if wanted.on("sqlite") { rounds.0 } else { 0 };
        let postgres = if wanted.on("postgres") { rounds.1 } else { 0 };
        cuts::run((sqlite, postgres), wanted.seed, wanted.profile())?;
    }
    Ok(())
}

/// The kills as every run of the tests has them.
///
/// # Errors
/// When one loses or doubles anything.
pub fn short() -> Result<(), String> {
    cuts::run(CUTS_SHORT, SEED, "debug")
}

/// A proof that is a story of the tests; its lines are shown.
fn story(name: &str, path: &str, wanted: &Wanted) -> Result<(), String> {
    println!("{name}:");
    let postgres = if wanted.on("postgres") { Some(Postgres::start()?) } else { None };
    let mut words = vec!["test", "--quiet", "--package", "ansinh", "--test", "it", path];
    if wanted.profile() == "release" {
        words.push("--release");
    }
    words.extend(["--", "--nocapture", "--test-threads", "1"]);
    // Both engines' halves of a story have the engine in their name.
    if let Some(engine) = &wanted.engine {
        words.extend(["--skip", if engine == "sqlite" { "postgres" } else { "sqlite" }]);
    }
    let mut tests = command("cargo", &words);
    tests.env("ANSINH_PROVE", if wanted.short { "short" } else { "whole" });
    tests.env("ANSINH_PROVE_SEED", wanted.seed.to_string());
    match &postgres {
        Some(postgres) => tests.env("ANSINH_TEST_POSTGRES", &postgres.address),
        None => tests.env_remove("ANSINH_TEST_POSTGRES"),
    };
    let mut running =
        tests.stdout(Stdio::piped()).spawn().map_err(|error| format!("cargo test: {error}"))?;
    let output = running.stdout.take().ok_or("no output")?;
    let mut rest = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| error.to_string())?;
        match line.find("PROVED") {
            Some(at) => println!("{}", &line[at..]),
            None => {
                rest.push_str(&line);
                rest.push('\n');
            }
        }
    }
    let status = running.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{rest}\n{name} failed: {status}")) }
}

/// Builds the program under test and the tool that fills its database.
fn build(profile: &str) -> Result<(), String> {
    let mut words = vec!["build", "--quiet", "--package", "ansinh"];
    words.extend(["--bin", "ansinh", "--example", "payable"]);
    if profile == "release" {
        words.push("--release");
    }
    shown(command("cargo", &words))
}
