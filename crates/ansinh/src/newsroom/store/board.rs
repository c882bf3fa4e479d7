//! SQL of the editorial board.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::identity::{Actor, Scope};
use crate::newsroom::types::BoardRole;

/// A form is one term.
pub(in crate::newsroom) const ID: Constraint = Constraint {
    name: "news_members_pkey",
    sqlite_columns: "news_members.province_code, news_members.id",
};
/// Somebody is appointed from a day once.
pub(in crate::newsroom) const ONCE: Constraint = Constraint {
    name: "news_members_once",
    sqlite_columns: "news_members.province_code, news_members.account_id, news_members.from_on",
};

/// A term on the board.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::newsroom) struct Member {
    pub id: Uuid,
    pub account_id: Uuid,
    pub role: String,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub decision: String,
    pub decided_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
    pub ended_reason: String,
}

const MEMBER: &str = "SELECT m.id, m.account_id, m.role, m.from_on, m.until_on, m.decision,
  m.decided_on, m.ended_on, m.ended_reason FROM news_members m WHERE m.province_code = $1";

/// Every term of the scope's province, the newest first.
pub(in crate::newsroom) async fn members<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Member>, DbErr> {
    let sql = format!("{MEMBER} ORDER BY m.from_on DESC, m.id LIMIT 500");
    conn.rows(&sql, vec![scope.province().into()]).await
}

/// Terms of one account that were not ended.
pub(in crate::newsroom) async fn terms<C: Conn>(
    conn: &C,
    scope: &Scope,
    account: Uuid,
) -> Result<Vec<Member>, DbErr> {
    let sql = format!("{MEMBER} AND m.account_id = $2 AND m.ended_by IS NULL");
    conn.rows(&sql, vec![scope.province().into(), account.into()]).await
}

/// As what an account serves on a day.
pub(in crate::newsroom) async fn role_on<C: Conn>(
    conn: &C,
    scope: &Scope,
    account: Uuid,
    day: NaiveDate,
) -> Result<Option<BoardRole>, DbErr> {
    let found = terms(conn, scope, account).await?;
    Ok(found
        .iter()
        .filter(|term| super::super::rules::in_force(term.from_on, term.until_on, day))
        .filter_map(|term| BoardRole::from_code(&term.role))
        .min())
}

/// A term to be written.
pub(in crate::newsroom) struct NewMember<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub role: BoardRole,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub decision: &'a str,
    pub decided_on: NaiveDate,
}

/// Writes a term.
pub(in crate::newsroom) async fn add(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &NewMember<'_>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "account_id",
        "role",
        "from_on",
        "until_on",
        "decision",
        "decided_on",
        "added_by",
        "added_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        new.id.into(),
        new.account.into(),
        new.role.code().into(),
        new.from_on.into(),
        new.until_on.into(),
        new.decision.into(),
        new.decided_on.into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "news_members", &columns, vec![row], "").await.map(|_| ())
}

/// Ends a term before its last day; false when it was not running.
pub(in crate::newsroom) async fn end(
    tx: &Tx,
    actor: &Actor,
    today: NaiveDate,
    id: Uuid,
    reason: &str,
) -> Result<bool, DbErr> {
    let changed = tx
        .change(
            "UPDATE news_members SET ended_by = $1, ended_on = $2, ended_reason = $3
             WHERE province_code = $4 AND id = $5 AND ended_by IS NULL AND until_on >= $2",
            vec![
                actor.account_id.into(),
                today.into(),
                reason.into(),
                actor.scope.province().into(),
                id.into(),
            ],
        )
        .await?;
    Ok(changed == 1)
}
