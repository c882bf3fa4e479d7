//! SQL of budgets.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::acts::Allotment;
use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::identity::{Actor, Scope};

/// An act's id is used once.
pub(super) const ID: Constraint = Constraint {
    name: "budget_allotments_pkey",
    sqlite_columns: "budget_allotments.province_code, budget_allotments.id",
};
/// Two officers at one instant.
pub(super) const ORDER: Constraint = Constraint {
    name: "budget_allotments_in_order",
    sqlite_columns: "budget_allotments.province_code, budget_allotments.seq",
};
/// An allotment is reversed once.
pub(super) const REVERSED: Constraint = Constraint {
    name: "budget_allotments_reversed_once",
    sqlite_columns: "budget_allotments.province_code, budget_allotments.reverses_id",
};

/// What a budget gave a programme.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Given {
    pub programme_code: String,
    pub source_code: String,
    pub source_name: String,
    pub amount_dong: i64,
}

/// Allotments of the province by programme and budget.
pub(super) async fn sums<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Given>, DbErr> {
    let sql = "SELECT programme_code, source_code, MAX(source_name) AS source_name,
        CAST(SUM(amount_dong) AS BIGINT) AS amount_dong
      FROM budget_allotments WHERE province_code = $1
      GROUP BY programme_code, source_code ORDER BY programme_code, source_code";
    conn.rows(sql, vec![scope.province().into()]).await
}

/// One allotment.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub programme_code: String,
    pub source_code: String,
    pub source_name: String,
    pub number: String,
    pub decided_on: NaiveDate,
    pub amount_dong: i64,
    pub note: String,
    pub reverses_id: Option<Uuid>,
    pub added_by: Uuid,
    pub added_at: DateTime<Utc>,
}

const ROW: &str = "SELECT id, programme_code, source_code, source_name, number, decided_on,
  amount_dong, note, reverses_id, added_by, added_at FROM budget_allotments WHERE province_code = $1";

/// Allotments, the newest first, before `seq`.
pub(super) async fn rows<C: Conn>(
    conn: &C,
    scope: &Scope,
    before: i32,
    limit: u64,
) -> Result<Vec<Row>, DbErr> {
    let sql = format!("{ROW} AND seq < $2 ORDER BY seq DESC LIMIT {limit}");
    conn.rows(&sql, vec![scope.province().into(), before.into()]).await
}

/// One of them.
pub(super) async fn one<C: Conn>(conn: &C, scope: &Scope, id: Uuid) -> Result<Option<Row>, DbErr> {
    conn.row(&format!("{ROW} AND id = $2"), vec![scope.province().into(), id.into()]).await
}

/// The counter-entry of one.
pub(super) async fn reversal_of<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Row>, DbErr> {
    let sql = format!("{ROW} AND reverses_id = $2");
    conn.row(&sql, vec![scope.province().into(), id.into()]).await
}

/// The last place in the province's order.
pub(super) async fn last_seq<C: Conn>(conn: &C, scope: &Scope) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM budget_allotments
      WHERE province_code = $1";
    conn.number(sql, vec![scope.province().into()]).await
}

/// What a programme holds of a budget: đồng.
pub(super) async fn held<C: Conn>(
    conn: &C,
    scope: &Scope,
    (programme, source): (&str, &str),
) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COALESCE(SUM(amount_dong), 0) AS BIGINT) FROM budget_allotments
      WHERE province_code = $1 AND programme_code = $2 AND source_code = $3";
    conn.number(sql, vec![scope.province().into(), programme.into(), source.into()]).await
}

/// Writes one down.
pub(super) async fn add(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    (allotment, seq): (&Allotment, i64),
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "seq",
        "programme_code",
        "source_code",
        "source_name",
        "number",
        "decided_on",
        "amount_dong",
        "note",
        "reverses_id",
        "added_by",
        "added_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        allotment.act.into(),
        i32::try_from(seq).unwrap_or(i32::MAX).into(),
        allotment.programme.as_str().into(),
        allotment.source.as_str().into(),
        allotment.name.as_str().into(),
        allotment.number.as_str().into(),
        allotment.decided_on.into(),
        allotment.amount_dong.into(),
        allotment.note.as_str().into(),
        allotment.reverses.into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "budget_allotments", &columns, vec![row], "").await?;
    Ok(())
}

/// A decision in force.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Decision {
    pub id: Uuid,
    pub number: String,
    pub decided_on: NaiveDate,
}

/// Decisions of the province that were not revoked: their papers are public.
pub(super) async fn decisions<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Decision>, DbErr> {
    let sql = "SELECT id, number, decided_on FROM decisions
      WHERE province_code = $1 AND revoked_at IS NULL ORDER BY decided_on, number, id";
    conn.rows(sql, vec![scope.province().into()]).await
}

/// Which programme a group of a decision belongs to.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct OfProgramme {
    pub decision_id: Uuid,
    pub group_code: String,
    pub programme_code: String,
}

/// The programmes of the decisions' lists.
pub(super) async fn programmes<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<OfProgramme>, DbErr> {
    let sql = format!(
        "SELECT DISTINCT l.decision_id, l.group_code, l.programme_code FROM beneficiary_lists l
         WHERE {} AND l.decision_id IS NOT NULL
         ORDER BY l.decision_id, l.group_code, l.programme_code",
        scope.condition("l", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// Approved money of a group of a decision.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Approved {
    pub decision_id: Uuid,
    pub group_code: String,
    pub amount_dong: i64,
}

/// The scope's approved money by decision and group.
pub(super) async fn approved<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Approved>, DbErr> {
    let sql = format!(
        "SELECT s.decision_id, s.group_code, CAST(SUM(s.amount_dong) AS BIGINT) AS amount_dong
         FROM entitlement_sums s WHERE {} GROUP BY s.decision_id, s.group_code
         ORDER BY s.decision_id, s.group_code",
        scope.condition("s", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// Entries of equal amount of a group of a decision.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Paid {
    pub decision_id: Uuid,
    pub group_code: String,
    pub amount_dong: i64,
    pub entries: i64,
}

/// The scope's entries that moved money.
pub(super) async fn paid<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Paid>, DbErr> {
    let sql = format!(
        "SELECT p.decision_id, p.group_code, p.amount_dong,
           CAST(SUM(p.entries) AS BIGINT) AS entries
         FROM ledger_days p WHERE {} GROUP BY p.decision_id, p.group_code, p.amount_dong
         ORDER BY p.decision_id, p.group_code, p.amount_dong",
        scope.condition("p", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}
