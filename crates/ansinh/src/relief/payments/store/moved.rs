//! SQL of what the public log of payments holds.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql};

/// An entry of the ledger that moved money, with what its payee knows of it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct MovedMoney {
    /// Id of the entry.
    pub entry_id: Uuid,
    /// What was paid.
    pub entitlement_id: Uuid,
    /// `paid`, `returned`, `reversal`.
    pub kind: String,
    /// Đồng; below zero for money that came back.
    pub amount_dong: i64,
    /// Day of the book.
    pub business_day: NaiveDate,
    /// District code, or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// NQ42 …
    pub programme_code: String,
    /// NCC, HN …
    pub group_code: String,
    /// The payee's name as listed.
    pub full_name: String,
    /// Her identity number without leading zeros, or empty.
    pub id_key: String,
}

const MOVED: &str =
    "SELECT p.id AS entry_id, p.entitlement_id, p.kind, p.amount_dong, p.business_day,
    p.district_code, p.commune_code, l.programme_code, p.group_code, le.full_name,
    COALESCE(le.id_key, '') AS id_key
  FROM payment_entries p
  JOIN entitlements e ON e.province_code = p.province_code AND e.id = p.entitlement_id
  JOIN list_entries le ON le.province_code = e.province_code AND le.id = e.entry_id
  JOIN beneficiary_lists l ON l.id = e.list_id
  WHERE p.province_code = $1 AND p.amount_dong <> 0";

/// What moved in the book of a day in a province, commune by commune.
///
/// # Errors
/// The engine's.
pub async fn moved_money<C: Conn>(
    conn: &C,
    province: &str,
    day: NaiveDate,
) -> Result<Vec<MovedMoney>, DbErr> {
    let sql = format!("{MOVED} AND p.business_day = $2 ORDER BY p.commune_code, p.id");
    conn.rows(&sql, vec![province.into(), day.into()]).await
}

/// One entry, if it moved money.
///
/// # Errors
/// The engine's.
pub async fn moved_by<C: Conn>(
    conn: &C,
    province: &str,
    entry: Uuid,
) -> Result<Option<MovedMoney>, DbErr> {
    conn.row(&format!("{MOVED} AND p.id = $2"), vec![province.into(), entry.into()]).await
}

/// How many entries moved money.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct DayOfMoney {
    /// Day of the book.
    pub day: NaiveDate,
    /// Entries.
    pub entries: i64,
}

/// The days up to `through` in whose books money moved.
///
/// # Errors
/// The engine's.
pub async fn days_of_money<C: Conn>(
    conn: &C,
    province: &str,
    through: NaiveDate,
) -> Result<Vec<DayOfMoney>, DbErr> {
    let sql = "SELECT business_day AS day, CAST(SUM(entries) AS BIGINT) AS entries
               FROM ledger_days WHERE province_code = $1 AND business_day <= $2
               GROUP BY business_day HAVING SUM(entries) > 0 ORDER BY business_day";
    conn.rows(sql, vec![province.into(), through.into()]).await
}
