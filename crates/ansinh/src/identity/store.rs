//! SQL of accounts and sessions.

pub(super) mod people;
pub(super) mod second_factor;

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::rules::SESSION_HOURS_MAX;
use super::types::{Account, called};
use crate::database::{Conn, Sql, bulk_insert};

const ACCOUNT_COLUMNS: &str = "a.id, a.username, a.display_name, a.role, a.tiers, a.province_code,
  a.district_code, a.commune_code, a.password_hash, a.must_change_password, a.failed_attempts,
  a.locked_until, a.disabled_at, a.kind, a.unit_account_id, a.person_name, a.manages_only,
  a.totp_confirmed_at";

/// A session's own columns beside its account.
#[derive(Debug, FromQueryResult)]
pub(super) struct SessionRow {
    pub csrf: String,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub account_id: Uuid,
    pub code_due: bool,
}

/// A session to be opened.
pub(super) struct NewSession<'a> {
    pub token_sha256: &'a str,
    pub account: Uuid,
    pub csrf: &'a str,
    pub device: &'a str,
    pub code_due: bool,
}

/// A session as its owner sees it.
#[derive(Debug, FromQueryResult)]
pub(super) struct OpenSession {
    pub token_sha256: String,
    pub device: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

pub(super) async fn account_by_name<C: Conn>(
    conn: &C,
    username: &str,
) -> Result<Option<Account>, DbErr> {
    let sql = format!("SELECT {ACCOUNT_COLUMNS} FROM accounts a WHERE a.username = $1");
    conn.row(&sql, vec![username.into()]).await
}

pub(super) async fn account<C: Conn>(conn: &C, id: Uuid) -> Result<Option<Account>, DbErr> {
    let sql = format!("SELECT {ACCOUNT_COLUMNS} FROM accounts a WHERE a.id = $1");
    conn.row(&sql, vec![id.into()]).await
}

/// Name and role of some accounts.
pub(super) async fn names<C: Conn>(
    conn: &C,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String, String)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Named {
        id: Uuid,
        display_name: String,
        role: String,
        kind: String,
        person_name: String,
    }
    let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT a.id, a.display_name, a.role, a.kind, a.person_name FROM accounts a
         WHERE a.id IN ({})",
        marks.join(", ")
    );
    let values = ids.iter().map(|id| (*id).into()).collect();
    let rows: Vec<Named> = conn.rows(&sql, values).await?;
    let named = rows.into_iter().map(|row| {
        let called = called(&row.kind, &row.person_name, &row.display_name);
        (row.id, called, row.role)
    });
    Ok(named.collect())
}

/// The unit's account of some accounts.
pub(super) async fn unit_accounts<C: Conn>(
    conn: &C,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Belongs {
        id: Uuid,
        unit_account_id: Option<Uuid>,
    }
    let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT a.id, a.unit_account_id FROM accounts a WHERE a.id IN ({})",
        marks.join(", ")
    );
    let rows: Vec<Belongs> = conn.rows(&sql, ids.iter().map(|id| (*id).into()).collect()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.unit_account_id.unwrap_or(row.id))).collect())
}

/// Names to sign in with, and the tiers of each.
pub(super) async fn usernames<C: Conn>(
    conn: &C,
    province: &str,
) -> Result<HashMap<String, i16>, DbErr> {
    #[derive(FromQueryResult)]
    struct Name {
        username: String,
        tiers: i16,
    }
    let rows: Vec<Name> = conn
        .rows(
            "SELECT username, tiers FROM accounts WHERE province_code = $1",
            vec![province.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.username, row.tiers)).collect())
}

pub(super) async fn insert_accounts<C: Conn>(
    conn: &C,
    accounts: &[Account],
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let rows = accounts
        .iter()
        .map(|a| {
            vec![
                a.id.into(),
                a.username.clone().into(),
                a.display_name.clone().into(),
                a.role.clone().into(),
                a.tiers.into(),
                a.province_code.clone().into(),
                a.district_code.clone().into(),
                a.commune_code.clone().into(),
                a.password_hash.clone().into(),
                a.must_change_password.into(),
                now.into(),
            ]
        })
        .collect();
    let columns = [
        "id",
        "username",
        "display_name",
        "role",
        "tiers",
        "province_code",
        "district_code",
        "commune_code",
        "password_hash",
        "must_change_password",
        "created_at",
    ];
    bulk_insert(conn, "accounts", &columns, rows, "").await
}

/// Writes the count of wrong passwords; false when another attempt has been counted meanwhile.
pub(super) async fn note_attempt<C: Conn>(
    conn: &C,
    seen: &Account,
    attempts: i32,
    locked_until: Option<DateTime<Utc>>,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET failed_attempts = $2, locked_until = $3
             WHERE id = $1 AND failed_attempts = $4",
            vec![seen.id.into(), attempts.into(), locked_until.into(), seen.failed_attempts.into()],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn set_password<C: Conn>(
    conn: &C,
    account: Uuid,
    hash: &str,
    must_change: bool,
) -> Result<(), DbErr> {
    conn.change(
        "UPDATE accounts SET password_hash = $2, must_change_password = $3, failed_attempts = 0,
           locked_until = NULL WHERE id = $1",
        vec![account.into(), hash.into(), must_change.into()],
    )
    .await?;
    Ok(())
}

pub(super) async fn open_session<C: Conn>(
    conn: &C,
    new: &NewSession<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO sessions (token_sha256, account_id, csrf, created_at, last_seen_at, expires_at,
           device, code_due)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
        vec![
            new.token_sha256.into(),
            new.account.into(),
            new.csrf.into(),
            now.into(),
            (now + Duration::hours(SESSION_HOURS_MAX)).into(),
            new.device.into(),
            new.code_due.into(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn session<C: Conn>(
    conn: &C,
    token_sha256: &str,
) -> Result<Option<SessionRow>, DbErr> {
    conn.row(
        "SELECT csrf, last_seen_at, expires_at, revoked_at, account_id, code_due
         FROM sessions WHERE token_sha256 = $1",
        vec![token_sha256.into()],
    )
    .await
}

pub(super) async fn touch_session<C: Conn>(
    conn: &C,
    token_sha256: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "UPDATE sessions SET last_seen_at = $2 WHERE token_sha256 = $1",
        vec![token_sha256.into(), now.into()],
    )
    .await?;
    Ok(())
}

pub(super) async fn revoke_session<C: Conn>(
    conn: &C,
    token_sha256: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "UPDATE sessions SET revoked_at = $2 WHERE token_sha256 = $1 AND revoked_at IS NULL",
        vec![token_sha256.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Sessions of an account that are alive: seen since `awake`, not past their end.
pub(super) async fn open_sessions<C: Conn>(
    conn: &C,
    account: Uuid,
    now: DateTime<Utc>,
    awake: DateTime<Utc>,
) -> Result<Vec<OpenSession>, DbErr> {
    conn.rows(
        "SELECT token_sha256, device, created_at, last_seen_at FROM sessions
         WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $3
           AND code_due = FALSE
         ORDER BY last_seen_at DESC LIMIT 200",
        vec![account.into(), now.into(), awake.into()],
    )
    .await
}

/// Ends one session of an account; 0 when it is not its own or has ended.
pub(super) async fn revoke_own<C: Conn>(
    conn: &C,
    account: Uuid,
    token_sha256: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    conn.change(
        "UPDATE sessions SET revoked_at = $3
         WHERE account_id = $1 AND token_sha256 = $2 AND revoked_at IS NULL",
        vec![account.into(), token_sha256.into(), now.into()],
    )
    .await
}

/// Nothing stands against an account any more.
pub(super) async fn clear_attempts<C: Conn>(conn: &C, account: Uuid) -> Result<(), DbErr> {
    conn.change(
        "UPDATE accounts SET failed_attempts = 0, locked_until = NULL WHERE id = $1",
        vec![account.into()],
    )
    .await?;
    Ok(())
}

/// Ends every session of an account but `keep` (empty = all).
pub(super) async fn revoke_sessions<C: Conn>(
    conn: &C,
    account: Uuid,
    keep: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    conn.change(
        "UPDATE sessions SET revoked_at = $2
         WHERE account_id = $1 AND token_sha256 <> $3 AND revoked_at IS NULL",
        vec![account.into(), now.into(), keep.into()],
    )
    .await
}

/// Moves the ends of all open sessions to their full length from `now`.
pub(super) async fn keep_sessions<C: Conn>(conn: &C, now: DateTime<Utc>) -> Result<(), DbErr> {
    conn.change(
        "UPDATE sessions SET last_seen_at = $1, expires_at = $2 WHERE revoked_at IS NULL",
        vec![now.into(), (now + Duration::hours(SESSION_HOURS_MAX)).into()],
    )
    .await?;
    Ok(())
}
