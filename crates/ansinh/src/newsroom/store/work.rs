//! SQL of articles at work: documents, editions, steps.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::identity::{Actor, Scope};
use crate::newsroom::types::{BoardRole, Kind, State};

/// An address belongs to one article.
pub(in crate::newsroom) const SLUG: Constraint = Constraint {
    name: "news_documents_by_slug",
    sqlite_columns: "news_documents.province_code, news_documents.slug",
};
/// The form of a new article makes one.
pub(in crate::newsroom) const DOCUMENT_ID: Constraint = Constraint {
    name: "news_documents_pkey",
    sqlite_columns: "news_documents.province_code, news_documents.id",
};

/// An article whatever its editions.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Document {
    pub id: Uuid,
    pub kind: String,
    pub slug: Option<String>,
    pub version: i32,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_why: Option<String>,
    pub withdrawn_note: String,
    pub merged_into: Option<Uuid>,
}

/// Columns of [`Document`] of a table called `d`.
pub(super) const DOCUMENT: &str = "d.id, d.kind, d.slug, d.version, d.withdrawn_at,
  d.withdrawn_why, d.withdrawn_note, d.merged_into";

/// One edition.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Edition {
    pub id: Uuid,
    pub document_id: Uuid,
    pub number: i32,
    pub state: String,
    pub title: String,
    pub summary: String,
    pub body: String,
    pub change_note: String,
    pub label: String,
    pub field: String,
    pub claim: String,
    pub seen_channel: String,
    pub seen_url: String,
    pub seen_on: Option<NaiveDate>,
    pub source_number: String,
    pub source_on: Option<NaiveDate>,
    pub source_url: String,
    pub review_agency: String,
    pub reviewer_id: Option<Uuid>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub review_note: String,
    pub author_id: Uuid,
    pub written_by: Uuid,
    pub publish_at: Option<DateTime<Utc>>,
}

/// Columns of [`Edition`] of a table called `e`.
pub(super) const EDITION: &str = "e.id, e.document_id, e.number, e.state, e.title, e.summary, e.body,
  e.change_note, e.label, e.field, e.claim, e.seen_channel, e.seen_url, e.seen_on, e.source_number,
  e.source_on, e.source_url, e.review_agency, e.reviewer_id, e.reviewed_at, e.review_note, e.author_id,
  e.written_by, e.publish_at";

/// An article of the scope's province.
pub(in crate::newsroom) async fn document<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Document>, DbErr> {
    let sql =
        format!("SELECT {DOCUMENT} FROM news_documents d WHERE d.province_code = $1 AND d.id = $2");
    conn.row(&sql, vec![scope.province().into(), id.into()]).await
}

/// The editions of an article, the newest first.
pub(in crate::newsroom) async fn editions<C: Conn>(
    conn: &C,
    scope: &Scope,
    document: Uuid,
) -> Result<Vec<Edition>, DbErr> {
    let sql = format!(
        "SELECT {EDITION} FROM news_editions e WHERE e.province_code = $1 AND e.document_id = $2
         ORDER BY e.number DESC"
    );
    conn.rows(&sql, vec![scope.province().into(), document.into()]).await
}

/// Who wrote in an edition at any time.
pub(in crate::newsroom) async fn writers<C: Conn>(
    conn: &C,
    scope: &Scope,
    edition: &Edition,
) -> Result<Vec<Uuid>, DbErr> {
    #[derive(FromQueryResult)]
    struct By {
        by_account: Uuid,
    }
    let rows: Vec<By> = conn
        .rows(
            "SELECT DISTINCT s.by_account FROM news_steps s WHERE s.province_code = $1
               AND s.document_id = $2 AND s.number = $3 AND s.step IN ('write', 'replace')",
            vec![scope.province().into(), edition.document_id.into(), edition.number.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.by_account).collect())
}

/// Takes the article's lock; false when somebody was faster.
pub(in crate::newsroom) async fn lock(
    tx: &Tx,
    scope: &Scope,
    document: Uuid,
    version: i32,
) -> Result<bool, DbErr> {
    let sql = "UPDATE news_documents SET version = version + 1
               WHERE province_code = $1 AND id = $2 AND version = $3";
    let values = vec![scope.province().into(), document.into(), version.into()];
    Ok(tx.change(sql, values).await? == 1)
}

/// Writes a new article.
pub(in crate::newsroom) async fn add_document(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    id: Uuid,
    kind: Kind,
) -> Result<(), DbErr> {
    let columns = ["province_code", "id", "kind", "created_by", "created_at"];
    let row = vec![
        actor.scope.province().into(),
        id.into(),
        kind.code().into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "news_documents", &columns, vec![row], "").await.map(|_| ())
}

/// Begins an edition: empty, or with everything of the one before.
pub(in crate::newsroom) async fn add_edition(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    (id, document, number): (Uuid, Uuid, i32),
    title: &str,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "document_id",
        "number",
        "state",
        "title",
        "author_id",
        "written_by",
        "written_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        id.into(),
        document.into(),
        number.into(),
        State::Draft.code().into(),
        title.into(),
        actor.account_id.into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "news_editions", &columns, vec![row], "").await.map(|_| ())
}

/// Gives a new edition the files of the one before.
pub(in crate::newsroom) async fn copy_files(tx: &Tx, from: Uuid, to: Uuid) -> Result<(), DbErr> {
    let sql = "INSERT INTO news_edition_files (edition_id, file_id)
               SELECT $1, f.file_id FROM news_edition_files f WHERE f.edition_id = $2";
    tx.change(sql, vec![to.into(), from.into()]).await.map(|_| ())
}

/// Writes text and fields of an edition, and that nobody has reviewed this text.
pub(in crate::newsroom) async fn write(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &Edition,
    search: &str,
) -> Result<(), DbErr> {
    let fields: [(&str, Value); 19] = [
        ("title", new.title.as_str().into()),
        ("summary", new.summary.as_str().into()),
        ("body", new.body.as_str().into()),
        ("change_note", new.change_note.as_str().into()),
        ("label", new.label.as_str().into()),
        ("field", new.field.as_str().into()),
        ("claim", new.claim.as_str().into()),
        ("seen_channel", new.seen_channel.as_str().into()),
        ("seen_url", new.seen_url.as_str().into()),
        ("seen_on", new.seen_on.into()),
        ("source_number", new.source_number.as_str().into()),
        ("source_on", new.source_on.into()),
        ("source_url", new.source_url.as_str().into()),
        ("review_agency", new.review_agency.as_str().into()),
        ("reviewer_id", new.reviewer_id.into()),
        ("review_note", "".into()),
        ("written_by", actor.account_id.into()),
        ("written_at", now.into()),
        ("search", search.into()),
    ];
    let set: Vec<String> =
        fields.iter().enumerate().map(|(at, (name, _))| format!("{name} = ${}", at + 1)).collect();
    let sql = format!(
        "UPDATE news_editions SET {}, reviewed_at = NULL WHERE province_code = $20 AND id = $21",
        set.join(", ")
    );
    let mut values: Vec<Value> = fields.into_iter().map(|(_, value)| value).collect();
    values.push(actor.scope.province().into());
    values.push(new.id.into());
    tx.change(&sql, values).await.map(|_| ())
}

/// Moves an edition to a state in which it is not public; `keep`: its review stays.
pub(in crate::newsroom) async fn set_state(
    tx: &Tx,
    scope: &Scope,
    edition: Uuid,
    (state, keep): (State, bool),
) -> Result<(), DbErr> {
    let review = if keep { "" } else { ", reviewed_at = NULL, review_note = ''" };
    let sql = format!(
        "UPDATE news_editions SET state = $1, approved_by = NULL, approved_at = NULL,
           publish_at = NULL{review} WHERE province_code = $2 AND id = $3"
    );
    let values = vec![state.code().into(), scope.province().into(), edition.into()];
    tx.change(&sql, values).await.map(|_| ())
}

/// The agency confirmed the text.
pub(in crate::newsroom) async fn confirm(
    tx: &Tx,
    scope: &Scope,
    now: DateTime<Utc>,
    edition: Uuid,
    note: &str,
) -> Result<(), DbErr> {
    let sql = "UPDATE news_editions SET reviewed_at = $1, review_note = $2
               WHERE province_code = $3 AND id = $4";
    let values = vec![now.into(), note.into(), scope.province().into(), edition.into()];
    tx.change(sql, values).await.map(|_| ())
}

/// Public from `publish_at` on.
pub(in crate::newsroom) async fn approve(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    edition: Uuid,
    publish_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let sql = "UPDATE news_editions SET state = 'approved', approved_by = $1, approved_at = $2,
                 publish_at = $3 WHERE province_code = $4 AND id = $5";
    let values = vec![
        actor.account_id.into(),
        now.into(),
        publish_at.into(),
        actor.scope.province().into(),
        edition.into(),
    ];
    tx.change(sql, values).await.map(|_| ())
}

/// Keeps when an article was or will be public first, after an edition was approved or taken back.
pub(in crate::newsroom) async fn count_first(
    tx: &Tx,
    scope: &Scope,
    document: Uuid,
) -> Result<(), DbErr> {
    let sql = "UPDATE news_documents SET first_at = (SELECT MIN(e.publish_at) FROM news_editions e
                 WHERE e.document_id = news_documents.id AND e.state = 'approved')
               WHERE province_code = $1 AND id = $2";
    tx.change(sql, vec![scope.province().into(), document.into()]).await.map(|_| ())
}

/// Addresses that begin with `stem`.
pub(in crate::newsroom) async fn slugs<C: Conn>(
    conn: &C,
    scope: &Scope,
    stem: &str,
) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        slug: String,
    }
    let sql = "SELECT d.slug FROM news_documents d
               WHERE d.province_code = $1 AND (d.slug = $2 OR d.slug LIKE $3)";
    let values = vec![scope.province().into(), stem.into(), format!("{stem}-%").into()];
    let rows: Vec<Row> = conn.rows(sql, values).await?;
    Ok(rows.into_iter().map(|row| row.slug).collect())
}

/// Gives an article its address.
pub(in crate::newsroom) async fn set_slug(
    tx: &Tx,
    scope: &Scope,
    document: Uuid,
    slug: &str,
) -> Result<(), DbErr> {
    let sql = "UPDATE news_documents SET slug = $1
               WHERE province_code = $2 AND id = $3 AND slug IS NULL";
    let values = vec![slug.into(), scope.province().into(), document.into()];
    tx.change(sql, values).await.map(|_| ())
}

/// Takes an article down (`Some`: why, in words, and where its text is now) or puts it up again.
pub(in crate::newsroom) async fn set_withdrawn(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    document: Uuid,
    down: Option<(&str, &str, Option<Uuid>)>,
) -> Result<(), DbErr> {
    let at = down.is_some().then_some(now);
    let by = down.is_some().then_some(actor.account_id);
    let (why, note, into) = match down {
        Some((why, note, into)) => (Some(why.to_owned()), note, into),
        None => (None, "", None),
    };
    let sql = "UPDATE news_documents SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_why = $3,
                 withdrawn_note = $4, merged_into = $5 WHERE province_code = $6 AND id = $7";
    let values = vec![
        at.into(),
        by.into(),
        why.into(),
        note.into(),
        into.into(),
        actor.scope.province().into(),
        document.into(),
    ];
    tx.change(sql, values).await.map(|_| ())
}

/// A step to be written.
pub(in crate::newsroom) struct NewStep<'a> {
    pub id: Uuid,
    pub document: Uuid,
    pub number: i32,
    pub step: &'a str,
    pub role: Option<BoardRole>,
    pub note: &'a str,
}

/// Appends a step.
pub(in crate::newsroom) async fn add_step(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &NewStep<'_>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "document_id",
        "number",
        "step",
        "by_account",
        "by_role",
        "at",
        "note",
    ];
    let row = vec![
        actor.scope.province().into(),
        new.id.into(),
        new.document.into(),
        new.number.into(),
        new.step.into(),
        actor.account_id.into(),
        new.role.map_or("", BoardRole::code).into(),
        now.into(),
        new.note.into(),
    ];
    bulk_insert(tx, "news_steps", &columns, vec![row], "").await.map(|_| ())
}

/// A step as it was done.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Step {
    pub number: i32,
    pub step: String,
    pub by_account: Uuid,
    pub by_role: String,
    pub at: DateTime<Utc>,
    pub note: String,
}

/// The steps of an article, the newest first.
pub(in crate::newsroom) async fn steps<C: Conn>(
    conn: &C,
    scope: &Scope,
    document: Uuid,
) -> Result<Vec<Step>, DbErr> {
    conn.rows(
        "SELECT s.number, s.step, s.by_account, s.by_role, s.at, s.note FROM news_steps s
         WHERE s.province_code = $1 AND s.document_id = $2 ORDER BY s.at DESC, s.id DESC LIMIT 200",
        vec![scope.province().into(), document.into()],
    )
    .await
}

/// An article in the list of work.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Line {
    pub document_id: Uuid,
    pub kind: String,
    pub number: i32,
    pub state: String,
    pub title: String,
    pub author_id: Uuid,
    pub written_by: Uuid,
    pub written_at: DateTime<Utc>,
    pub reviewer_id: Option<Uuid>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub publish_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

const LINE: &str = "SELECT e.document_id, d.kind, e.number, e.state, e.title, e.author_id, e.written_by,
  e.written_at, e.reviewer_id, e.reviewed_at, e.publish_at, d.withdrawn_at
  FROM news_editions e JOIN news_documents d ON d.province_code = e.province_code AND d.id = e.document_id
  WHERE e.province_code = $1";

/// Editions that are not public yet: written, submitted, returned, or waiting for their hour.
pub(in crate::newsroom) async fn at_work<C: Conn>(
    conn: &C,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINE} AND (e.state IN ('draft', 'submitted', 'returned')
           OR (e.state = 'approved' AND e.publish_at > $2)) ORDER BY e.written_at, e.id LIMIT 500"
    );
    conn.rows(&sql, vec![scope.province().into(), now.into()]).await
}

/// Articles that are or were public, by their first day, after `after` (an id).
pub(in crate::newsroom) async fn done<C: Conn>(
    conn: &C,
    scope: &Scope,
    now: DateTime<Utc>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Line>, DbErr> {
    let mut values: Vec<Value> = vec![scope.province().into(), now.into()];
    let mut more = "";
    if let Some(after) = after {
        values.push(after.into());
        more = "AND (d.first_at, d.id) < (SELECT x.first_at, x.id FROM news_documents x
                  WHERE x.province_code = $1 AND x.id = $3)";
    }
    let sql = format!(
        "{LINE} AND e.state = 'approved' AND e.publish_at <= $2 {more}
           AND NOT EXISTS (SELECT 1 FROM news_editions l WHERE l.document_id = e.document_id
             AND l.state = 'approved' AND l.publish_at <= $2 AND l.number > e.number)
         ORDER BY d.first_at DESC, d.id DESC LIMIT {limit}"
    );
    conn.rows(&sql, values).await
}

/// True when somebody waits for this account's review.
pub(in crate::newsroom) async fn asked_to_review<C: Conn>(
    conn: &C,
    scope: &Scope,
    account: Uuid,
) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM news_editions e WHERE e.province_code = $1
                 AND e.state = 'submitted' AND e.reviewer_id = $2 AND e.reviewed_at IS NULL";
    Ok(conn.number(sql, vec![scope.province().into(), account.into()]).await? > 0)
}

/// Somebody wrote in an edition without changing its text: nobody has reviewed it so.
pub(in crate::newsroom) async fn touch(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    edition: Uuid,
) -> Result<(), DbErr> {
    let sql = "UPDATE news_editions SET written_by = $1, written_at = $2, reviewed_at = NULL,
                 review_note = '' WHERE province_code = $3 AND id = $4";
    let values =
        vec![actor.account_id.into(), now.into(), actor.scope.province().into(), edition.into()];
    tx.change(sql, values).await.map(|_| ())
}
