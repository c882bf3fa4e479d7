//! The record of who did and saw what. Entries are appended in the transaction of the change they
//! tell of, and never updated. They hold no identity number, telephone or bank account.

mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::database::Conn;
use crate::identity::{Actor, Scope};

/// One thing done or seen.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Name of the act: `list.post`, `payment.record`, `id_number.view` …
    pub action: &'a str,
    /// What it was done to: `list`, `entry`, `file` …
    pub subject_kind: &'a str,
    /// Id of it.
    pub subject_id: String,
    /// Facts worth keeping, without identity numbers.
    pub detail: serde_json::Value,
}

/// Appends an act of a signed-in officer.
///
/// # Errors
/// The engine's.
pub async fn record<C: Conn>(
    conn: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), sea_orm::DbErr> {
    store::append(conn, Some(actor.account_id), &actor.scope, now, act).await
}

/// Appends acts of several officers, in order, with as few statements as possible.
///
/// # Errors
/// The engine's.
pub async fn record_all<C: Conn>(
    conn: &C,
    acts: Vec<(&Actor, DateTime<Utc>, Act<'_>)>,
) -> Result<(), sea_orm::DbErr> {
    store::append_all(conn, acts).await
}

/// Appends an act of the public or of the machine itself.
///
/// # Errors
/// The engine's.
pub async fn record_unsigned<C: Conn>(
    conn: &C,
    account: Option<Uuid>,
    province: &str,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), sea_orm::DbErr> {
    let scope = Scope::Province { province: province.to_owned() };
    store::append(conn, account, &scope, now, act).await
}
