//! Restoring into an empty place, and proving that it is the same.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::manifest::{Manifest, TableEntry, check, lines};
use super::take::{Sink, read_table, snapshot};
use super::{BackupError, store};
use crate::database::{Database, SCHEMA_VERSION, Table, tables};
use crate::identity::Scope;
use crate::{audit, relief};

/// What is inserted at once: rows and bytes of their text.
const ROWS: usize = 1_000;
const BYTES: usize = 8 << 20;

/// Where a backup goes.
#[derive(Debug, Clone)]
pub enum Target {
    /// A data folder for SQLite.
    Folder(PathBuf),
    /// Address of a PostgreSQL database.
    Address(String),
}

/// Checks the backup, restores it into an empty place, recomputes every root and compares.
///
/// # Errors
/// [`BackupError::NotEmpty`] when anything is there; see [`BackupError`]. A SQLite target that failed
/// is left as `ansinh.db.restoring`, a PostgreSQL one empty.
pub async fn restore(backup: &Path, target: &Target) -> Result<Manifest, BackupError> {
    let manifest = check(backup)?;
    if manifest.schema != SCHEMA_VERSION {
        let (found, known) = (manifest.schema, SCHEMA_VERSION);
        let program = manifest.program.clone();
        return Err(BackupError::OtherSchema { found, known, program });
    }
    match target {
        Target::Folder(folder) => restore_folder(backup, &manifest, folder).await?,
        Target::Address(url) => {
            let conn = sea_orm::Database::connect(url.as_str()).await?;
            let there = store::tables_there(&conn).await;
            conn.close().await?;
            if there? > 0 {
                return Err(BackupError::NotEmpty("the database (it has tables)".to_owned()));
            }
            let db = Database::open(url).await?;
            let done = fill_and_prove(&db, backup, &manifest).await;
            db.close().await;
            done?;
        }
    }
    Ok(manifest)
}

async fn restore_folder(
    backup: &Path,
    manifest: &Manifest,
    folder: &Path,
) -> Result<(), BackupError> {
    std::fs::create_dir_all(folder).map_err(|error| BackupError::file(folder, error))?;
    let (last, begun) = (folder.join("ansinh.db"), folder.join("ansinh.db.restoring"));
    for file in [&last, &begun] {
        if file.exists() {
            return Err(BackupError::NotEmpty(file.display().to_string()));
        }
    }
    let db = Database::open(&format!("sqlite://{}?mode=rwc", begun.display())).await?;
    let done = fill_and_prove(&db, backup, manifest).await;
    // Closing the last connection folds the write-ahead log into the file.
    db.close().await;
    done?;
    std::fs::rename(&begun, &last).map_err(|error| BackupError::file(&last, error))
}

async fn fill_and_prove(
    db: &Database,
    backup: &Path,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    db.run_tx::<_, Broken, _, _>("backup.restore", |tx| async move {
        let tables: Vec<Table> = tables().into_iter().filter(|table| !table.derived).collect();
        for table in tables.iter().rev() {
            store::empty(&tx, table).await.map_err(BackupError::from)?;
        }
        for table in &tables {
            let entry = manifest.tables.iter().find(|entry| entry.name == table.name);
            let damaged = || BackupError::Damaged(format!("no table {}", table.name));
            fill(&tx, backup, table, entry.ok_or_else(damaged)?).await?;
        }
        Ok((tx, ()))
    })
    .await
    .map_err(|broken| broken.0)?;
    prove(db, manifest).await
}

async fn fill(
    tx: &crate::database::Tx,
    backup: &Path,
    table: &Table,
    entry: &TableEntry,
) -> Result<(), BackupError> {
    let damaged = || BackupError::Damaged(format!("{}: a line is not a row", entry.file));
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    if entry.columns != names {
        return Err(BackupError::Damaged(format!("{}: other columns", entry.file)));
    }
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for line in lines(&backup.join(&entry.file))? {
        let line = line.map_err(|_| damaged())?;
        let cells: Vec<Json> = serde_json::from_slice(&line).map_err(|_| damaged())?;
        if cells.len() != table.columns.len() {
            return Err(damaged());
        }
        let values = cells.iter().zip(&table.columns);
        let values = values.map(|(json, column)| store::value_of(json, column.kind));
        rows.push(values.collect::<Result<Vec<_>, _>>()?);
        bytes += line.len();
        if rows.len() >= ROWS || bytes >= BYTES {
            store::fill(tx, table, std::mem::take(&mut rows)).await?;
            bytes = 0;
        }
    }
    if !rows.is_empty() {
        store::fill(tx, table, rows).await?;
    }
    Ok(())
}

/// Reads the new database as a backup would and compares with what was taken.
async fn prove(db: &Database, manifest: &Manifest) -> Result<(), BackupError> {
    let tx = snapshot(db).await?;
    for table in tables().into_iter().filter(|table| !table.derived) {
        let mut sink = Sink::new(None)?;
        read_table(&tx, &table, &mut sink).await?;
        let (rows, root) = sink.root();
        let entry = manifest.tables.iter().find(|entry| entry.name == table.name);
        if entry.is_none_or(|entry| entry.rows != rows || entry.root != root) {
            return Err(BackupError::Differs(format!("table {}", table.name)));
        }
    }
    let head: audit::Head = manifest.audit_head.parse().map_err(BackupError::Damaged)?;
    let found = audit::verify_sealed(&tx, &[head]).await?;
    if let Some(fault) = found.faults.first() {
        return Err(BackupError::Differs(format!("audit chain, {fault}")));
    }
    let scope = Scope::Province { province: manifest.province.clone() };
    let differences = relief::ledger_differences(&tx, &scope).await?.len();
    if differences != manifest.ledger.differences {
        return Err(BackupError::Differs(format!("{differences} rows do not fit the ledger")));
    }
    if let Some(sum) = relief::sum_faults(&tx, &scope).await?.into_iter().next() {
        return Err(BackupError::Differs(sum));
    }
    tx.rollback().await?;
    Ok(())
}

/// [`BackupError`] within a transaction; never tried again.
struct Broken(BackupError);

impl From<sea_orm::DbErr> for Broken {
    fn from(error: sea_orm::DbErr) -> Self {
        Self(error.into())
    }
}

impl From<BackupError> for Broken {
    fn from(error: BackupError) -> Self {
        Self(error)
    }
}

impl crate::database::MaybeRetry for Broken {
    fn is_transient(&self) -> bool {
        false
    }
}
