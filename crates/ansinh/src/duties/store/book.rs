//! SQL of books opened again and of entries written late.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::UnitRow;
use crate::database::{Conn, Constraint, Sql, Tx};
use crate::duties::types::{LateEntry, Reopening, Unit};
use crate::identity::Scope;

/// One live opening a unit and day.
pub(in crate::duties) const REOPENING_LIVE: Constraint = Constraint {
    name: "day_reopenings_live",
    sqlite_columns: "day_reopenings.province_code, day_reopenings.commune_code, day_reopenings.tiers, day_reopenings.day",
};

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    unit: UnitRow,
    id: Uuid,
    day: NaiveDate,
    reason: String,
    opened_by: Uuid,
    opened_at: DateTime<Utc>,
    until_at: DateTime<Utc>,
    closed_by: Option<Uuid>,
    closed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Reopening {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            unit: row.unit.into(),
            day: row.day,
            reason: row.reason,
            opened_by: row.opened_by,
            opened_at: row.opened_at,
            until_at: row.until_at,
            closed_by: row.closed_by,
            closed_at: row.closed_at,
        }
    }
}

const REOPENING: &str = "SELECT r.province_code, r.district_code, r.commune_code, r.tiers, r.id,
  r.day, r.reason, r.opened_by, r.opened_at, r.until_at, r.closed_by, r.closed_at
  FROM day_reopenings r";

/// The opening by which a closed book is open at `now`.
pub(in crate::duties) async fn live_reopening<C: Conn>(
    conn: &C,
    unit: &Unit,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Reopening>, DbErr> {
    let sql = format!(
        "{REOPENING} WHERE r.province_code = $1 AND r.commune_code = $2 AND r.tiers = $3
           AND r.day = $4 AND r.closed_at IS NULL AND r.until_at > $5"
    );
    let values = vec![
        unit.province.as_str().into(),
        unit.commune.as_str().into(),
        unit.tiers.into(),
        day.into(),
        now.into(),
    ];
    let row: Option<Row> = conn.row(&sql, values).await?;
    Ok(row.map(Reopening::from))
}

/// Openings made since `since`, the newest first.
pub(in crate::duties) async fn reopenings<C: Conn>(
    conn: &C,
    scope: &Scope,
    since: DateTime<Utc>,
) -> Result<Vec<Reopening>, DbErr> {
    let sql = format!(
        "{REOPENING} WHERE {} AND r.province_code = $2 AND r.opened_at >= $3
         ORDER BY r.opened_at DESC, r.id",
        scope.condition("r", 1)
    );
    let values = vec![scope.code().into(), scope.province().into(), since.into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    Ok(rows.into_iter().map(Reopening::from).collect())
}

/// Notes the end of an opening whose hour has come, so that another may follow.
pub(in crate::duties) async fn settle_run_out(
    tx: &Tx,
    unit: &Unit,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    tx.change(
        "UPDATE day_reopenings SET closed_at = until_at
         WHERE province_code = $1 AND commune_code = $2 AND tiers = $3 AND day = $4
           AND closed_at IS NULL AND until_at <= $5",
        vec![
            unit.province.as_str().into(),
            unit.commune.as_str().into(),
            unit.tiers.into(),
            day.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

pub(in crate::duties) async fn add_reopening(tx: &Tx, one: &Reopening) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO day_reopenings (id, province_code, district_code, commune_code, tiers, day,
           reason, opened_by, opened_at, until_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            one.id.into(),
            one.unit.province.as_str().into(),
            one.unit.district.as_str().into(),
            one.unit.commune.as_str().into(),
            one.unit.tiers.into(),
            one.day.into(),
            one.reason.as_str().into(),
            one.opened_by.into(),
            one.opened_at.into(),
            one.until_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Takes part in an opening: false when it is over. The row stays locked to the transaction's end.
pub(in crate::duties) async fn use_reopening(
    tx: &Tx,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let used = tx
        .change(
            "UPDATE day_reopenings SET last_used_at = $2
             WHERE id = $1 AND closed_at IS NULL AND until_at > $2",
            vec![id.into(), now.into()],
        )
        .await?;
    Ok(used == 1)
}

/// Ends an opening early; false when it is over.
pub(in crate::duties) async fn close_reopening(
    tx: &Tx,
    unit: &Unit,
    id: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let closed = tx
        .change(
            "UPDATE day_reopenings SET closed_at = $5, closed_by = $6
             WHERE id = $1 AND province_code = $2 AND commune_code = $3 AND tiers = $4
               AND closed_at IS NULL AND until_at > $5",
            vec![
                id.into(),
                unit.province.as_str().into(),
                unit.commune.as_str().into(),
                unit.tiers.into(),
                now.into(),
                by.into(),
            ],
        )
        .await?;
    Ok(closed == 1)
}

pub(in crate::duties) async fn mark_late(tx: &Tx, late: &LateEntry) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO late_entries (province_code, entry_id, district_code, commune_code, tiers, day,
           reopening_id, reason, marked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            late.unit.province.as_str().into(),
            late.entry_id.into(),
            late.unit.district.as_str().into(),
            late.unit.commune.as_str().into(),
            late.unit.tiers.into(),
            late.day.into(),
            late.reopening_id.into(),
            late.reason.as_str().into(),
            late.marked_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Entries for the days `from ..= to` that were written after their book had closed, newest first.
pub(in crate::duties) async fn late_entries<C: Conn>(
    conn: &C,
    scope: &Scope,
    from: NaiveDate,
    to: NaiveDate,
    limit: u64,
) -> Result<Vec<LateEntry>, DbErr> {
    #[derive(FromQueryResult)]
    struct Late {
        #[sea_orm(nested)]
        unit: UnitRow,
        entry_id: Uuid,
        day: NaiveDate,
        reopening_id: Option<Uuid>,
        reason: String,
        marked_at: DateTime<Utc>,
    }
    let sql = format!(
        "SELECT l.province_code, l.district_code, l.commune_code, l.tiers, l.entry_id, l.day,
           l.reopening_id, l.reason, l.marked_at
         FROM late_entries l
         WHERE {} AND l.province_code = $2 AND l.day >= $3 AND l.day <= $4
         ORDER BY l.marked_at DESC, l.entry_id LIMIT $5",
        scope.condition("l", 1)
    );
    let values = vec![
        scope.code().into(),
        scope.province().into(),
        from.into(),
        to.into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    let rows: Vec<Late> = conn.rows(&sql, values).await?;
    let late = |row: Late| LateEntry {
        entry_id: row.entry_id,
        unit: row.unit.into(),
        day: row.day,
        reopening_id: row.reopening_id,
        reason: row.reason,
        marked_at: row.marked_at,
    };
    Ok(rows.into_iter().map(late).collect())
}
