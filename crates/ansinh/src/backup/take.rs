//! Taking a backup from one snapshot.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use sea_orm::{AccessMode, DbBackend, IsolationLevel, TransactionOptions, TransactionTrait};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::manifest::{FORMAT, Ledger, MANIFEST, MANIFEST_SUM, Manifest, TableEntry, manifest_sum};
use super::store::Reader;
use super::{BackupError, hex};
use crate::database::{Database, SCHEMA_VERSION, Table, Tx, tables};
use crate::identity::Scope;
use crate::{audit, relief};

/// Writes a backup into the new folder `out` and returns what it holds. The server may run and write
/// meanwhile: everything comes from one snapshot. The folder appears only when it is complete.
///
/// # Errors
/// See [`BackupError`]; what was begun is left as `out.partial`.
pub async fn take(
    db: &Database,
    province: &str,
    out: &Path,
    now: DateTime<Utc>,
) -> Result<Manifest, BackupError> {
    let mut partial = out.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    for place in [out, &partial] {
        if place.exists() {
            return Err(BackupError::NotEmpty(place.display().to_string()));
        }
    }
    make_private(&partial)?;
    make_private(&partial.join("tables"))?;
    audit::seal(db).await?;
    let tx = snapshot(db).await?;
    let head = audit::last(&tx).await?;
    let scope = Scope::Province { province: province.to_owned() };
    let differences = relief::ledger_differences(&tx, &scope).await?.len();
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: SCHEMA_VERSION,
        engine: if db.engine() == DbBackend::Sqlite { "sqlite" } else { "postgres" }.to_owned(),
        province: province.to_owned(),
        taken_at: now,
        ledger: Ledger { entries: 0, sum_dong: 0, differences, root: String::new() },
        audit_head: head.to_string(),
        tables: Vec::new(),
    };
    for table in tables().into_iter().filter(|table| !table.derived) {
        let file = format!("tables/{}.jsonl.gz", table.name);
        let mut sink = Sink::new(Some(&partial.join(&file)))?;
        let sum = read_table(&tx, &table, &mut sink).await?;
        let entry = sink.finish(&table, file)?;
        if table.name == LEDGER {
            manifest.ledger.entries = entry.rows;
            manifest.ledger.sum_dong = sum;
            manifest.ledger.root.clone_from(&entry.root);
        }
        manifest.tables.push(entry);
    }
    tx.rollback().await?;
    write_manifest(&partial, &manifest)?;
    std::fs::rename(&partial, out).map_err(|error| BackupError::file(out, error))?;
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(parent)?;
    Ok(manifest)
}

const LEDGER: &str = "payment_entries";

/// One view of the whole database, whatever is written meanwhile.
pub(super) async fn snapshot(db: &Database) -> Result<Tx, BackupError> {
    let mut options = TransactionOptions::default();
    if db.engine() != DbBackend::Sqlite {
        options.isolation_level = Some(IsolationLevel::RepeatableRead);
        options.access_mode = Some(AccessMode::ReadOnly);
    }
    Ok(db.read().begin_with_options(options).await?)
}

/// Reads a table to its end; returns the sum of its `amount_dong`.
pub(super) async fn read_table(
    tx: &Tx,
    table: &Table,
    sink: &mut Sink,
) -> Result<i64, BackupError> {
    let amount = table.columns.iter().position(|c| c.name == "amount_dong");
    let mut reader = Reader::new(tx, table);
    let mut sum: i64 = 0;
    loop {
        let rows = reader.next(tx).await?;
        if rows.is_empty() {
            return Ok(sum);
        }
        for row in rows {
            let dong = amount.and_then(|at| row.get(at)).and_then(Json::as_i64).unwrap_or(0);
            sum = sum.checked_add(dong).ok_or_else(|| {
                BackupError::Damaged(format!("the amounts of {} have no sum", table.name))
            })?;
            sink.line(&Json::Array(row).to_string())?;
        }
    }
}

/// Where lines go: hashed, and into a packed file when there is one.
pub(super) struct Sink {
    path: PathBuf,
    file: Option<GzEncoder<Hashing>>,
    root: Sha256,
    rows: u64,
}

impl Sink {
    pub(super) fn new(path: Option<&Path>) -> Result<Self, BackupError> {
        let file = match path {
            None => None,
            Some(path) => {
                let file = private_file(path)?;
                let hashing = Hashing { file: BufWriter::new(file), sha: Sha256::new(), bytes: 0 };
                Some(GzEncoder::new(hashing, Compression::fast()))
            }
        };
        let path = path.map(Path::to_path_buf).unwrap_or_default();
        Ok(Self { path, file, root: Sha256::new(), rows: 0 })
    }

    fn line(&mut self, text: &str) -> Result<(), BackupError> {
        self.root.update(text);
        self.root.update(b"\n");
        self.rows += 1;
        if let Some(file) = &mut self.file {
            let written = file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n"));
            written.map_err(|error| BackupError::file(&self.path, error))?;
        }
        Ok(())
    }

    /// Rows and root of what went through.
    pub(super) fn root(self) -> (u64, String) {
        (self.rows, hex(&self.root.finalize()))
    }

    fn finish(mut self, table: &Table, file: String) -> Result<TableEntry, BackupError> {
        let (mut bytes, mut sha256) = (0, String::new());
        if let Some(packed) = self.file.take() {
            let wrong = |error| BackupError::file(&self.path, error);
            let hashing = packed.finish().map_err(wrong)?;
            bytes = hashing.bytes;
            sha256 = hex(&hashing.sha.finalize());
            let whole = hashing.file.into_inner().map_err(|error| wrong(error.into_error()))?;
            whole.sync_all().map_err(wrong)?;
        }
        let (rows, root) = self.root();
        let columns = table.columns.iter().map(|c| c.name.clone()).collect();
        Ok(TableEntry { name: table.name.clone(), columns, rows, root, file, bytes, sha256 })
    }
}

/// Hashes and counts what is written to the file.
struct Hashing {
    file: BufWriter<File>,
    sha: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(buf)?;
        self.sha.update(&buf[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let text = serde_json::to_vec_pretty(manifest)
        .map_err(|error| BackupError::Damaged(error.to_string()))?;
    for (name, text) in [(MANIFEST, text.clone()), (MANIFEST_SUM, manifest_sum(&text).into())] {
        let path = folder.join(name);
        let mut file = private_file(&path)?;
        let written = file.write_all(&text).and_then(|()| file.sync_all());
        written.map_err(|error| BackupError::file(&path, error))?;
    }
    sync(&folder.join("tables"))?;
    sync(folder)
}

fn sync(folder: &Path) -> Result<(), BackupError> {
    let done = File::open(folder).and_then(|opened| opened.sync_all());
    done.map_err(|error| BackupError::file(folder, error))
}

/// Names, identity numbers and telephones are in there: only the owner may read.
fn private_file(path: &Path) -> Result<File, BackupError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let opened = File::options().write(true).create_new(true).mode(0o600).open(path);
    opened.map_err(|error| BackupError::file(path, error))
}

fn make_private(folder: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().mode(0o700).create(folder);
    made.map_err(|error| BackupError::file(folder, error))
}
