//! SQL of pictures and attachments.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, Tx, bulk_insert};
use crate::identity::{Actor, Scope};

/// A file of an edition without its content.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct File {
    pub id: Uuid,
    pub kind: String,
    pub name: String,
    pub alt: String,
    pub width: i32,
    pub height: i32,
    pub size_bytes: i64,
}

/// A file to be written.
pub(in crate::newsroom) struct NewFile<'a> {
    pub id: Uuid,
    pub document: Uuid,
    pub edition: Uuid,
    pub kind: &'a str,
    pub media_type: &'a str,
    pub name: &'a str,
    pub alt: &'a str,
    pub width: i32,
    pub height: i32,
    pub content: Vec<u8>,
}

/// Keeps a file with an edition.
pub(in crate::newsroom) async fn add(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &NewFile<'_>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "document_id",
        "kind",
        "media_type",
        "name",
        "alt",
        "width",
        "height",
        "size_bytes",
        "content",
        "added_by",
        "added_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        new.id.into(),
        new.document.into(),
        new.kind.into(),
        new.media_type.into(),
        new.name.into(),
        new.alt.into(),
        new.width.into(),
        new.height.into(),
        i64::try_from(new.content.len()).unwrap_or(i64::MAX).into(),
        new.content.clone().into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "news_files", &columns, vec![row], "").await?;
    let row = vec![new.edition.into(), new.id.into()];
    bulk_insert(tx, "news_edition_files", &["edition_id", "file_id"], vec![row], "").await?;
    Ok(())
}

/// Takes a file out of an edition, and away when no other edition shows it; false when it was not there.
pub(in crate::newsroom) async fn remove(
    tx: &Tx,
    scope: &Scope,
    edition: Uuid,
    file: Uuid,
) -> Result<bool, DbErr> {
    let sql = "DELETE FROM news_edition_files WHERE edition_id = $1 AND file_id = $2";
    let removed = tx.change(sql, vec![edition.into(), file.into()]).await?;
    let sql = "DELETE FROM news_files WHERE province_code = $1 AND id = $2
                 AND NOT EXISTS (SELECT 1 FROM news_edition_files f WHERE f.file_id = $2)";
    tx.change(sql, vec![scope.province().into(), file.into()]).await?;
    Ok(removed == 1)
}

/// The files of an edition in the order they came.
pub(in crate::newsroom) async fn of_edition<C: Conn>(
    conn: &C,
    province: &str,
    edition: Uuid,
) -> Result<Vec<File>, DbErr> {
    conn.rows(
        "SELECT f.id, f.kind, f.name, f.alt, f.width, f.height, f.size_bytes FROM news_files f
         JOIN news_edition_files x ON x.file_id = f.id
         WHERE f.province_code = $1 AND x.edition_id = $2 ORDER BY f.id",
        vec![province.into(), edition.into()],
    )
    .await
}

/// A file to be sent.
#[derive(Debug, FromQueryResult)]
pub(in crate::newsroom) struct Content {
    pub kind: String,
    pub media_type: String,
    pub name: String,
    pub content: Vec<u8>,
    /// An edition that the public reads now shows it.
    pub public: bool,
}

/// A file of the province, and whether the public may have it now: a public edition shows it, and the
/// article was not put up by mistake.
pub(in crate::newsroom) async fn content<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    file: Uuid,
) -> Result<Option<Content>, DbErr> {
    conn.row(
        "SELECT f.kind, f.media_type, f.name, f.content, EXISTS (
           SELECT 1 FROM news_edition_files x
           JOIN news_editions e ON e.id = x.edition_id AND e.province_code = f.province_code
           JOIN news_documents d ON d.id = e.document_id AND d.province_code = f.province_code
           WHERE x.file_id = f.id AND e.state = 'approved' AND e.publish_at <= $2
             AND (d.withdrawn_why IS NULL OR d.withdrawn_why = 'ended')
             AND NOT EXISTS (SELECT 1 FROM news_editions l WHERE l.document_id = e.document_id
               AND l.state = 'approved' AND l.publish_at <= $2 AND l.number > e.number)) AS public
         FROM news_files f WHERE f.province_code = $1 AND f.id = $3",
        vec![province.into(), now.into(), file.into()],
    )
    .await
}
