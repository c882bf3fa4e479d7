//! Backup while the server runs, restore, and proof that the two are the same.
//!
//! A backup is a folder: `manifest.json`, its SHA-256, and one `tables/NAME.jsonl.gz` a table with a
//! JSON array a row, in the order of the primary key. The format knows no engine: what was taken from
//! SQLite can be restored into PostgreSQL and the other way round. Everything is read from one
//! snapshot. The **root** of a table is the SHA-256 of its lines; the root of `payment_entries` is the
//! ledger's. Restoring recomputes every root from the new database.

mod manifest;
mod restore;
mod store;
mod take;

pub use manifest::{Ledger, Manifest, TableEntry, check};
pub use restore::{Target, restore};
pub use take::take;

use std::path::PathBuf;

/// Why a backup cannot be taken, checked or restored. Display is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is something already.
    #[error("{0} is there already: give another place, nothing is overwritten")]
    NotEmpty(String),
    /// What is in the backup is not what was written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// The backup needs another program.
    #[error(
        "the backup has schema version {found}, this program {known}: restore it with ansinh {program}, then upgrade"
    )]
    OtherSchema {
        /// Version of the backup.
        found: i32,
        /// Version of this program.
        known: i32,
        /// The program that took the backup.
        program: String,
    },
    /// What was restored is not what was taken.
    #[error("the restored database differs from the backup: {0}")]
    Differs(String),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] crate::database::OpenError),
    /// The engine's.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl BackupError {
    fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: u8| char::from(DIGITS[usize::from(at)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    hex.as_bytes().chunks(2).map(|two| Some(digit(two[0])? << 4 | digit(two[1])?)).collect()
}
