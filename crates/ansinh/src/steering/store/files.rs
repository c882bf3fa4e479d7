//! SQL of papers' files and evidence.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, Tx, bulk_insert};

/// A file without its content.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::steering) struct FileRow {
    pub id: Uuid,
    pub step_id: Option<Uuid>,
    pub name: String,
}

/// A file with its content.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::steering) struct Content {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// A file that was looked into and found harmless.
#[derive(Debug, Clone)]
pub(in crate::steering) struct NewFile {
    pub id: Uuid,
    pub subject: Uuid,
    pub step: Option<Uuid>,
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

/// Keeps a file.
pub(in crate::steering) async fn add(
    tx: &Tx,
    province: &str,
    now: DateTime<Utc>,
    file: NewFile,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "subject_id",
        "step_id",
        "name",
        "media_type",
        "content",
        "added_at",
    ];
    let row = vec![
        province.into(),
        file.id.into(),
        file.subject.into(),
        file.step.into(),
        file.name.into(),
        file.media_type.into(),
        file.content.into(),
        now.into(),
    ];
    bulk_insert(tx, "steering_files", &columns, vec![row], "").await?;
    Ok(())
}

/// The files of a subject that was found inside the scope.
pub(in crate::steering) async fn of<C: Conn>(
    conn: &C,
    province: &str,
    subject: Uuid,
) -> Result<Vec<FileRow>, DbErr> {
    let sql = "SELECT id, step_id, name FROM steering_files
      WHERE province_code = $1 AND subject_id = $2 ORDER BY id";
    conn.rows(sql, vec![province.into(), subject.into()]).await
}

/// One of them.
pub(in crate::steering) async fn content<C: Conn>(
    conn: &C,
    province: &str,
    subject: Uuid,
    id: Uuid,
) -> Result<Option<Content>, DbErr> {
    let sql = "SELECT name, media_type, content FROM steering_files
      WHERE province_code = $1 AND subject_id = $2 AND id = $3";
    conn.row(sql, vec![province.into(), subject.into(), id.into()]).await
}
