//! SQL of what the operator watches.

use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, DbErr};

use crate::database::{Database, Sql};

/// Jobs that wait, and jobs that were given up and wait for a person.
pub(super) async fn jobs(db: &Database) -> Result<(i64, i64), DbErr> {
    let conn = db.read();
    let waiting = "SELECT COUNT(*) FROM jobs WHERE finished_at IS NULL AND failed_at IS NULL";
    let failed = "SELECT COUNT(*) FROM jobs WHERE failed_at IS NOT NULL";
    Ok((conn.number(waiting, vec![]).await?, conn.number(failed, vec![]).await?))
}

/// Jobs that should have begun before this instant and did not.
pub(super) async fn overdue(db: &Database, before: DateTime<Utc>) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM jobs WHERE finished_at IS NULL AND failed_at IS NULL
        AND run_after <= $1 AND (leased_until IS NULL OR leased_until <= $1)";
    db.read().number(sql, vec![before.into()]).await
}

/// Bytes of the database.
pub(super) async fn size(db: &Database) -> Result<i64, DbErr> {
    let sql = if db.engine() == DbBackend::Sqlite {
        "SELECT CAST(p.page_count * s.page_size AS BIGINT)
         FROM pragma_page_count() p, pragma_page_size() s"
    } else {
        "SELECT CAST(pg_database_size(current_database()) AS BIGINT)"
    };
    db.read().number(sql, vec![]).await
}
