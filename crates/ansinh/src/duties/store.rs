//! SQL of kinds and acts.

mod book;
mod chase;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::types::{Fulfilment, Kind, Period, Unit};
use crate::database::{Conn, Constraint, Sql, Tx};
use crate::identity::Scope;

pub(super) use book::{
    REOPENING_LIVE, add_reopening, close_reopening, late_entries, live_reopening, mark_late,
    reopenings, settle_run_out, use_reopening,
};
pub(super) use chase::{
    EXCUSE_LIVE, add_contact, add_excuse, add_reminders, change_contact, contacts, excuses,
    reminders, revoke_excuse,
};

/// An act's id is used once.
pub(super) const ACT_ID: Constraint =
    Constraint { name: "duty_acts_pkey", sqlite_columns: "duty_acts.province_code, duty_acts.id" };

pub(super) async fn kinds<C: Conn>(conn: &C) -> Result<Vec<Kind>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        code: String,
        valid_from: NaiveDate,
        valid_to: Option<NaiveDate>,
        name: String,
        period: String,
        owed_by: String,
        working_days_only: bool,
        due_minute: i32,
        escalate_after: i32,
        legal_basis: String,
    }
    let rows: Vec<Row> = conn
        .rows(
            "SELECT code, valid_from, valid_to, name, period, owed_by, working_days_only, due_minute,
               escalate_after, legal_basis
             FROM duty_kinds ORDER BY code, valid_from",
            vec![],
        )
        .await?;
    let kind = |row: Row| {
        Some(Kind {
            code: row.code,
            name: row.name,
            period: Period::from_code(&row.period)?,
            by_communes: row.owed_by == "commune",
            working_days_only: row.working_days_only,
            due_minute: u32::try_from(row.due_minute).ok()?,
            escalate_after: u32::try_from(row.escalate_after).ok()?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            legal_basis: row.legal_basis,
        })
    };
    Ok(rows.into_iter().filter_map(kind).collect())
}

/// True once anybody has acted, been let off or been late under the rules as they are.
pub(super) async fn anything_judged<C: Conn>(conn: &C) -> Result<bool, DbErr> {
    let count = conn
        .number(
            "SELECT CAST((SELECT COUNT(*) FROM duty_acts) + (SELECT COUNT(*) FROM duty_excuses)
               + (SELECT COUNT(*) FROM late_entries) + (SELECT COUNT(*) FROM day_reopenings)
               + (SELECT COUNT(*) FROM duty_reminders) AS BIGINT)",
            vec![],
        )
        .await?;
    Ok(count > 0)
}

/// Ends a version; false when somebody else has.
pub(super) async fn end_kind(tx: &Tx, kind: &Kind, end: NaiveDate) -> Result<bool, DbErr> {
    let ended = tx
        .change(
            "UPDATE duty_kinds SET valid_to = $3
             WHERE code = $1 AND valid_from = $2 AND valid_to IS NULL",
            vec![kind.code.as_str().into(), kind.valid_from.into(), end.into()],
        )
        .await?;
    Ok(ended == 1)
}

pub(super) async fn add_kind(tx: &Tx, kind: &Kind) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO duty_kinds (code, valid_from, name, period, owed_by, working_days_only,
           due_minute, escalate_after, legal_basis)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            kind.code.as_str().into(),
            kind.valid_from.into(),
            kind.name.as_str().into(),
            kind.period.code().into(),
            (if kind.by_communes { "commune" } else { "district" }).into(),
            kind.working_days_only.into(),
            small(kind.due_minute).into(),
            small(kind.escalate_after).into(),
            kind.legal_basis.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Changes a version by which nothing has been judged yet.
pub(super) async fn replace_kind(tx: &Tx, kind: &Kind) -> Result<(), DbErr> {
    tx.change(
        "UPDATE duty_kinds SET due_minute = $3, escalate_after = $4
         WHERE code = $1 AND valid_from = $2",
        vec![
            kind.code.as_str().into(),
            kind.valid_from.into(),
            small(kind.due_minute).into(),
            small(kind.escalate_after).into(),
        ],
    )
    .await?;
    Ok(())
}

fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The columns that name a unit.
#[derive(Debug, FromQueryResult)]
pub(super) struct UnitRow {
    province_code: String,
    district_code: String,
    commune_code: String,
    tiers: i16,
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self {
            province: row.province_code,
            district: row.district_code,
            commune: row.commune_code,
            tiers: row.tiers,
        }
    }
}

#[derive(FromQueryResult)]
struct ActRow {
    #[sea_orm(nested)]
    unit: UnitRow,
    id: Uuid,
    period_start: NaiveDate,
    due_at: DateTime<Utc>,
    acted_by: Uuid,
    acted_at: DateTime<Utc>,
    reason: String,
    ends_duty: bool,
    resumed_at: Option<DateTime<Utc>>,
    detail: String,
}

impl From<ActRow> for Fulfilment {
    fn from(row: ActRow) -> Self {
        Self {
            id: row.id,
            unit: row.unit.into(),
            period: row.period_start,
            due_at: row.due_at,
            acted_by: row.acted_by,
            acted_at: row.acted_at,
            reason: row.reason,
            ends_duty: row.ends_duty,
            resumed_at: row.resumed_at,
            detail: row.detail,
        }
    }
}

const ACT: &str = "SELECT a.province_code, a.district_code, a.commune_code, a.tiers, a.id,
  a.period_start, a.due_at, a.acted_by, a.acted_at, a.reason, a.ends_duty, a.resumed_at, a.detail
  FROM duty_acts a";

/// Acts of a kind for the periods `from ..= to`, and all that ended the duty, oldest first.
pub(super) async fn acts<C: Conn>(
    conn: &C,
    scope: &Scope,
    kind: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Fulfilment>, DbErr> {
    let sql = format!(
        "{ACT} WHERE {} AND a.province_code = $2 AND a.kind_code = $3
           AND ((a.period_start >= $4 AND a.period_start <= $5) OR a.ends_duty)
         ORDER BY a.acted_at, a.id",
        scope.condition("a", 1)
    );
    let values =
        vec![scope.code().into(), scope.province().into(), kind.into(), from.into(), to.into()];
    let rows: Vec<ActRow> = conn.rows(&sql, values).await?;
    Ok(rows.into_iter().map(Fulfilment::from).collect())
}

/// The act of an id, inside the scope.
pub(super) async fn act<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Fulfilment>, DbErr> {
    let sql =
        format!("{ACT} WHERE {} AND a.province_code = $2 AND a.id = $3", scope.condition("a", 1));
    let values = vec![scope.code().into(), scope.province().into(), id.into()];
    let row: Option<ActRow> = conn.row(&sql, values).await?;
    Ok(row.map(Fulfilment::from))
}

pub(super) async fn add_act(tx: &Tx, kind: &str, act: &Fulfilment) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO duty_acts (province_code, id, district_code, commune_code, tiers, kind_code,
           period_start, due_at, acted_by, acted_at, reason, ends_duty, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        vec![
            act.unit.province.as_str().into(),
            act.id.into(),
            act.unit.district.as_str().into(),
            act.unit.commune.as_str().into(),
            act.unit.tiers.into(),
            kind.into(),
            act.period.into(),
            act.due_at.into(),
            act.acted_by.into(),
            act.acted_at.into(),
            act.reason.as_str().into(),
            act.ends_duty.into(),
            act.detail.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Something settled was opened again: the duty of a unit that had ended begins anew.
pub(super) async fn resume(
    tx: &Tx,
    unit: &Unit,
    kind: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    tx.change(
        "UPDATE duty_acts SET resumed_at = $5
         WHERE commune_code = $1 AND tiers = $2 AND province_code = $3 AND kind_code = $4
           AND ends_duty AND resumed_at IS NULL",
        vec![
            unit.commune.as_str().into(),
            unit.tiers.into(),
            unit.province.as_str().into(),
            kind.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}
