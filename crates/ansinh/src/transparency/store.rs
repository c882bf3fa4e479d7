//! SQL of the public log.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql, bulk_insert, values_list};

/// The signed head of a closed day.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    /// The day whose book had closed.
    pub day: NaiveDate,
    /// Lines in the log.
    pub size: i64,
    /// 64 hexadecimal digits.
    pub root: String,
    /// The checkpoint with the log's signature.
    pub note: String,
    /// When.
    pub signed_at: DateTime<Utc>,
}

const HEAD: &str =
    "SELECT day, size, root, note, signed_at FROM log_heads WHERE province_code = $1";

/// The head that was signed last.
pub(super) async fn last_head<C: Conn>(conn: &C, province: &str) -> Result<Option<Head>, DbErr> {
    Ok(heads(conn, province, 1).await?.pop())
}

/// The head of a day.
pub(super) async fn head_of<C: Conn>(
    conn: &C,
    province: &str,
    day: NaiveDate,
) -> Result<Option<Head>, DbErr> {
    conn.row(&format!("{HEAD} AND day = $2"), vec![province.into(), day.into()]).await
}

/// The last heads, newest first.
pub(super) async fn heads<C: Conn>(
    conn: &C,
    province: &str,
    limit: u64,
) -> Result<Vec<Head>, DbErr> {
    conn.rows(&format!("{HEAD} ORDER BY day DESC LIMIT {limit}"), vec![province.into()]).await
}

/// Every head, oldest first.
///
/// # Errors
/// The engine's.
pub async fn published_heads<C: Conn>(conn: &C, province: &str) -> Result<Vec<Head>, DbErr> {
    conn.rows(&format!("{HEAD} ORDER BY day"), vec![province.into()]).await
}

/// Writes a head; false when another server was first.
pub(super) async fn add_head<C: Conn>(
    conn: &C,
    province: &str,
    head: &Head,
) -> Result<bool, DbErr> {
    let sql = "INSERT INTO log_heads (province_code, day, size, root, note, signed_at)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let values = vec![
        province.into(),
        head.day.into(),
        head.size.into(),
        head.root.clone().into(),
        head.note.clone().into(),
        head.signed_at.into(),
    ];
    Ok(conn.change(sql, values).await? == 1)
}

/// How many lines there are, published or about to be.
pub(super) async fn size<C: Conn>(conn: &C, province: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COALESCE(MAX(number) + 1, 0) FROM log_leaves WHERE province_code = $1";
    conn.number(sql, vec![province.into()]).await
}

#[derive(FromQueryResult)]
struct Day {
    day: NaiveDate,
    lines: i64,
}

/// How many lines each day has.
pub(super) async fn days<C: Conn>(
    conn: &C,
    province: &str,
) -> Result<HashMap<NaiveDate, i64>, DbErr> {
    let sql = "SELECT day, COUNT(*) AS lines FROM log_leaves WHERE province_code = $1 GROUP BY day";
    let days: Vec<Day> = conn.rows(sql, vec![province.into()]).await?;
    Ok(days.into_iter().map(|day| (day.day, day.lines)).collect())
}

#[derive(FromQueryResult)]
struct Id {
    entry_id: Uuid,
}

/// The entries of a day that have their line.
pub(super) async fn logged<C: Conn>(
    conn: &C,
    province: &str,
    day: NaiveDate,
) -> Result<HashSet<Uuid>, DbErr> {
    let sql = "SELECT entry_id FROM log_leaves WHERE province_code = $1 AND day = $2";
    let ids: Vec<Id> = conn.rows(sql, vec![province.into(), day.into()]).await?;
    Ok(ids.into_iter().map(|id| id.entry_id).collect())
}

/// A line to write.
pub(super) struct Leaf {
    pub number: i64,
    pub entry_id: Uuid,
    pub day: NaiveDate,
    pub commitment: String,
    pub line: String,
}

pub(super) async fn add_leaves<C: Conn>(
    conn: &C,
    province: &str,
    leaves: Vec<Leaf>,
) -> Result<(), DbErr> {
    let columns = ["province_code", "number", "entry_id", "day", "commitment", "line"];
    let row = |leaf: Leaf| {
        vec![
            province.into(),
            leaf.number.into(),
            leaf.entry_id.into(),
            leaf.day.into(),
            leaf.commitment.into(),
            leaf.line.into(),
        ]
    };
    let rows = leaves.into_iter().map(row).collect();
    bulk_insert(conn, "log_leaves", &columns, rows, "").await.map(|_| ())
}

#[derive(FromQueryResult)]
struct Hashes {
    hashes: Vec<u8>,
}

/// The hashes of a tile, as far as it has grown.
pub(super) async fn tile<C: Conn>(
    conn: &C,
    province: &str,
    level: u8,
    place: i64,
) -> Result<Option<Vec<u8>>, DbErr> {
    let sql = "SELECT hashes FROM log_tiles WHERE province_code = $1 AND level = $2 AND place = $3";
    let values = vec![province.into(), i16::from(level).into(), place.into()];
    Ok(conn.row::<Hashes>(sql, values).await?.map(|row| row.hashes))
}

pub(super) async fn put_tile<C: Conn>(
    conn: &C,
    province: &str,
    (level, place): (u8, i64),
    hashes: Vec<u8>,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_tiles (province_code, level, place, hashes) VALUES ($1, $2, $3, $4)
               ON CONFLICT (province_code, level, place) DO UPDATE SET hashes = excluded.hashes";
    let values = vec![province.into(), i16::from(level).into(), place.into(), hashes.into()];
    conn.change(sql, values).await.map(|_| ())
}

#[derive(FromQueryResult)]
struct Line {
    line: String,
}

/// `count` lines from a number on.
pub(super) async fn lines<C: Conn>(
    conn: &C,
    province: &str,
    first: i64,
    count: i64,
) -> Result<Vec<String>, DbErr> {
    let sql =
        "SELECT line FROM log_leaves WHERE province_code = $1 AND number >= $2 AND number < $3
               ORDER BY number";
    let values = vec![province.into(), first.into(), (first + count).into()];
    Ok(conn.rows::<Line>(sql, values).await?.into_iter().map(|row| row.line).collect())
}

/// The number of the line with this commitment.
pub(super) async fn number_of<C: Conn>(
    conn: &C,
    province: &str,
    commitment: &str,
) -> Result<Option<i64>, DbErr> {
    number(conn, "commitment", province, commitment.into()).await
}

/// The number of an entry's line.
pub(super) async fn number_of_entry<C: Conn>(
    conn: &C,
    province: &str,
    entry: Uuid,
) -> Result<Option<i64>, DbErr> {
    number(conn, "entry_id", province, entry.into()).await
}

#[derive(FromQueryResult)]
struct Number {
    number: i64,
}

async fn number<C: Conn>(
    conn: &C,
    column: &'static str,
    province: &str,
    value: Value,
) -> Result<Option<i64>, DbErr> {
    let sql = format!("SELECT number FROM log_leaves WHERE province_code = $1 AND {column} = $2");
    Ok(conn.row::<Number>(&sql, vec![province.into(), value]).await?.map(|row| row.number))
}

#[derive(FromQueryResult)]
struct Salted {
    entry_id: Uuid,
    salt: Vec<u8>,
}

/// The salts of these entries; `fresh` are kept for those that have none.
pub(super) async fn salts<C: Conn>(
    conn: &C,
    province: &str,
    fresh: &[(Uuid, [u8; 16])],
) -> Result<HashMap<Uuid, [u8; 16]>, DbErr> {
    let columns = ["province_code", "entry_id", "salt"];
    let row = |(entry, salt): &(Uuid, [u8; 16])| {
        vec![province.into(), (*entry).into(), salt.to_vec().into()]
    };
    let rows = fresh.iter().map(row).collect();
    bulk_insert(conn, "slip_salts", &columns, rows, "ON CONFLICT DO NOTHING").await?;
    let ids = fresh.iter().map(|(entry, _)| vec![province.into(), (*entry).into()]).collect();
    let (list, values) = values_list(conn, ids);
    let sql = format!(
        "SELECT s.entry_id, s.salt FROM ({list}) v
         JOIN slip_salts s ON s.province_code = v.column1 AND s.entry_id = v.column2"
    );
    let found: Vec<Salted> = conn.rows(&sql, values).await?;
    let whole = |row: Salted| Some((row.entry_id, row.salt.try_into().ok()?));
    Ok(found.into_iter().filter_map(whole).collect())
}

/// What a witness signed.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Witnessed {
    pub witness: String,
    pub line: String,
}

/// Who co-signed the head of this size.
pub(super) async fn witnessed<C: Conn>(
    conn: &C,
    province: &str,
    size: i64,
    root: &str,
) -> Result<Vec<Witnessed>, DbErr> {
    let sql = "SELECT witness, line FROM log_witnessed
               WHERE province_code = $1 AND size = $2 AND root = $3 ORDER BY witness";
    conn.rows(sql, vec![province.into(), size.into(), root.into()]).await
}

pub(super) async fn add_witnessed<C: Conn>(
    conn: &C,
    province: &str,
    (size, root): (i64, &str),
    witnessed: &Witnessed,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_witnessed (province_code, size, root, witness, line, received_at)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (province_code, size, witness) DO UPDATE
               SET line = excluded.line, received_at = excluded.received_at";
    let values = vec![
        province.into(),
        size.into(),
        root.into(),
        witnessed.witness.clone().into(),
        witnessed.line.clone().into(),
        now.into(),
    ];
    conn.change(sql, values).await.map(|_| ())
}
