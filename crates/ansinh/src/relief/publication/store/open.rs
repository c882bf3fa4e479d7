//! SQL of what is published as open data: sums only, no person.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql};

/// Entries of the ledger of one day, commune and group that moved money.
#[derive(Debug, Clone, FromQueryResult)]
pub struct DayPaid {
    /// Day of the book.
    pub day: NaiveDate,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
    /// Commune code.
    pub commune_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// Payments.
    pub paid: i64,
    /// Đồng paid.
    pub paid_dong: i64,
    /// Counter-entries and returns.
    pub back: i64,
    /// Đồng that came back, not below zero.
    pub back_dong: i64,
}

/// What was paid in the books up to `through`, day by day.
///
/// # Errors
/// The engine's.
pub async fn paid_by_day<C: Conn>(
    conn: &C,
    province: &str,
    through: NaiveDate,
) -> Result<Vec<DayPaid>, DbErr> {
    let sum = |what: &str, when: &str| {
        format!("CAST(SUM(CASE WHEN {when} THEN {what} ELSE 0 END) AS BIGINT)")
    };
    let sql = format!(
        "SELECT business_day AS day, tiers, commune_code, group_code, {} AS paid, {} AS paid_dong,
           {} AS back, {} AS back_dong
         FROM ledger_days WHERE province_code = $1 AND business_day <= $2 AND entries > 0
         GROUP BY business_day, tiers, commune_code, group_code
         ORDER BY business_day, tiers, commune_code, group_code",
        sum("entries", "amount_dong > 0"),
        sum("entries * amount_dong", "amount_dong > 0"),
        sum("entries", "amount_dong < 0"),
        sum("-entries * amount_dong", "amount_dong < 0"),
    );
    conn.rows(&sql, vec![province.into(), through.into()]).await
}

#[derive(Debug, FromQueryResult)]
struct DaySum {
    day: NaiveDate,
    dong: i64,
}

/// What the books up to `through` moved in an era (its tiers), of one group or of all (an empty code),
/// day by day: day, đồng with its sign.
///
/// # Errors
/// The engine's.
pub async fn paid_days<C: Conn>(
    conn: &C,
    province: &str,
    (tiers, group): (i16, &str),
    through: NaiveDate,
) -> Result<Vec<(NaiveDate, i64)>, DbErr> {
    let sql = "SELECT business_day AS day, CAST(SUM(entries * amount_dong) AS BIGINT) AS dong
      FROM ledger_days WHERE province_code = $1 AND business_day <= $2 AND tiers = $3
        AND ($4 = '' OR group_code = $4) AND entries > 0
      GROUP BY business_day ORDER BY business_day";
    let values = vec![province.into(), through.into(), tiers.into(), group.into()];
    let rows: Vec<DaySum> = conn.rows(sql, values).await?;
    Ok(rows.into_iter().map(|row| (row.day, row.dong)).collect())
}

/// A list that is posted, or was approved.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ListNews {
    /// List id.
    pub id: Uuid,
    /// Commune code.
    pub commune_code: String,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
    /// NQ42 …
    pub programme_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// Đợt.
    pub round: i32,
    /// Since when it is posted.
    pub posted_on: Option<NaiveDate>,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// Number of the decision that approved it.
    pub number: Option<String>,
    /// Its day.
    pub decided_on: Option<NaiveDate>,
}

/// Lists that were posted or approved since a day, the newest first, of one commune (code, tiers) or all.
///
/// # Errors
/// The engine's.
pub async fn list_news<C: Conn>(
    conn: &C,
    province: &str,
    commune: Option<(&str, i16)>,
    since: NaiveDate,
    limit: u64,
) -> Result<Vec<ListNews>, DbErr> {
    let mut values = vec![province.into(), since.into()];
    let mut only = String::new();
    if let Some((code, tiers)) = commune {
        values.extend([code.into(), tiers.into()]);
        only.push_str(" AND l.commune_code = $3 AND l.tiers = $4");
    }
    let sql = format!(
        "SELECT l.id, l.commune_code, l.tiers, l.programme_code, l.group_code, l.round,
           l.posted_on, l.posting_ends_on, d.number, d.decided_on
         FROM beneficiary_lists l LEFT JOIN decisions d ON d.id = l.decision_id
         WHERE l.province_code = $1 AND l.state IN ('posted', 'approved')
           AND COALESCE(d.decided_on, l.posted_on) >= $2{only}
         ORDER BY COALESCE(d.decided_on, l.posted_on) DESC, l.id DESC LIMIT {limit}"
    );
    conn.rows(&sql, values).await
}

/// A decision that stands.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PublicDecision {
    /// 1502/QĐ-UBND.
    pub number: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// Rows it approved.
    pub person_count: i64,
    /// Đồng it approved.
    pub amount_dong: i64,
}

/// The decisions of a province that were not revoked, oldest first.
///
/// # Errors
/// The engine's.
pub async fn public_decisions<C: Conn>(
    conn: &C,
    province: &str,
) -> Result<Vec<PublicDecision>, DbErr> {
    let sql = "SELECT number, decided_on, person_count, amount_dong FROM decisions
               WHERE province_code = $1 AND revoked_at IS NULL ORDER BY decided_on, number";
    conn.rows(sql, vec![province.into()]).await
}
