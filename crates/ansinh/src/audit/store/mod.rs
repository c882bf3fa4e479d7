//! SQL of the audit record.

pub(super) mod access;
pub(super) mod journal;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::chain::{Entry, Hash, Head, Sealed};
use super::seal::fixed;
use super::{About, Act, Done};
use crate::clock::new_id;
use crate::database::{Conn, Constraint, Sql, bulk_insert, bulk_update};
use crate::identity::Scope;

/// One number is given once: a second sealer is refused.
pub(super) const IN_ORDER: Constraint =
    Constraint { name: "audit_entries_in_order", sqlite_columns: "audit_entries.seq" };

/// The columns that are hashed.
const HASHED: &str =
    "id, at, account_id, action, subject_kind, subject_id, province_code, unit_code,
    commune_code, entries, detail";

pub(super) async fn append<C: Conn>(
    conn: &C,
    account: Option<Uuid>,
    scope: &Scope,
    now: DateTime<Utc>,
    act: Act<'_>,
    about: &[About],
) -> Result<(), DbErr> {
    write(conn, rows_of(account, scope, now, act, about)?).await
}

pub(super) async fn append_all<C: Conn>(conn: &C, acts: Vec<Done<'_>>) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(acts.len());
    for Done { account, scope, now, act, about } in acts {
        rows.extend(rows_of(account, scope, now, act, &about)?);
    }
    write(conn, rows).await
}

async fn write<C: Conn>(conn: &C, rows: Vec<Vec<Value>>) -> Result<(), DbErr> {
    let columns: Vec<&str> = HASHED.split(',').map(str::trim).collect();
    bulk_insert(conn, "audit_entries", &columns, rows, "").await?;
    Ok(())
}

fn rows_of(
    account: Option<Uuid>,
    scope: &Scope,
    now: DateTime<Utc>,
    act: Act<'_>,
    about: &[About],
) -> Result<Vec<Vec<Value>>, DbErr> {
    // Rows of several communes (a district's page) make one entry a commune.
    let mut communes: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for one in about {
        communes.entry(&one.commune_code).or_default().extend_from_slice(one.entry.as_bytes());
    }
    let mut places: Vec<(&str, Option<Vec<u8>>)> =
        communes.into_iter().map(|(commune, entries)| (commune, Some(entries))).collect();
    if places.is_empty() {
        places.push(("", None));
    }
    let detail = act.detail.to_string();
    let mut rows = Vec::with_capacity(places.len());
    for (commune, entries) in places {
        let id = new_id(now).map_err(|error| DbErr::Custom(error.to_string()))?;
        rows.push(vec![
            id.into(),
            now.into(),
            account.into(),
            act.action.into(),
            act.subject_kind.into(),
            act.subject_id.clone().into(),
            scope.province().into(),
            scope.code().into(),
            commune.into(),
            entries.into(),
            detail.clone().into(),
        ]);
    }
    Ok(rows)
}

/// Entries that are committed and not sealed, oldest first.
pub(super) async fn unsealed<C: Conn>(conn: &C, limit: i64) -> Result<Vec<Entry>, DbErr> {
    let sql =
        format!("SELECT {HASHED} FROM audit_entries WHERE seq IS NULL ORDER BY id LIMIT {limit}");
    conn.rows(&sql, vec![]).await
}

pub(super) async fn unsealed_count<C: Conn>(conn: &C) -> Result<i64, DbErr> {
    conn.number("SELECT COUNT(*) FROM audit_entries WHERE seq IS NULL", vec![]).await
}

#[derive(FromQueryResult)]
struct HeadRow {
    seq: i64,
    hash: Vec<u8>,
}

impl From<HeadRow> for Head {
    fn from(row: HeadRow) -> Self {
        Self { seq: row.seq, hash: fixed(&row.hash) }
    }
}

/// The end of the chain.
pub(super) async fn last<C: Conn>(conn: &C) -> Result<Head, DbErr> {
    let sql = "SELECT seq, hash FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    let row: Option<HeadRow> = conn.row(sql, vec![]).await?;
    Ok(row.map_or(Head::EMPTY, Head::from))
}

/// Writes places and hashes; returns how many rows were still unsealed.
pub(super) async fn seal<C: Conn>(
    conn: &C,
    rows: Vec<(Uuid, i64, Hash, Hash)>,
) -> Result<u64, DbErr> {
    let rows = rows
        .into_iter()
        .map(|(id, seq, prev, hash)| {
            vec![id.into(), seq.into(), prev.to_vec().into(), hash.to_vec().into()]
        })
        .collect();
    let columns = ["seq", "prev_hash", "hash"];
    bulk_update(conn, "audit_entries", "id", &columns, rows, "audit_entries.seq IS NULL").await
}

/// The last entry of each day that was touched.
pub(super) async fn set_heads<C: Conn>(
    conn: &C,
    days: &BTreeMap<NaiveDate, Head>,
) -> Result<(), DbErr> {
    let rows = days
        .iter()
        .map(|(day, head)| vec![(*day).into(), head.seq.into(), head.hash.to_vec().into()])
        .collect();
    let suffix = "ON CONFLICT (day) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    bulk_insert(conn, "audit_heads", &["day", "seq", "hash"], rows, suffix).await?;
    Ok(())
}

/// The head at the end of a day.
pub(super) async fn head<C: Conn>(conn: &C, day: NaiveDate) -> Result<Head, DbErr> {
    let sql = "SELECT seq, hash FROM audit_heads WHERE day <= $1 ORDER BY seq DESC LIMIT 1";
    let row: Option<HeadRow> = conn.row(sql, vec![day.into()]).await?;
    Ok(row.map_or(Head::EMPTY, Head::from))
}

#[derive(FromQueryResult)]
struct DayRow {
    day: NaiveDate,
    seq: i64,
    hash: Vec<u8>,
}

/// All heads that were kept.
pub(super) async fn heads<C: Conn>(conn: &C) -> Result<Vec<(NaiveDate, Head)>, DbErr> {
    let sql = "SELECT day, seq, hash FROM audit_heads ORDER BY seq";
    let rows: Vec<DayRow> = conn.rows(sql, vec![]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.day, Head { seq: row.seq, hash: fixed(&row.hash) }))
        .collect())
}

/// Sealed entries after `after` up to `last`, in order.
pub(super) async fn sealed<C: Conn>(
    conn: &C,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<Sealed>, DbErr> {
    let sql = format!(
        "SELECT seq, prev_hash, hash, {HASHED} FROM audit_entries
         WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT {limit}"
    );
    conn.rows(&sql, vec![after.into(), last.into()]).await
}

/// Numbers that no sealer gave: below the first, or above the last head. In one statement, so that
/// a sealer at work beside it is seen wholly or not at all.
pub(super) async fn strays<C: Conn>(conn: &C) -> Result<Vec<i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Stray {
        seq: i64,
    }
    let sql = "SELECT seq FROM audit_entries
        WHERE seq > (SELECT COALESCE(MAX(h.seq), 0) FROM audit_heads h) OR seq < 1
        ORDER BY seq LIMIT 100";
    let rows: Vec<Stray> = conn.rows(sql, vec![]).await?;
    Ok(rows.into_iter().map(|row| row.seq).collect())
}

/// The entry with this hash; only to explain a fault, it reads the whole table.
pub(super) async fn seq_of<C: Conn>(conn: &C, hash: &[u8]) -> Result<Option<i64>, DbErr> {
    let sql = "SELECT COALESCE(MAX(seq), 0) FROM audit_entries WHERE hash = $1";
    let seq = conn.number(sql, vec![hash.to_vec().into()]).await?;
    Ok((seq > 0).then_some(seq))
}
