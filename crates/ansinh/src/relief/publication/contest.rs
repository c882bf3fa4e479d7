//! A row of a list that the person whose row it is contests.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::store;
use crate::database::Conn;

/// What a complaint needs to know of a row.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ContestedRow {
    /// Entry id.
    pub entry_id: Uuid,
    /// What the decision gave; a member's is the household's.
    pub entitlement_id: Option<Uuid>,
    /// Name as listed.
    pub full_name: String,
    /// NQ42 …
    pub programme_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// District code, or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// 2 or 3.
    pub tiers: i16,
    /// The units of this date are meant.
    pub unit_date: NaiveDate,
    /// Đồng decided.
    pub amount_dong: Option<i64>,
    /// Đồng paid.
    pub paid_dong: Option<i64>,
    /// Day of the last entry.
    pub last_day: Option<NaiveDate>,
}

/// A row of the province by its id.
///
/// # Errors
/// The engine's.
pub async fn contested_row<C: Conn>(
    conn: &C,
    province: &str,
    entry: Uuid,
) -> Result<Option<ContestedRow>, DbErr> {
    store::contested(conn, province, entry).await
}
