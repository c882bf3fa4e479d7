//! The command line. Each command is one file; `ansinh --help` teaches.

mod accounts;
mod audit;
mod backup;
mod boundaries;
mod demo;
mod disclosure;
mod draft;
mod ledger;
mod matching;
mod serve;
mod sheets;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use vietnam::money::Dong;

use crate::config::{Config, ConfigError, EXAMPLE};
use crate::database::{Database, OpenError};

const TEACH: &str = "\
Begin here:
  ansinh serve --data ./ansinh-data                 start on SQLite, then open http://127.0.0.1:8080
  ansinh accounts create --data ./ansinh-data --units-on 2020-06-01 --out phieu.html
                                                    accounts for every commune, district and the province
  ansinh sheets read danh-sach.xlsx                 see what the program recognises in a workbook
  ansinh match rows.csv --pairs pairs.csv           see which rows are probably one person
  ansinh config example > ansinh.toml               a commented configuration file

DATABASE_URL=postgres://user:password@host/name chooses PostgreSQL instead of --data.
Every key of the configuration file can be set as ANSINH_KEY in the environment.";

#[derive(Parser)]
#[command(name = "ansinh", version, about = "An Sinh: emergency relief from a commune's Excel list to paid and public", after_help = TEACH, max_term_width = 100)]
struct Arguments {
    /// Configuration file (TOML); see `ansinh config example`.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the embedded SQLite database, or the address of a PostgreSQL database.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server.
    Serve(serve::Serve),
    /// Opens Hà Tĩnh 2020 with made-up people, ready to try.
    Demo(demo::Demo),
    /// Makes accounts and resets passwords.
    #[command(subcommand)]
    Accounts(accounts::Accounts),
    /// Proves that the record of who did and saw what was not rewritten.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Takes a backup while the server runs, or checks one.
    Backup(backup::Backup),
    /// Restores a backup into an empty --data folder or DATABASE_URL and proves it the same.
    Restore(backup::Restore),
    /// Imports boundaries of units for maps.
    #[command(subcommand)]
    Boundaries(boundaries::Boundaries),
    /// Proves that states and sums are what the payment entries say.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Checks a published log of payments from its files alone.
    #[command(subcommand)]
    Disclosure(disclosure::Disclosure),
    /// Reads a workbook without a database.
    #[command(subcommand)]
    Sheets(sheets::Sheets),
    /// Finds the rows of a CSV file that are probably one person, with reasons.
    Match(matching::Match),
    /// Shows the configuration file.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Prints a commented file with every key and its default.
    Example,
}

/// Why a command failed. Display is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Wrong settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A rule or the engine said no.
    #[error(transparent)]
    App(#[from] crate::web::Error),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file cannot be read or written as asked: what it is, why, and what to do.
    #[error("{0}")]
    Unreadable(String),
    /// The ledger does not prove itself.
    #[error("the ledger differs in {0} places, see above")]
    Differs(usize),
    /// A programme file is wrong.
    #[error("{0}")]
    Programmes(String),
    /// A backup cannot be taken, checked or restored.
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    /// What was checked is not as it was recorded.
    #[error("{0}")]
    Unsound(String),
    /// The runtime or the network.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Parses the command line and runs the command.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("ansinh: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the operator reads this")]
fn complain(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn say(text: &str) {
    println!("{text}");
}

/// The number with a full stop between thousands, as far as an amount reaches; wider ones plain.
fn grouped(number: impl TryInto<i64> + Copy + std::fmt::Display) -> String {
    number.try_into().map_or_else(|_| number.to_string(), |number| Dong(number).to_string())
}

fn dispatch(arguments: Arguments) -> Result<(), CliError> {
    let (file, data) = (arguments.config, arguments.data);
    match arguments.command {
        Command::Sheets(command) => sheets::run(&command),
        Command::Match(command) => matching::run(&command),
        Command::Disclosure(command) => disclosure::run(&command),
        Command::Config(ConfigCommand::Example) => {
            say(EXAMPLE.trim_end());
            Ok(())
        }
        Command::Serve(command) => runtime()?.block_on(serve::run(settings(file, data)?, command)),
        Command::Demo(command) => runtime()?.block_on(demo::run(settings(file, data)?, command)),
        Command::Backup(options) => match backup::verify_only(&options) {
            Some(done) => done,
            None => runtime()?.block_on(backup::take(settings(file, data)?, options)),
        },
        Command::Restore(options) => {
            runtime()?.block_on(backup::restore(settings(file, data)?, options))
        }
        Command::Audit(command) => runtime()?.block_on(audit::run(settings(file, data)?, command)),
        Command::Boundaries(command) => {
            runtime()?.block_on(boundaries::run(settings(file, data)?, command))
        }
        Command::Ledger(command) => {
            runtime()?.block_on(ledger::run(settings(file, data)?, command))
        }
        Command::Accounts(command) => {
            runtime()?.block_on(accounts::run(settings(file, data)?, command))
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

fn settings(file: Option<PathBuf>, data: Option<PathBuf>) -> Result<Config, CliError> {
    let environment: BTreeMap<String, String> = std::env::vars()
        .filter(|(name, _)| name == "DATABASE_URL" || name.starts_with("ANSINH_"))
        .collect();
    let file = file.or_else(|| environment.get("ANSINH_CONFIG").map(PathBuf::from));
    let mut config = Config::load(file.as_deref(), &environment)?;
    if let Some(data) = data {
        // `--data postgres://…` is meant as it reads.
        match data.to_str() {
            Some(url) if url.starts_with("postgres") && url.contains("://") => {
                config.database_url = url.to_owned();
            }
            _ => {
                config.data = data;
                config.database_url.clear();
            }
        }
    }
    Ok(config)
}

/// Opens the database that a server may be serving: it must be there, and its schema stays as it is.
async fn attach(config: &Config) -> Result<Database, CliError> {
    if !config.database_url.is_empty() {
        return Ok(Database::attach(&config.database_url).await?);
    }
    let file = config.data.join("ansinh.db");
    if !file.is_file() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(CliError::File { path: file.display().to_string(), source });
    }
    Ok(Database::attach(&format!("sqlite://{}?mode=rw", file.display())).await?)
}

async fn open(config: &Config) -> Result<Database, CliError> {
    if config.database_url.is_empty() {
        Ok(Database::open_folder(&config.data).await?)
    } else {
        Ok(Database::open(&config.database_url).await?)
    }
}
