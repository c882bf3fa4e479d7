//! SQL of intake: files here, rows and jobs beside.

mod jobs;
mod rows;

pub(super) use jobs::*;
pub(super) use rows::*;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::types::FileRow;
use crate::database::{Conn, Constraint, Sql, Tx};
use crate::identity::Scope;

/// One live copy of the same bytes a unit.
pub(super) const ONCE: Constraint = Constraint {
    name: "intake_files_once",
    sqlite_columns: "intake_files.province_code, intake_files.district_code, \
                     intake_files.commune_code, intake_files.sha256",
};

const FILE: &str =
    "SELECT f.id, f.province_code, f.district_code, f.commune_code, f.tiers, f.sha256,
    f.file_name, f.size_bytes, f.programme_code, f.unit_date, f.state, f.version, f.refusal_code,
    f.notice, f.progress_done, f.progress_total, f.summary, f.overrides, f.uploaded_at,
    f.started_at, f.committed_at
  FROM intake_files f";

/// Keeps a new file and its bytes.
pub(super) async fn insert_file(
    tx: &Tx,
    file: &FileRow,
    content: &[u8],
    account: Uuid,
) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO intake_files
           (id, province_code, district_code, commune_code, tiers, sha256, file_name, size_bytes,
            programme_code, unit_date, state, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', $11, $12)",
        vec![
            file.id.into(),
            file.province_code.clone().into(),
            file.district_code.clone().into(),
            file.commune_code.clone().into(),
            file.tiers.into(),
            file.sha256.clone().into(),
            file.file_name.clone().into(),
            file.size_bytes.into(),
            file.programme_code.clone().into(),
            file.unit_date.into(),
            account.into(),
            file.uploaded_at.into(),
        ],
    )
    .await?;
    tx.change(
        "INSERT INTO intake_originals (file_id, content) VALUES ($1, $2)",
        vec![file.id.into(), content.to_vec().into()],
    )
    .await?;
    Ok(())
}

/// The live file of this unit with the same bytes, if there is one.
pub(super) async fn live_twin<C: Conn>(
    conn: &C,
    scope: &Scope,
    sha256: &str,
) -> Result<Option<FileRow>, DbErr> {
    let sql = format!(
        "{FILE} WHERE f.province_code = $1 AND f.district_code = $2 AND f.commune_code = $3
           AND f.sha256 = $4 AND f.state NOT IN ('refused', 'discarded')"
    );
    let unit = [scope.province(), scope.district(), scope.commune(), sha256];
    conn.row(&sql, unit.into_iter().map(Into::into).collect()).await
}

/// A file inside the actor's scope.
pub(super) async fn file<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<FileRow>, DbErr> {
    let sql = format!("{FILE} WHERE f.id = $1 AND {}", scope.condition("f", 2));
    conn.row(&sql, vec![id.into(), scope.code().into()]).await
}

/// Files of the scope that are being worked on, oldest first.
pub(super) async fn busy_files<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<FileRow>, DbErr> {
    let sql = format!(
        "{FILE} WHERE {} AND f.state IN ('queued', 'reading', 'committing') ORDER BY f.id LIMIT 20",
        scope.condition("f", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// A file for the worker, which acts for the machine itself.
pub(super) async fn any_file<C: Conn>(conn: &C, id: Uuid) -> Result<Option<FileRow>, DbErr> {
    conn.row(&format!("{FILE} WHERE f.id = $1"), vec![id.into()]).await
}

/// Files of the scope, newest first, after the file `before`.
pub(super) async fn files<C: Conn>(
    conn: &C,
    scope: &Scope,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<FileRow>, DbErr> {
    let older = if before.is_some() { "AND f.id < $3" } else { "" };
    let sql =
        format!("{FILE} WHERE {} {older} ORDER BY f.id DESC LIMIT $2", scope.condition("f", 1));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values = vec![scope.code().into(), limit.into()];
    values.extend(before.map(sea_orm::Value::from));
    conn.rows(&sql, values).await
}

/// The bytes as they were uploaded.
pub(super) async fn original<C: Conn>(conn: &C, id: Uuid) -> Result<Option<Vec<u8>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Kept {
        content: Vec<u8>,
    }
    let sql = "SELECT content FROM intake_originals WHERE file_id = $1";
    let kept: Option<Kept> = conn.row(sql, vec![id.into()]).await?;
    Ok(kept.map(|kept| kept.content))
}

/// Removes a file as if it had never come.
pub(super) async fn forget_file(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    forget_content(tx, id).await?;
    tx.change("DELETE FROM intake_files WHERE id = $1", vec![id.into()]).await?;
    Ok(())
}

/// Removes the bytes and everything read out of them.
pub(super) async fn forget_content(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    for sql in [
        "DELETE FROM intake_findings WHERE file_id = $1",
        "DELETE FROM intake_rows WHERE file_id = $1",
        "DELETE FROM intake_originals WHERE file_id = $1",
    ] {
        tx.change(sql, vec![id.into()]).await?;
    }
    Ok(())
}

/// A queued file is being read now. False when it no longer waits for that.
pub(super) async fn start_reading<C: Conn>(
    conn: &C,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET state = 'reading', progress_done = 0, progress_total = 0,
                 started_at = $2
               WHERE id = $1 AND state IN ('queued', 'reading')";
    Ok(conn.change(sql, vec![id.into(), now.into()]).await? == 1)
}

/// Tells how far the work is.
pub(super) async fn progress<C: Conn>(
    conn: &C,
    id: Uuid,
    done: i64,
    total: i64,
) -> Result<(), DbErr> {
    let sql = "UPDATE intake_files SET progress_done = $2, progress_total = $3 WHERE id = $1";
    conn.change(sql, vec![id.into(), done.into(), total.into()]).await?;
    Ok(())
}

/// A file has been read. False when it was not being read any more.
pub(super) async fn finish_reading(tx: &Tx, id: Uuid, summary: &str) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET summary = $2, progress_done = progress_total,
                 state = CASE WHEN committed_at IS NULL THEN 'ready' ELSE 'committed' END
               WHERE id = $1 AND state = 'reading'";
    Ok(tx.change(sql, vec![id.into(), summary.into()]).await? == 1)
}

/// A file turned out unreadable beside the request.
pub(super) async fn refuse(tx: &Tx, id: Uuid, code: &str) -> Result<(), DbErr> {
    let sql = "UPDATE intake_files SET state = 'refused', refusal_code = $2 WHERE id = $1";
    tx.change(sql, vec![id.into(), code.into()]).await?;
    Ok(())
}

/// Keeps what the clerk decided and asks for a new reading. False when somebody was faster or the
/// file is busy.
pub(super) async fn decide(tx: &Tx, file: &FileRow, overrides: &str) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET overrides = $3, version = version + 1, state = 'reading',
                 notice = '', progress_done = 0, progress_total = 0
               WHERE id = $1 AND version = $2 AND state IN ('ready', 'committed')";
    let values = vec![file.id.into(), file.version.into(), overrides.into()];
    Ok(tx.change(sql, values).await? == 1)
}

/// A file whose reading failed for good waits to be read once more. False when another window
/// asked for that already.
pub(super) async fn read_again(tx: &Tx, id: Uuid, version: i32) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET state = 'reading', version = version + 1
               WHERE id = $1 AND version = $2 AND state IN ('queued', 'reading')";
    Ok(tx.change(sql, vec![id.into(), version.into()]).await? == 1)
}

/// The rows are about to be written into lists. False when the file is busy or was changed since
/// the officer looked at it.
pub(super) async fn start_commit(tx: &Tx, id: Uuid, version: i32) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET state = 'committing', version = version + 1, notice = ''
               WHERE id = $1 AND version = $2 AND state IN ('ready', 'committed')";
    Ok(tx.change(sql, vec![id.into(), version.into()]).await? == 1)
}

/// The rows are in lists. False when the file was not being committed any more.
pub(super) async fn finish_commit(
    tx: &Tx,
    id: Uuid,
    lists: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET state = 'committed', committed_lists = $2, committed_at = $3
               WHERE id = $1 AND state = 'committing'";
    Ok(tx.change(sql, vec![id.into(), lists.into(), now.into()]).await? == 1)
}

/// The commit was refused by a rule: nothing was written.
pub(super) async fn cancel_commit(tx: &Tx, id: Uuid, notice: &str) -> Result<(), DbErr> {
    let sql = "UPDATE intake_files SET notice = $2,
                 state = CASE WHEN committed_at IS NULL THEN 'ready' ELSE 'committed' END
               WHERE id = $1 AND state = 'committing'";
    tx.change(sql, vec![id.into(), notice.into()]).await?;
    Ok(())
}

/// Draft lists that received rows of the file.
pub(super) async fn committed_lists<C: Conn>(conn: &C, id: Uuid) -> Result<Vec<Uuid>, DbErr> {
    #[derive(FromQueryResult)]
    struct Kept {
        committed_lists: String,
    }
    let sql = "SELECT committed_lists FROM intake_files WHERE id = $1";
    let kept: Option<Kept> = conn.row(sql, vec![id.into()]).await?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept.committed_lists).ok()).unwrap_or_default())
}

/// The clerk throws the file away. False when rows of it are in lists or it is busy.
pub(super) async fn discard(tx: &Tx, id: Uuid) -> Result<bool, DbErr> {
    let sql = "UPDATE intake_files SET state = 'discarded', version = version + 1, summary = '',
                 overrides = ''
               WHERE id = $1 AND state = 'ready' AND committed_at IS NULL";
    Ok(tx.change(sql, vec![id.into()]).await? == 1)
}
