//! SQL of what the public reads: of each article the newest edition whose hour has come.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::work::{DOCUMENT, Document, EDITION, Edition};
use crate::database::{Conn, Sql};

/// Of each article the edition that is public now: `$1` the province, `$2` the instant.
const CURRENT: &str = "FROM news_documents d JOIN news_editions e
  ON e.province_code = d.province_code AND e.document_id = d.id
    AND e.state = 'approved' AND e.publish_at <= $2
    AND NOT EXISTS (SELECT 1 FROM news_editions l WHERE l.document_id = d.id
      AND l.state = 'approved' AND l.publish_at <= $2 AND l.number > e.number)
  WHERE d.province_code = $1 AND d.first_at <= $2";

/// An article in a list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Item {
    pub id: Uuid,
    pub kind: String,
    pub slug: String,
    pub first_at: DateTime<Utc>,
    pub publish_at: DateTime<Utc>,
    pub title: String,
    pub summary: String,
    pub label: String,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::newsroom) struct Asked<'a> {
    /// Of these kinds; all when empty.
    pub kinds: &'a [&'a str],
    /// Words without marks that all must occur.
    pub words: &'a [String],
    /// Of this label; any when empty.
    pub label: &'a str,
    /// After this article.
    pub after: Option<Uuid>,
    /// At most.
    pub limit: u64,
}

/// Articles by their first day, the newest first, without those taken down.
pub(in crate::newsroom) async fn list<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    asked: &Asked<'_>,
) -> Result<Vec<Item>, DbErr> {
    let mut values: Vec<Value> = vec![province.into(), now.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut more = String::new();
    if !asked.kinds.is_empty() {
        let kinds: Vec<String> = asked.kinds.iter().map(|kind| bind((*kind).into())).collect();
        more.push_str(&format!(" AND d.kind IN ({})", kinds.join(", ")));
    }
    for word in asked.words {
        more.push_str(&format!(" AND e.search LIKE {}", bind(format!("%{word}%").into())));
    }
    if !asked.label.is_empty() {
        more.push_str(&format!(" AND e.label = {}", bind(asked.label.into())));
    }
    if let Some(after) = asked.after {
        more.push_str(&format!(
            " AND (d.first_at, d.id) < (SELECT x.first_at, x.id FROM news_documents x
                WHERE x.province_code = $1 AND x.id = {})",
            bind(after.into())
        ));
    }
    let sql = format!(
        "SELECT d.id, d.kind, d.slug, d.first_at, e.publish_at, e.title, e.summary, e.label
         {CURRENT} AND d.withdrawn_at IS NULL{more} ORDER BY d.first_at DESC, d.id DESC LIMIT {}",
        asked.limit
    );
    conn.rows(&sql, values).await
}

/// An article by its address with the edition that is public now, also when it was taken down.
pub(in crate::newsroom) async fn by_slug<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    slug: &str,
) -> Result<Option<(Document, Edition)>, DbErr> {
    let values = || vec![province.into(), now.into(), slug.into()];
    let sql = format!("SELECT {DOCUMENT} {CURRENT} AND d.slug = $3");
    let Some(document) = conn.row::<Document>(&sql, values()).await? else { return Ok(None) };
    let sql = format!("SELECT {EDITION} {CURRENT} AND d.slug = $3");
    Ok(conn.row::<Edition>(&sql, values()).await?.map(|edition| (document, edition)))
}

/// An earlier or later edition as the article names it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Past {
    pub number: i32,
    pub publish_at: DateTime<Utc>,
    pub change_note: String,
}

/// Every edition of an article that was or is public, the newest first.
pub(in crate::newsroom) async fn past<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    document: Uuid,
) -> Result<Vec<Past>, DbErr> {
    conn.rows(
        "SELECT e.number, e.publish_at, e.change_note FROM news_editions e
         WHERE e.province_code = $1 AND e.document_id = $3 AND e.state = 'approved'
           AND e.publish_at <= $2 ORDER BY e.number DESC",
        vec![province.into(), now.into(), document.into()],
    )
    .await
}

/// Title and address of a public article.
pub(in crate::newsroom) async fn named<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    document: Uuid,
) -> Result<Option<Item>, DbErr> {
    let sql = format!(
        "SELECT d.id, d.kind, d.slug, d.first_at, e.publish_at, e.title, e.summary, e.label
         {CURRENT} AND d.id = $3"
    );
    conn.row(&sql, vec![province.into(), now.into(), document.into()]).await
}
