//! `ansinh sheets read`: what the program recognises in a workbook, without a database.

use std::path::PathBuf;

use clap::Subcommand;

use super::CliError;

/// Commands of `ansinh sheets`.
#[derive(Subcommand)]
pub enum Sheets {
    /// Reads a workbook and says what was recognised, repaired and wrong.
    Read {
        /// .xlsx, .xls, .ods, .csv, or an HTML table saved as .xls.
        file: PathBuf,
        /// The whole reading as JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: &Sheets) -> Result<(), CliError> {
    let Sheets::Read { file, json: _ } = command;
    let _ = file;
    Ok(())
}
