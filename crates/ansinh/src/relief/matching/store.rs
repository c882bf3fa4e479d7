//! Rows as they are compared, their keys, and who was declared different.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, bulk_insert, values_list};
use crate::relief::store::{CHUNK, in_chunks};
use crate::relief::types::birth_text;
use crate::web::{App, Error};

/// A row that is compared.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub list_id: Uuid,
    pub programme_code: String,
    pub group_code: String,
    pub person_id: Uuid,
    pub full_name: String,
    pub birth_year: Option<i32>,
    pub birth_month: Option<i32>,
    pub birth_day: Option<i32>,
    pub sex: Option<String>,
    pub id_number: Option<String>,
    pub id_key: Option<String>,
    pub phone: Option<String>,
    pub hamlet: String,
}

impl Row {
    /// `12/8/1954`, `8/1954`, `1954` or nothing.
    pub(super) fn birth(&self) -> String {
        birth_text(self.birth_year, self.birth_month, self.birth_day)
    }

    /// The unit of its list: district, commune and tiers.
    pub(super) fn place(&self) -> (&str, &str, i16) {
        (&self.district_code, &self.commune_code, self.tiers)
    }
}

const ROW: &str = "e.id, e.district_code, e.commune_code, e.tiers, e.list_id,
  l.programme_code, e.group_code, e.person_id, e.full_name, e.birth_year,
  e.birth_month, e.birth_day, e.sex, e.id_number, e.id_key, e.phone, e.hamlet";

/// Those of the rows that are still proposed, of whatever unit: nothing of them is shown.
pub(super) async fn rows<C: Conn>(
    conn: &C,
    province: &str,
    ids: &[Uuid],
) -> Result<Vec<Row>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for (places, values) in in_chunks(&[province.into()], ids) {
        let sql = format!(
            "SELECT {ROW} FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
             WHERE e.province_code = $1 AND e.state = 'listed' AND e.id IN ({places})"
        );
        found.extend(conn.rows::<Row>(&sql, values).await?);
    }
    Ok(found)
}

/// A page of the rows that are still proposed, in the order of their ids after `after`.
pub(super) async fn page<C: Conn>(
    conn: &C,
    province: &str,
    after: Uuid,
    size: usize,
) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT {ROW} FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
         WHERE e.province_code = $1 AND e.id > $2 AND e.state = 'listed'
         ORDER BY e.id LIMIT {size}"
    );
    conn.rows(&sql, vec![province.into(), after.into()]).await
}

/// A row that waits to be compared, and the change of it that is meant.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(super) struct Waiting {
    pub id: Uuid,
    pub stamp: i32,
}

/// Rows of these lists that wait to be compared.
pub(super) async fn waiting_of<C: Conn>(conn: &C, lists: &[Uuid]) -> Result<Vec<Waiting>, DbErr> {
    let mut found = Vec::new();
    for (places, values) in in_chunks(&[], lists) {
        let sql =
            format!("SELECT entry_id AS id, stamp FROM match_waiting WHERE list_id IN ({places})");
        found.extend(conn.rows::<Waiting>(&sql, values).await?);
    }
    Ok(found)
}

/// The oldest rows that wait to be compared, `size` at most.
pub(super) async fn waiting<C: Conn>(
    conn: &C,
    province: &str,
    size: usize,
) -> Result<Vec<Waiting>, DbErr> {
    let sql = format!(
        "SELECT entry_id AS id, stamp FROM match_waiting WHERE province_code = $1
         ORDER BY entry_id LIMIT {size}"
    );
    conn.rows(&sql, vec![province.into()]).await
}

/// The rows have been compared as they were read. One that was changed since waits on.
pub(super) async fn compared<C: Conn>(conn: &C, rows: &[Waiting]) -> Result<(), DbErr> {
    let mut by_stamp: BTreeMap<i32, Vec<Uuid>> = BTreeMap::new();
    for row in rows {
        by_stamp.entry(row.stamp).or_default().push(row.id);
    }
    for (stamp, ids) in by_stamp {
        for (places, values) in in_chunks(&[stamp.into()], &ids) {
            let sql =
                format!("DELETE FROM match_waiting WHERE stamp = $1 AND entry_id IN ({places})");
            conn.change(&sql, values).await?;
        }
    }
    Ok(())
}

/// Writes keys and commits them; those that are there stay.
pub(super) async fn add_keys(app: &App, keys: &[(i64, Uuid)]) -> Result<(), Error> {
    app.db
        .run_tx::<_, Error, _, _>("relief.match_keys", |tx| async move {
            let rows = keys.iter().map(|(key, id)| vec![(*key).into(), (*id).into()]).collect();
            let columns = ["match_key", "entry_id"];
            bulk_insert(&tx, "match_keys", &columns, rows, "ON CONFLICT DO NOTHING").await?;
            Ok((tx, ()))
        })
        .await
}

/// Who has a key.
#[derive(FromQueryResult)]
struct Holder {
    match_key: i64,
    entry_id: Uuid,
}

/// The rows under each of these keys. A key that more than `most` rows share says nothing, and its
/// rows are not read.
pub(super) async fn holders<C: Conn>(
    conn: &C,
    keys: &[i64],
    most: usize,
) -> Result<HashMap<i64, Vec<Uuid>>, DbErr> {
    let mut found: HashMap<i64, Vec<Uuid>> = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let (list, values) = values_list(conn, chunk.iter().map(|k| vec![(*k).into()]).collect());
        let sql = format!(
            "SELECT k.match_key, k.entry_id FROM match_keys k WHERE k.match_key IN (
               SELECT m.match_key FROM match_keys m WHERE m.match_key IN ({list})
               GROUP BY m.match_key HAVING COUNT(*) <= {most})"
        );
        for row in conn.rows::<Holder>(&sql, values).await? {
            found.entry(row.match_key).or_default().push(row.entry_id);
        }
    }
    Ok(found)
}

/// Two fingerprints that were declared different.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Different {
    pub first_print: String,
    pub second_print: String,
}

/// Who was declared different from one of these fingerprints.
pub(super) async fn different<C: Conn>(
    conn: &C,
    province: &str,
    prints: &[String],
) -> Result<Vec<Different>, DbErr> {
    let mut found = Vec::new();
    for (places, values) in in_chunks(&[province.into()], prints) {
        for column in ["first_print", "second_print"] {
            let sql = format!(
                "SELECT first_print, second_print FROM different_people
                 WHERE province_code = $1 AND {column} IN ({places})"
            );
            found.extend(conn.rows::<Different>(&sql, values.clone()).await?);
        }
    }
    Ok(found)
}

/// Remembers that two people are different.
pub(super) async fn remember_different<C: Conn>(
    conn: &C,
    province: &str,
    prints: (&str, &str),
    warning: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = vec![
        province.into(),
        prints.0.into(),
        prints.1.into(),
        warning.into(),
        by.into(),
        now.into(),
    ];
    let columns = [
        "province_code",
        "first_print",
        "second_print",
        "warning_id",
        "declared_by",
        "declared_at",
    ];
    let suffix = "ON CONFLICT DO NOTHING";
    bulk_insert(conn, "different_people", &columns, vec![row], suffix).await.map(|_| ())
}

/// Forgets what a warning's decision had declared.
pub(super) async fn forget_different<C: Conn>(conn: &C, warning: Uuid) -> Result<u64, DbErr> {
    conn.change("DELETE FROM different_people WHERE warning_id = $1", vec![warning.into()]).await
}
