//! Links between two numbers of one person.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::in_chunks;
use crate::database::{Conn, Sql};

/// A link to write.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewLink<'a> {
    pub id: Uuid,
    pub province_code: &'a str,
    pub first_key: &'a str,
    pub second_key: &'a str,
    pub kept: Uuid,
    pub moved: Uuid,
    pub moved_json: String,
    pub evidence: &'a str,
    pub by: Uuid,
}

/// A link as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct LinkRow {
    pub id: Uuid,
    pub first_key: String,
    pub second_key: String,
    pub kept_person_id: Uuid,
    pub moved_person_id: Uuid,
    pub moved_entries: String,
    pub evidence: String,
    pub linked_at: DateTime<Utc>,
}

/// Writes a link.
pub(in crate::relief) async fn add<C: Conn>(
    conn: &C,
    new: &NewLink<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO person_links (id, province_code, first_key, second_key, kept_person_id,
           moved_person_id, moved_entries, evidence, linked_by, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            new.id.into(),
            new.province_code.into(),
            new.first_key.into(),
            new.second_key.into(),
            new.kept.into(),
            new.moved.into(),
            new.moved_json.as_str().into(),
            new.evidence.into(),
            new.by.into(),
            now.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Live links of a person, newest first.
pub(in crate::relief) async fn of_person<C: Conn>(
    conn: &C,
    person: Uuid,
) -> Result<Vec<LinkRow>, DbErr> {
    conn.rows(
        "SELECT id, first_key, second_key, kept_person_id, moved_person_id, moved_entries,
           evidence, linked_at
         FROM person_links WHERE kept_person_id = $1 AND undone_at IS NULL
         ORDER BY linked_at DESC",
        vec![person.into()],
    )
    .await
}

#[derive(FromQueryResult)]
struct EntryId {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Key {
    id_key: String,
}

/// Rows (and their entitlements) of one person become another's. Returns the rows.
pub(in crate::relief) async fn move_entries<C: Conn>(
    conn: &C,
    from: Uuid,
    to: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let rows: Vec<EntryId> = conn
        .rows("SELECT id FROM list_entries WHERE person_id = $1 ORDER BY id", vec![from.into()])
        .await?;
    conn.change(
        "UPDATE list_entries SET person_id = $1 WHERE person_id = $2",
        vec![to.into(), from.into()],
    )
    .await?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    set_person_of_entitlements(conn, &ids, to).await?;
    Ok(ids)
}

async fn set_person_of_entitlements<C: Conn>(
    conn: &C,
    entries: &[Uuid],
    person: Uuid,
) -> Result<(), DbErr> {
    for (places, values) in in_chunks(&[person.into()], entries) {
        let sql = format!("UPDATE entitlements SET person_id = $1 WHERE entry_id IN ({places})");
        conn.change(&sql, values).await?;
    }
    Ok(())
}

/// Numbers of one person become another's. Returns their keys.
pub(in crate::relief) async fn move_numbers<C: Conn>(
    conn: &C,
    from: Uuid,
    to: Uuid,
) -> Result<Vec<String>, DbErr> {
    let rows: Vec<Key> = conn
        .rows(
            "SELECT id_key FROM person_identifiers WHERE person_id = $1 ORDER BY id_key",
            vec![from.into()],
        )
        .await?;
    conn.change(
        "UPDATE person_identifiers SET person_id = $1 WHERE person_id = $2",
        vec![to.into(), from.into()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.id_key).collect())
}

/// Numbers, and every row that carries one of them, leave one person for another.
pub(in crate::relief) async fn split<C: Conn>(
    conn: &C,
    keys: &[String],
    from: Uuid,
    to: Uuid,
) -> Result<(), DbErr> {
    for key in keys {
        let values = || vec![to.into(), from.into(), Value::from(key.as_str())];
        conn.change(
            "UPDATE entitlements SET person_id = $1 WHERE person_id = $2 AND entry_id IN (
               SELECT e.id FROM list_entries e WHERE e.person_id = $2 AND e.id_key = $3)",
            values(),
        )
        .await?;
        conn.change(
            "UPDATE list_entries SET person_id = $1 WHERE person_id = $2 AND id_key = $3",
            values(),
        )
        .await?;
        conn.change(
            "UPDATE person_identifiers SET person_id = $1 WHERE person_id = $2 AND id_key = $3",
            values(),
        )
        .await?;
    }
    Ok(())
}

/// The live link of an id.
pub(in crate::relief) async fn one<C: Conn>(conn: &C, id: Uuid) -> Result<Option<LinkRow>, DbErr> {
    conn.row(
        "SELECT id, first_key, second_key, kept_person_id, moved_person_id, moved_entries,
           evidence, linked_at
         FROM person_links WHERE id = $1 AND undone_at IS NULL",
        vec![id.into()],
    )
    .await
}

/// Whether the person that a link kept has been moved to somebody else since.
pub(in crate::relief) async fn moved_on<C: Conn>(conn: &C, link: &LinkRow) -> Result<bool, DbErr> {
    let later = conn
        .number(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM person_links
             WHERE moved_person_id = $1 AND kept_person_id <> $1 AND undone_at IS NULL
               AND id <> $2",
            vec![link.kept_person_id.into(), link.id.into()],
        )
        .await?;
    Ok(later > 0)
}

/// Rows without a number, which no number brings back, leave one person for another.
pub(in crate::relief) async fn split_rows<C: Conn>(
    conn: &C,
    rows: &[Uuid],
    from: Uuid,
    to: Uuid,
) -> Result<(), DbErr> {
    for (places, values) in in_chunks(&[to.into(), from.into()], rows) {
        for (table, column) in [("entitlements", "entry_id"), ("list_entries", "id")] {
            let sql = format!(
                "UPDATE {table} SET person_id = $1 WHERE person_id = $2 AND {column} IN ({places})"
            );
            conn.change(&sql, values.clone()).await?;
        }
    }
    Ok(())
}

/// Marks a link undone; false when it is already.
pub(in crate::relief) async fn undo<C: Conn>(
    conn: &C,
    id: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE person_links SET undone_by = $1, undone_at = $2
         WHERE id = $3 AND undone_at IS NULL";
    Ok(conn.change(sql, vec![by.into(), now.into(), id.into()]).await? == 1)
}
