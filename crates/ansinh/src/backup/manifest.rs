//! What a backup says of itself, and whether that is true of its files.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use chrono::{DateTime, Utc};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BackupError, hex};

pub(super) const FORMAT: &str = "ansinh-backup-1";
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const MANIFEST_SUM: &str = "manifest.json.sha256";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `ansinh-backup-1`.
    pub format: String,
    /// Version of the program that took it.
    pub program: String,
    /// Version of the schema.
    pub schema: i32,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Code of the province that is served.
    pub province: String,
    /// When the snapshot began.
    pub taken_at: DateTime<Utc>,
    /// The payments.
    pub ledger: Ledger,
    /// End of the audit chain, as [`crate::audit::Head`] prints it.
    pub audit_head: String,
    /// Every table, in the order in which they are filled.
    pub tables: Vec<TableEntry>,
}

/// The payments at the moment of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Entries.
    pub entries: u64,
    /// Sum of their amounts, đồng.
    pub sum_dong: i64,
    /// Rows whose state is not the sum of their entries; 0 in a sound database.
    pub differences: usize,
    /// SHA-256 over all entries in order.
    pub root: String,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Name.
    pub name: String,
    /// Names of the columns, in the order of each line.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: u64,
    /// SHA-256 of all lines.
    pub root: String,
    /// Path of the file in the backup.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Reads the manifest and every file; nothing of a damaged backup is believed.
///
/// # Errors
/// [`BackupError::Damaged`] names the file.
pub fn check(folder: &Path) -> Result<Manifest, BackupError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read(&path).map_err(|error| BackupError::file(&path, error))?;
    let path = folder.join(MANIFEST_SUM);
    let sum = std::fs::read_to_string(&path).map_err(|error| BackupError::file(&path, error))?;
    if sum != manifest_sum(&text) {
        return Err(BackupError::Damaged(format!("{MANIFEST} does not fit {MANIFEST_SUM}")));
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| BackupError::Damaged(format!("{MANIFEST}: {error}")))?;
    if manifest.format != FORMAT {
        return Err(BackupError::Damaged(format!("unknown format {:?}", manifest.format)));
    }
    for table in &manifest.tables {
        check_file(folder, table)?;
    }
    Ok(manifest)
}

/// The text of the file beside the manifest; `sha256sum -c` understands it.
pub(super) fn manifest_sum(manifest: &[u8]) -> String {
    format!("{}  {MANIFEST}\n", hex(&Sha256::digest(manifest)))
}

fn check_file(folder: &Path, table: &TableEntry) -> Result<(), BackupError> {
    let damaged = |what: &str| BackupError::Damaged(format!("{}: {what}", table.file));
    let path = folder.join(&table.file);
    let mut file = File::open(&path).map_err(|error| BackupError::file(&path, error))?;
    let mut sha = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece).map_err(|error| BackupError::file(&path, error))?;
        if read == 0 {
            break;
        }
        sha.update(&piece[..read]);
    }
    if hex(&sha.finalize()) != table.sha256 {
        return Err(damaged("its bytes are not those that were written"));
    }
    let (mut root, mut rows) = (Sha256::new(), 0);
    for line in lines(&path)? {
        root.update(line.map_err(|_| damaged("it cannot be unpacked"))?);
        root.update(b"\n");
        rows += 1;
    }
    if rows != table.rows || hex(&root.finalize()) != table.root {
        return Err(damaged("its rows are not those of the manifest"));
    }
    Ok(())
}

/// The lines of a table's file.
pub(super) fn lines(
    path: &Path,
) -> Result<impl Iterator<Item = std::io::Result<Vec<u8>>>, BackupError> {
    let file = File::open(path).map_err(|error| BackupError::file(path, error))?;
    Ok(BufReader::with_capacity(1 << 16, GzDecoder::new(file)).split(b'\n'))
}
