//! SQL of the audit record.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use super::Act;
use crate::clock::new_id;
use crate::database::{Conn, Sql};
use crate::identity::Scope;

pub(super) async fn append<C: Conn>(
    conn: &C,
    account: Option<Uuid>,
    scope: &Scope,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), DbErr> {
    let id = new_id(now).map_err(|error| DbErr::Custom(error.to_string()))?;
    conn.change(
        "INSERT INTO audit_entries
           (id, at, account_id, action, subject_kind, subject_id, province_code, unit_code, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            id.into(),
            now.into(),
            account.into(),
            act.action.into(),
            act.subject_kind.into(),
            act.subject_id.into(),
            scope.province().into(),
            scope.code().into(),
            act.detail.to_string().into(),
        ],
    )
    .await?;
    Ok(())
}
