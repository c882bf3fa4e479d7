//! SQL of the audit record.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, Value};
use uuid::Uuid;

use super::Act;
use crate::clock::new_id;
use crate::database::{Conn, bulk_insert};
use crate::identity::{Actor, Scope};

const COLUMNS: [&str; 9] = [
    "id",
    "at",
    "account_id",
    "action",
    "subject_kind",
    "subject_id",
    "province_code",
    "unit_code",
    "detail",
];

pub(super) async fn append<C: Conn>(
    conn: &C,
    account: Option<Uuid>,
    scope: &Scope,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), DbErr> {
    let rows = vec![values(account, scope, now, act)?];
    bulk_insert(conn, "audit_entries", &COLUMNS, rows, "").await.map(|_| ())
}

pub(super) async fn append_all<C: Conn>(
    conn: &C,
    acts: Vec<(&Actor, DateTime<Utc>, Act<'_>)>,
) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(acts.len());
    for (actor, now, act) in acts {
        rows.push(values(Some(actor.account_id), &actor.scope, now, act)?);
    }
    bulk_insert(conn, "audit_entries", &COLUMNS, rows, "").await.map(|_| ())
}

fn values(
    account: Option<Uuid>,
    scope: &Scope,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<Vec<Value>, DbErr> {
    let id = new_id(now).map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(vec![
        id.into(),
        now.into(),
        account.into(),
        act.action.into(),
        act.subject_kind.into(),
        act.subject_id.into(),
        scope.province().into(),
        scope.code().into(),
        act.detail.to_string().into(),
    ])
}
