//! SQL of the tasks of units.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql, Tx, bulk_insert};
use crate::duties::Overdue;
use crate::identity::Scope;
use crate::steering::rules::Change;
use crate::steering::types::Duty;

const DUTY: &str = "SELECT d.id, d.paper_id, d.task_id, d.district_code, d.commune_code, d.tiers,
  d.department, d.state, d.due_on, d.wanted_on, d.percent, d.spent_dong, d.reported_on, d.urged_on,
  d.steps, p.district_code AS issuer, p.kind, p.number, t.what, t.proof, t.planned_dong, t.source
  FROM steering_duties d
  JOIN steering_papers p ON p.province_code = d.province_code AND p.id = d.paper_id
  JOIN steering_tasks t ON t.province_code = d.province_code AND t.id = d.task_id";

/// Reports that wait to be confirmed, and days asked for.
const TO_CONFIRM: &str = "(d.state = 'reported'
  OR (d.state IN ('new', 'taken') AND d.wanted_on IS NOT NULL))";

/// What lies at the desk of the scope's own unit.
fn own(scope: &Scope) -> String {
    let inside = scope.condition("d", 1);
    match scope {
        Scope::Commune { .. } => inside,
        Scope::District { .. } => format!("{inside} AND d.commune_code = ''"),
        Scope::Province { .. } => {
            format!("{inside} AND d.commune_code = '' AND d.district_code = ''")
        }
    }
}

/// Papers that the scope's own unit issued; a commune issues none.
fn issued(scope: &Scope) -> &'static str {
    match scope {
        Scope::Commune { .. } => "1 = 0",
        Scope::District { .. } => "p.district_code = $1",
        Scope::Province { .. } => "p.province_code = $1 AND p.district_code = ''",
    }
}

/// One task of the scope: of its units, or of a paper that it issued.
pub(in crate::steering) async fn duty<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Duty>, DbErr> {
    let sql = format!("{DUTY} WHERE {} AND d.id = $2", scope.condition("d", 1));
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

/// The tasks of a paper inside the scope, by task, district and commune.
pub(in crate::steering) async fn of_paper<C: Conn>(
    conn: &C,
    scope: &Scope,
    paper: Uuid,
) -> Result<Vec<Duty>, DbErr> {
    let sql = format!(
        "{DUTY} WHERE {} AND d.paper_id = $2
         ORDER BY t.seq, d.district_code, d.commune_code, d.department",
        scope.condition("d", 1)
    );
    conn.rows(&sql, vec![scope.code().into(), paper.into()]).await
}

/// What the scope's own unit has to do, by day.
pub(in crate::steering) async fn to_do<C: Conn>(
    conn: &C,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<Duty>, DbErr> {
    let sql = format!(
        "{DUTY} WHERE {} AND d.state IN ('new', 'taken') ORDER BY d.due_on, d.id LIMIT {limit}",
        own(scope)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// What units say is done or ask of the scope's own unit, the oldest day first.
pub(in crate::steering) async fn to_confirm<C: Conn>(
    conn: &C,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<Duty>, DbErr> {
    let sql = format!(
        "{DUTY} WHERE {} AND {TO_CONFIRM} ORDER BY d.due_on, d.id LIMIT {limit}",
        issued(scope)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

#[derive(FromQueryResult)]
struct Said {
    id: Uuid,
    words: String,
}

/// What was said last about those of [`to_confirm`].
pub(in crate::steering) async fn last_words<C: Conn>(
    conn: &C,
    scope: &Scope,
    limit: u64,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let sql = format!(
        "SELECT d.id, s.words FROM steering_duties d
         JOIN steering_papers p ON p.province_code = d.province_code AND p.id = d.paper_id
         JOIN steering_steps s ON s.province_code = d.province_code AND s.subject_id = d.id
           AND s.seq = d.steps
         WHERE {} AND {TO_CONFIRM} ORDER BY d.due_on, d.id LIMIT {limit}",
        issued(scope)
    );
    let rows: Vec<Said> = conn.rows(&sql, vec![scope.code().into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.words)).collect())
}

/// What waits at a desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    /// Tasks to do.
    pub open: i64,
    /// Of these past their day.
    pub late: i64,
    /// The earliest day of these.
    pub due_on: Option<NaiveDate>,
    /// Reports to confirm, and days asked for.
    pub confirm: i64,
}

/// See [`crate::steering::waiting`].
pub(in crate::steering) async fn waiting<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Waiting, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS open,
           CAST(COALESCE(SUM(CASE WHEN d.due_on < $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late,
           MIN(d.due_on) AS due_on,
           (SELECT CAST(COUNT(*) AS BIGINT) FROM steering_duties d JOIN steering_papers p
              ON p.province_code = d.province_code AND p.id = d.paper_id
            WHERE {} AND {TO_CONFIRM}) AS confirm
         FROM steering_duties d WHERE {} AND d.state IN ('new', 'taken')",
        issued(scope),
        own(scope)
    );
    let found = conn.row(&sql, vec![scope.code().into(), today.into()]).await?;
    Ok(found.unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Late {
    id: Uuid,
    district_code: String,
    commune_code: String,
    tiers: i16,
    department: String,
    number: String,
    what: String,
    due_on: NaiveDate,
    urged_on: Option<NaiveDate>,
}

/// See [`crate::steering::overdue`].
pub(in crate::steering) async fn overdue<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<Overdue>, DbErr> {
    let sql = format!(
        "SELECT d.id, d.district_code, d.commune_code, d.tiers, d.department, p.number, t.what,
           d.due_on, d.urged_on
         FROM steering_duties d
         JOIN steering_papers p ON p.province_code = d.province_code AND p.id = d.paper_id
         JOIN steering_tasks t ON t.province_code = d.province_code AND t.id = d.task_id
         WHERE {} AND d.state IN ('new', 'taken') AND d.due_on < $2",
        scope.condition("d", 1)
    );
    let rows: Vec<Late> = conn.rows(&sql, vec![scope.code().into(), today.into()]).await?;
    let late = |row: Late| Overdue {
        district: row.district_code,
        commune: row.commune_code,
        tiers: row.tiers,
        department: row.department,
        kind: "Nhiệm vụ được giao",
        what: format!("{}: {}", row.number, row.what),
        works: 1,
        due: row.due_on,
        urged: row.urged_on,
        href: format!("/chi-dao/viec/{}", row.id),
    };
    Ok(rows.into_iter().map(late).collect())
}

/// A unit that is given a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::steering) struct NewDuty {
    pub id: Uuid,
    pub district: String,
    pub commune: String,
    pub tiers: i16,
    pub department: String,
}

/// Gives a task to units.
pub(in crate::steering) async fn add(
    tx: &Tx,
    province: &str,
    (paper, task, due_on): (Uuid, Uuid, NaiveDate),
    units: Vec<NewDuty>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "paper_id",
        "task_id",
        "district_code",
        "commune_code",
        "tiers",
        "department",
        "state",
        "due_on",
        "percent",
        "spent_dong",
        "steps",
    ];
    let row = |unit: NewDuty| -> Vec<Value> {
        vec![
            province.into(),
            unit.id.into(),
            paper.into(),
            task.into(),
            unit.district.into(),
            unit.commune.into(),
            unit.tiers.into(),
            unit.department.into(),
            "new".into(),
            due_on.into(),
            0.into(),
            0_i64.into(),
            0.into(),
        ]
    };
    bulk_insert(tx, "steering_duties", &columns, units.into_iter().map(row).collect(), "").await?;
    Ok(())
}

/// Writes a change down if the task is still as it was seen.
pub(in crate::steering) async fn advance(
    tx: &Tx,
    province: &str,
    duty: &Duty,
    change: &Change,
) -> Result<bool, DbErr> {
    let sql = "UPDATE steering_duties SET state = $4, due_on = $5, wanted_on = $6, percent = $7,
        spent_dong = $8, reported_on = $9, steps = steps + 1
      WHERE province_code = $1 AND id = $2 AND steps = $3";
    let values = vec![
        province.into(),
        duty.id.into(),
        duty.steps.into(),
        change.state.code().into(),
        change.due_on.into(),
        change.wanted_on.into(),
        change.percent.into(),
        change.spent_dong.into(),
        change.reported_on.into(),
    ];
    Ok(tx.change(sql, values).await? == 1)
}

/// Counts a step of a duty that is urged, once a day; false when somebody was faster.
pub(in crate::steering) async fn urge(
    tx: &Tx,
    province: &str,
    duty: &Duty,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let sql = "UPDATE steering_duties SET urged_on = $4, steps = steps + 1
      WHERE province_code = $1 AND id = $2 AND steps = $3";
    let values = vec![province.into(), duty.id.into(), duty.steps.into(), today.into()];
    Ok(tx.change(sql, values).await? == 1)
}

/// Ends the tasks of a paper that are not done.
pub(in crate::steering) async fn withdraw(
    tx: &Tx,
    province: &str,
    paper: Uuid,
) -> Result<u64, DbErr> {
    let sql = "UPDATE steering_duties SET state = 'withdrawn', wanted_on = NULL, steps = steps + 1
      WHERE province_code = $1 AND paper_id = $2 AND state <> 'done'";
    tx.change(sql, vec![province.into(), paper.into()]).await
}
