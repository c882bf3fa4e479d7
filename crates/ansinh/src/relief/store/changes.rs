//! Changes of single rows.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql};
use crate::identity::Scope;

/// One live refusal a row.
pub(in crate::relief) const ONE_DECLINE: Constraint =
    Constraint { name: "declines_live", sqlite_columns: "declines.entry_id" };

/// Changes columns of one row inside the scope when it still has the state `state`. `columns` and
/// `values` go together. False when the row is not (or no longer) so.
pub(in crate::relief) async fn update<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
    state: &str,
    columns: &[&str],
    values: Vec<Value>,
) -> Result<bool, DbErr> {
    debug_assert_eq!(columns.len(), values.len(), "one value a column");
    let sets: Vec<String> =
        columns.iter().enumerate().map(|(at, column)| format!("{column} = ${}", at + 5)).collect();
    let sql = format!(
        "UPDATE list_entries SET {} WHERE {} AND id = $2 AND state = $3 AND province_code = $4",
        sets.join(", "),
        scope.condition("list_entries", 1)
    );
    let mut all: Vec<Value> =
        vec![scope.code().into(), id.into(), state.into(), scope.province().into()];
    all.extend(values);
    Ok(conn.change(&sql, all).await? == 1)
}

/// A refusal to record.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewDecline<'a> {
    pub id: Uuid,
    pub province_code: &'a str,
    pub entry_id: Uuid,
    pub declined_on: NaiveDate,
    pub method: &'a str,
    pub by: Uuid,
}

/// Records a refusal.
pub(in crate::relief) async fn add_decline<C: Conn>(
    conn: &C,
    new: &NewDecline<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO declines (id, province_code, entry_id, declined_on, method, recorded_by,
           recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            new.id.into(),
            new.province_code.into(),
            new.entry_id.into(),
            new.declined_on.into(),
            new.method.into(),
            new.by.into(),
            now.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Takes the live refusal of a row back; false when there is none.
pub(in crate::relief) async fn revoke_decline<C: Conn>(
    conn: &C,
    entry_id: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE declines SET revoked_by = $1, revoked_at = $2, revoked_reason = $3
             WHERE entry_id = $4 AND revoked_at IS NULL",
            vec![by.into(), now.into(), reason.into(), entry_id.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// The refusals of a row, newest first.
#[derive(Debug, Clone, sea_orm::FromQueryResult)]
pub(in crate::relief) struct DeclineRow {
    pub declined_on: NaiveDate,
    pub method: String,
    pub recorded_by: Uuid,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_reason: String,
}

/// See [`DeclineRow`]. The row itself must have been opened inside the scope.
pub(in crate::relief) async fn declines<C: Conn>(
    conn: &C,
    entry_id: Uuid,
) -> Result<Vec<DeclineRow>, DbErr> {
    conn.rows(
        "SELECT declined_on, method, recorded_by, revoked_at, revoked_reason FROM declines
         WHERE entry_id = $1 ORDER BY recorded_at DESC",
        vec![entry_id.into()],
    )
    .await
}
