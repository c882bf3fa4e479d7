//! Persons and their numbers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::in_chunks;
use crate::database::{Conn, Sql, bulk_insert};

#[derive(FromQueryResult)]
struct Known {
    id_key: String,
    person_id: Uuid,
}

/// The persons of these keys, as far as they are known.
pub(in crate::relief) async fn persons_of_keys<C: Conn>(
    conn: &C,
    keys: &[String],
) -> Result<HashMap<String, Uuid>, DbErr> {
    let mut found = HashMap::with_capacity(keys.len());
    for (places, values) in in_chunks(&[], keys) {
        let sql =
            format!("SELECT id_key, person_id FROM person_identifiers WHERE id_key IN ({places})");
        for row in conn.rows::<Known>(&sql, values).await? {
            found.insert(row.id_key, row.person_id);
        }
    }
    Ok(found)
}

/// Writes new persons.
pub(in crate::relief) async fn add_persons<C: Conn>(
    conn: &C,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = ids.iter().map(|id| vec![(*id).into(), now.into()]).collect();
    bulk_insert(conn, "persons", &["id", "created_at"], rows, "").await.map(|_| ())
}

/// Gives numbers to persons; a number that somebody else has just written stays with its person.
/// Returns how many were written.
pub(in crate::relief) async fn add_identifiers<C: Conn>(
    conn: &C,
    numbers: &[(String, String, Uuid)],
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let rows = numbers
        .iter()
        .map(|(key, number, person)| {
            vec![key.as_str().into(), number.as_str().into(), (*person).into(), now.into()]
        })
        .collect();
    let columns = ["id_key", "id_number", "person_id", "added_at"];
    bulk_insert(conn, "person_identifiers", &columns, rows, "ON CONFLICT (id_key) DO NOTHING").await
}
