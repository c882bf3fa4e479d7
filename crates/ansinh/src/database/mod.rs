//! The connection to SQLite or PostgreSQL, transactions, and the small vocabulary with which every
//! `store.rs` speaks SQL. SQL is written once for both engines, with `$1`, `$2` … parameters.
//!
//! SQLite: one connection writes (`BEGIN IMMEDIATE`, synchronous=FULL), several read in WAL mode.
//! Many small writes of one kind share a transaction: [`Database::run_grouped`].
//! PostgreSQL: a pool; what must not happen twice is refused by a named constraint.

mod grouped;
mod migrations;
mod query;
mod schema;
mod snapshot;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

pub use grouped::GROUP_WEIGHT_MAX;
pub use migrations::{SCHEMA_VERSION, migrate, schema_version};
pub use query::{Constraint, Sql, all_words, bulk_insert, bulk_update, values_list, violates};
pub use schema::{Column, Kind, Table, tables};

/// Anything SQL can be run on: the reading pool or a transaction.
pub trait Conn: ConnectionTrait + Send + Sync {}
impl<T: ConnectionTrait + Send + Sync> Conn for T {}

/// An open transaction; dropped without [`Database::run_tx`] committing it, it is rolled back.
pub type Tx = DatabaseTransaction;

/// How often a transaction is tried again after a deadlock or serialisation failure.
const TX_TRIES_MAX: u32 = 8;

/// A handle to the one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    reads: DatabaseConnection,
    writes: DatabaseConnection,
    /// For [`Database::snapshot`].
    snapshots: DatabaseConnection,
    lines: Arc<grouped::Lines>,
    written: Arc<AtomicU64>,
}

/// Why the database could not be opened. Display is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names no engine we know.
    #[error("DATABASE_URL must start with sqlite: or postgres:, got {0:?}")]
    UnknownEngine(String),
    /// The schema was written by a newer program.
    #[error(
        "the database has schema version {found}, this program knows up to {known}: install the newer program"
    )]
    NewerSchema {
        /// Version found in the database.
        found: i32,
        /// Highest version this program can write.
        known: i32,
    },
    /// Reading alone must not change the schema.
    #[error(
        "the database has schema version {found}, this program reads {known}: use the program that serves it"
    )]
    OtherSchema {
        /// Version found in the database; 0 when there is none.
        found: i32,
        /// Version of this program.
        known: i32,
    },
    /// The data folder cannot be made.
    #[error("cannot make the data folder {folder}: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The engine said no.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Database {
    /// Opens the SQLite file `ansinh.db` in `folder`, making both when missing.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_folder(folder: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| OpenError::Folder { folder: folder.display().to_string(), source })?;
        let file = folder.join("ansinh.db");
        Self::open(&format!("sqlite://{}?mode=rwc", file.display())).await
    }

    /// Opens the database at `url` (`sqlite:` or `postgres:`) and brings its schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let database = Self::connect(url).await?;
        migrate(&database.writes).await?;
        Ok(database)
    }

    /// Opens the database at `url` as it is: its schema must be this program's. For commands that
    /// work beside a running server.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn attach(url: &str) -> Result<Self, OpenError> {
        let database = Self::connect(url).await?;
        // Without the table of versions the question itself fails: then it is not our database.
        let found = schema_version(&database.reads).await.unwrap_or(0);
        if found != SCHEMA_VERSION {
            database.close().await;
            return Err(OpenError::OtherSchema { found, known: SCHEMA_VERSION });
        }
        Ok(database)
    }

    async fn connect(url: &str) -> Result<Self, OpenError> {
        let database = if url.starts_with("sqlite:") {
            let writes = connect_sqlite(url, 1).await?;
            // A database in memory is its connection's own.
            let memory = url.contains(":memory:");
            let reads = if memory { writes.clone() } else { connect_sqlite(url, READERS).await? };
            let snapshots =
                if memory { writes.clone() } else { snapshot::connect_sqlite(url).await? };
            Self { reads, writes, snapshots, lines: Arc::default(), written: Arc::default() }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = connect_postgres(url).await?;
            let (reads, snapshots) = (pool.clone(), pool.clone());
            let (lines, written) = (Arc::default(), Arc::default());
            Self { reads, snapshots, writes: pool, lines, written }
        } else {
            return Err(OpenError::UnknownEngine(url.split(':').next().unwrap_or("").to_owned()));
        };
        Ok(database)
    }

    /// The connection for reading outside transactions.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// Which engine this is.
    pub fn engine(&self) -> DbBackend {
        self.writes.get_database_backend()
    }

    /// Runs `work` in a transaction and commits what it returns with the transaction handed back.
    /// An error rolls back. Deadlocks and serialisation failures are tried again.
    ///
    /// `name` (room.act) appears in logs only.
    ///
    /// # Errors
    /// Whatever `work` returned, or the engine's error turned into `E`.
    pub async fn run_tx<T, E, F, Fut>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        E: From<DbErr> + MaybeRetry,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<(Tx, T), E>>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_tx(&work).await {
                Err(error) if tries < TX_TRIES_MAX && error.is_transient() => {
                    tracing::debug!(name, tries, "transaction is tried again");
                    tokio::time::sleep(Duration::from_millis(u64::from(4 * tries * tries))).await;
                }
                outcome => {
                    crate::watch::transaction(name, tries);
                    return outcome;
                }
            }
        }
    }

    async fn try_tx<T, E, F, Fut>(&self, work: &F) -> Result<T, E>
    where
        E: From<DbErr>,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<(Tx, T), E>>,
    {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writes.begin_with_options(options).await?;
        let (tx, value) = work(tx).await?;
        let outcome = tx.commit().await;
        // A commit whose confirmation was lost may stand.
        self.written.fetch_add(1, Ordering::AcqRel);
        outcome?;
        Ok(value)
    }

    /// Rises with every transaction that this handle and its clones have committed: what was read
    /// at a lower number may be out of date. Other programs on the same database do not raise it.
    pub fn writes_so_far(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Tells PostgreSQL's planner of tables that have just grown by much. By itself it looks within
    /// a minute, and until then may read a large table whole for every question. SQLite plans
    /// without such knowledge. Not being able to is no reason to fail: it costs time only.
    pub async fn grown(&self, tables: &[&str]) {
        if self.engine() == DbBackend::Postgres {
            let sql = format!("ANALYZE {}", tables.join(", "));
            if let Err(error) = self.writes.execute_unprepared(&sql).await {
                tracing::warn!(error = %error, "tables could not be analysed");
            }
        }
    }

    /// Ends all connections after the running statements.
    pub async fn close(self) {
        let _ = self.snapshots.close().await;
        let _ = self.reads.close().await;
        let _ = self.writes.close().await;
    }
}

/// Says whether trying the same transaction again may succeed.
pub trait MaybeRetry {
    /// True for deadlocks, serialisation failures and a busy SQLite file.
    fn is_transient(&self) -> bool;
}

impl MaybeRetry for DbErr {
    fn is_transient(&self) -> bool {
        let text = self.to_string();
        ["deadlock detected", "could not serialize", "database is locked"]
            .iter()
            .any(|sign| text.contains(sign))
    }
}

fn quiet(url: &str, connections_max: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // Statements carry names and identity numbers: they never reach the log.
    options.sqlx_logging(false).max_connections(connections_max).min_connections(1);
    options.acquire_timeout(Duration::from_secs(20)).test_before_acquire(false);
    options
}

/// Connections that read on SQLite.
const READERS: u32 = 4;

/// `cache_size` (negative: KB a connection) and `temp_store` of SQLite. The writer's pages are hot;
/// readers share the system's own cache, and a province sorted in memory would cost one of them more
/// than all the rest.
const WRITER_MEMORY: (&str, &str) = ("-32768", "MEMORY");
const READER_MEMORY: (&str, &str) = ("-8192", "FILE");

/// Of all connections together, bytes: above it they give back cached pages.
const SQLITE_MEMORY: &str = "134217728";

/// Statements that a reading connection keeps prepared, some 50 KB each: reports are put together in
/// hundreds of ways.
const READER_STATEMENTS: usize = 32;

async fn connect_sqlite(url: &str, connections_max: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = quiet(url, connections_max);
    let (cache, sorting) = if connections_max == 1 { WRITER_MEMORY } else { READER_MEMORY };
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .pragma("busy_timeout", "15000")
            .pragma("cache_size", cache)
            // A payment touches ten pages far apart: with the default of 1,000 every group of 216
            // would carry all its pages into the file. 32 MB of log are carried in 0.1 s.
            .pragma("wal_autocheckpoint", "8000")
            .pragma("temp_store", sorting)
            .pragma("soft_heap_limit", SQLITE_MEMORY)
            .statement_cache_capacity(if connections_max == 1 { 100 } else { READER_STATEMENTS })
    });
    options.idle_timeout(None).max_lifetime(None);
    sea_orm::Database::connect(options).await
}

async fn connect_postgres(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = quiet(url, 16);
    options.set_application_name("ansinh");
    sea_orm::Database::connect(options).await
}
