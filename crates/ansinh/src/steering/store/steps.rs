//! SQL of what was done, in order.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::steering::types::Step;

/// An act's id is used once.
pub(in crate::steering) const STEP_ID: Constraint = Constraint {
    name: "steering_steps_pkey",
    sqlite_columns: "steering_steps.province_code, steering_steps.id",
};
/// Two officers at one instant: one of them is too late.
pub(in crate::steering) const STEP_ORDER: Constraint = Constraint {
    name: "steering_steps_in_order",
    sqlite_columns: "steering_steps.province_code, steering_steps.subject_id, steering_steps.seq",
};

const STEP: &str = "SELECT s.id, s.kind, s.words, s.body_sha256, s.by_account, s.done_at
  FROM steering_steps s WHERE s.province_code = $1";

/// What was done about a subject that was found inside the scope, the oldest first.
pub(in crate::steering) async fn steps<C: Conn>(
    conn: &C,
    province: &str,
    subject: Uuid,
) -> Result<Vec<Step>, DbErr> {
    let sql = format!("{STEP} AND s.subject_id = $2 ORDER BY s.seq");
    conn.rows(&sql, vec![province.into(), subject.into()]).await
}

/// The step of an act.
pub(in crate::steering) async fn step<C: Conn>(
    conn: &C,
    province: &str,
    id: Uuid,
) -> Result<Option<Step>, DbErr> {
    conn.row(&format!("{STEP} AND s.id = $2"), vec![province.into(), id.into()]).await
}

/// A step to be written.
#[derive(Debug, Clone)]
pub(in crate::steering) struct NewStep<'a> {
    pub id: Uuid,
    pub subject: Uuid,
    pub seq: i32,
    pub kind: &'a str,
    pub words: &'a str,
    pub body: &'a str,
    pub by: Uuid,
    pub now: DateTime<Utc>,
}

/// Writes steps.
pub(in crate::steering) async fn add(
    tx: &Tx,
    province: &str,
    steps: Vec<NewStep<'_>>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "subject_id",
        "seq",
        "kind",
        "words",
        "body_sha256",
        "by_account",
        "done_at",
    ];
    let row = |step: NewStep<'_>| {
        vec![
            province.into(),
            step.id.into(),
            step.subject.into(),
            step.seq.into(),
            step.kind.into(),
            step.words.into(),
            step.body.into(),
            step.by.into(),
            step.now.into(),
        ]
    };
    bulk_insert(tx, "steering_steps", &columns, steps.into_iter().map(row).collect(), "").await?;
    Ok(())
}
