//! Reading for a long time without seeing what others write meanwhile.

use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, DatabaseConnection, DbBackend, DbErr, IsolationLevel,
    TransactionOptions, TransactionTrait,
};

use super::query::Sql;
use super::{Database, READER_MEMORY, READER_STATEMENTS, READERS, Tx, quiet};

/// Connections for snapshots on SQLite: six exports may run at once, of officers and of the public,
/// and reports read beside them as many as other pages do, so that no page waits for an export.
const SNAPSHOTS_AT_ONCE: u32 = 6 + READERS;

impl Database {
    /// Begins a transaction that only reads and for as long as it lives sees the database as it is
    /// now: SQLite's WAL snapshot, PostgreSQL's REPEATABLE READ.
    ///
    /// # Errors
    /// The engine's.
    pub async fn snapshot(&self) -> Result<Tx, DbErr> {
        if self.engine() == DbBackend::Sqlite {
            let tx = self.snapshots.begin().await?;
            // The snapshot begins with the first reading, not with BEGIN.
            tx.number("SELECT CAST(COUNT(*) AS BIGINT) FROM schema_versions", vec![]).await?;
            return Ok(tx);
        }
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let tx = self.snapshots.begin_with_options(options).await?;
        tx.number("SELECT CAST(COUNT(*) AS BIGINT) FROM schema_versions", vec![]).await?;
        Ok(tx)
    }
}

/// Reading connections of their own, closed when nobody needs them.
pub(super) async fn connect_sqlite(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options: ConnectOptions = quiet(url, SNAPSHOTS_AT_ONCE);
    options.map_sqlx_sqlite_opts(|sqlite| {
        let (cache, sorting) = READER_MEMORY;
        sqlite
            .pragma("journal_mode", "WAL")
            .pragma("query_only", "ON")
            .pragma("busy_timeout", "15000")
            .pragma("cache_size", cache)
            .pragma("temp_store", sorting)
            .statement_cache_capacity(READER_STATEMENTS)
    });
    options.min_connections(0).idle_timeout(Duration::from_secs(30));
    sea_orm::Database::connect(options).await
}
