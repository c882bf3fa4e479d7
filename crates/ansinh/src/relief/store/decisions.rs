//! Decisions and the rows they cover.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::duplicates::VETOES;
use super::entries::{OF_LIST, in_list};
use crate::database::{Conn, Constraint, Sql, bulk_insert};
use crate::identity::Scope;
use crate::relief::programmes::MoneySource;

/// One decision a number and day.
pub(in crate::relief) const ONE_A_NUMBER: Constraint = Constraint {
    name: "decisions_number",
    sqlite_columns: "decisions.province_code, decisions.district_code, decisions.number, \
                     decisions.decided_on",
};

/// A row as a decision sees it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Candidate {
    pub id: Uuid,
    pub person_id: Uuid,
    pub full_name: String,
    pub state: String,
    pub problem: String,
    pub excluded_reason: String,
    pub has_id: bool,
    pub household_of: Option<Uuid>,
    pub months: i32,
    pub people: i32,
    pub due_dong: i64,
    pub duplicate_of: Option<Uuid>,
}

/// All rows of a list, heads before members, with the other row of an open certain duplicate.
pub(in crate::relief) async fn candidates<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
) -> Result<Vec<Candidate>, DbErr> {
    let sql = format!(
        "SELECT e.id, e.person_id, e.full_name, e.state, e.problem, e.excluded_reason,
           (e.id_number IS NOT NULL) AS has_id, e.household_of, COALESCE(e.months, 0) AS months,
           e.people, e.due_dong,
           COALESCE(
             (SELECT w.second_entry_id FROM duplicate_warnings w
               WHERE w.first_entry_id = e.id AND {VETOES}
               ORDER BY w.id LIMIT 1),
             (SELECT w.first_entry_id FROM duplicate_warnings w
               WHERE w.second_entry_id = e.id AND {VETOES}
               ORDER BY w.id LIMIT 1)) AS duplicate_of
         FROM {OF_LIST} WHERE {} ORDER BY e.source_sheet_no, e.source_line, e.id",
        in_list(scope)
    );
    conn.rows(&sql, vec![scope.code().into(), list_id.into()]).await
}

/// A decision to record.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewDecision<'a> {
    pub id: Uuid,
    pub province_code: &'a str,
    pub district_code: &'a str,
    pub number: &'a str,
    pub decided_on: NaiveDate,
    pub signer_name: &'a str,
    pub signer_title: &'a str,
    pub person_count: i64,
    pub amount_dong: i64,
    pub by: Uuid,
}

/// Writes a decision.
pub(in crate::relief) async fn add<C: Conn>(
    conn: &C,
    new: &NewDecision<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO decisions (id, province_code, district_code, number, decided_on, signer_name,
           signer_title, person_count, amount_dong, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            new.id.into(),
            new.province_code.into(),
            new.district_code.into(),
            new.number.into(),
            new.decided_on.into(),
            new.signer_name.into(),
            new.signer_title.into(),
            new.person_count.into(),
            new.amount_dong.into(),
            new.by.into(),
            now.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Covers a list when it still stands where the officer saw it; false when it does not.
pub(in crate::relief) async fn cover<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
    version: i32,
    decision: Uuid,
    by: Uuid,
) -> Result<bool, DbErr> {
    let sql = format!(
        "UPDATE beneficiary_lists SET state = 'approved', version = version + 1, decision_id = $2,
           approved_by = $3
         WHERE {} AND id = $4 AND state = 'appraised' AND version = $5",
        scope.condition("beneficiary_lists", 1)
    );
    let values =
        vec![scope.code().into(), decision.into(), by.into(), list_id.into(), version.into()];
    Ok(conn.change(&sql, values).await? == 1)
}

/// A decision as shown.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct DecisionRow {
    pub id: Uuid,
    pub number: String,
    pub decided_on: NaiveDate,
    pub signer_name: String,
    pub signer_title: String,
    pub person_count: i64,
    pub amount_dong: i64,
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_reason: String,
    pub paid_dong: i64,
}

const COLUMNS: &str = "d.id, d.number, d.decided_on, d.signer_name, d.signer_title,
  d.person_count, d.amount_dong, d.recorded_by, d.recorded_at, d.revoked_at, d.revoked_reason,
  CAST(COALESCE((SELECT SUM(en.paid_dong) FROM entitlement_sums en
    WHERE en.decision_id = d.id), 0) AS BIGINT) AS paid_dong";

/// Condition that a decision `d` concerns the scope bound to `$1`: the province all of its own, a
/// district its own and those over its lists, a commune those over its lists.
fn concerns(scope: &Scope) -> String {
    match scope {
        Scope::Province { .. } => "d.province_code = $1".to_owned(),
        Scope::District { .. } => {
            "(d.district_code = $1 OR EXISTS (SELECT 1 FROM beneficiary_lists l
               WHERE l.decision_id = d.id AND l.district_code = $1))"
                .to_owned()
        }
        Scope::Commune { .. } => format!(
            "EXISTS (SELECT 1 FROM beneficiary_lists l WHERE l.decision_id = d.id AND {})",
            scope.condition("l", 1)
        ),
    }
}

/// A page of decisions, newest first.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<DecisionRow>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into()];
    let mut conditions = concerns(scope);
    if let Some(after) = after {
        values.push(after.into());
        conditions.push_str(" AND d.id < $2");
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM decisions d WHERE {conditions} ORDER BY d.id DESC LIMIT {size}"
    );
    conn.rows(&sql, values).await
}

/// One decision that concerns the scope.
pub(in crate::relief) async fn one<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<DecisionRow>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM decisions d WHERE {} AND d.id = $2", concerns(scope));
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

#[derive(FromQueryResult)]
struct ListId {
    id: Uuid,
}

/// Lists of a decision inside the scope.
pub(in crate::relief) async fn lists_of<C: Conn>(
    conn: &C,
    scope: &Scope,
    decision: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let sql = format!(
        "SELECT l.id FROM beneficiary_lists l WHERE {} AND l.decision_id = $2",
        scope.condition("l", 1)
    );
    let rows: Vec<ListId> = conn.rows(&sql, vec![scope.code().into(), decision.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Lists of the scope that wait for a decision, district by district.
pub(in crate::relief) async fn waiting<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Uuid>, DbErr> {
    let sql = format!(
        "SELECT l.id FROM beneficiary_lists l WHERE {} AND l.state = 'appraised'",
        scope.condition("l", 1)
    );
    let rows: Vec<ListId> = conn.rows(&sql, vec![scope.code().into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Marks a decision revoked; false when it is already.
pub(in crate::relief) async fn revoke<C: Conn>(
    conn: &C,
    id: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE decisions SET revoked_by = $1, revoked_at = $2, revoked_reason = $3
         WHERE id = $4 AND revoked_at IS NULL";
    let values = vec![by.into(), now.into(), reason.into(), id.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Cancels the entitlements of a decision. Returns how many were cancelled and how many remain,
/// which are the paid ones.
pub(in crate::relief) async fn cancel_entitlements<C: Conn>(
    conn: &C,
    decision: Uuid,
) -> Result<(u64, i64), DbErr> {
    let cancelled = conn
        .change(
            "UPDATE entitlements SET state = 'cancelled', hold = 'revoked'
             WHERE decision_id = $1 AND state = 'approved' AND paid_dong = 0
               AND pay_state <> 'paid'",
            vec![decision.into()],
        )
        .await?;
    let left = conn
        .number(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM entitlements
             WHERE decision_id = $1 AND state = 'approved'",
            vec![decision.into()],
        )
        .await?;
    Ok((cancelled, left))
}

/// Puts a list back before its decision.
pub(in crate::relief) async fn uncover<C: Conn>(
    conn: &C,
    list_id: Uuid,
    decision: Uuid,
    step_due_on: Option<NaiveDate>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE beneficiary_lists SET state = 'appraised', version = version + 1,
           decision_id = NULL, approved_by = NULL, step_due_on = $1
         WHERE id = $2 AND decision_id = $3 AND state = 'approved'";
    let values = vec![step_due_on.into(), list_id.into(), decision.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Writes the budgets from which a decision is paid.
pub(in crate::relief) async fn add_sources<C: Conn>(
    conn: &C,
    decision: Uuid,
    sources: &[MoneySource],
) -> Result<(), DbErr> {
    let rows = sources.iter().zip(1_i32..).filter(|(source, _)| source.percent > 0);
    let rows = rows.map(|(source, position)| {
        vec![
            decision.into(),
            position.into(),
            source.code.as_str().into(),
            source.name.as_str().into(),
            source.percent.into(),
        ]
    });
    let columns = ["decision_id", "position", "code", "name", "percent"];
    bulk_insert(conn, "decision_sources", &columns, rows.collect(), "").await.map(|_| ())
}

/// A budget's share of a decision.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct SourceShare {
    pub decision_id: Uuid,
    pub code: String,
    pub name: String,
    pub percent: i32,
}

/// The budgets of some decisions, as they stood when the decisions were recorded. The caller has
/// found the decisions in her scope.
pub(in crate::relief) async fn sources_of<C: Conn>(
    conn: &C,
    decisions: &[Uuid],
) -> Result<Vec<SourceShare>, DbErr> {
    let mut found = Vec::new();
    for chunk in decisions.chunks(super::CHUNK) {
        let sql = format!(
            "SELECT s.decision_id, s.code, s.name, s.percent FROM decision_sources s
             WHERE s.decision_id IN ({}) ORDER BY s.decision_id, s.position",
            super::placeholders(1, chunk.len())
        );
        let values = chunk.iter().map(|id| Value::from(*id)).collect();
        found.extend(conn.rows::<SourceShare>(&sql, values).await?);
    }
    Ok(found)
}
