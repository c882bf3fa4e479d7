//! SQL of codes: secrets, the last step taken, recovery codes; and of kept forms.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, bulk_insert};

/// An account's secret and the last step taken.
#[derive(Debug, FromQueryResult)]
pub(in crate::identity) struct SecretRow {
    pub totp_secret: Option<Vec<u8>>,
    pub totp_last_step: i64,
}

pub(in crate::identity) async fn secret<C: Conn>(
    conn: &C,
    account: Uuid,
) -> Result<Option<SecretRow>, DbErr> {
    let sql = "SELECT totp_secret, totp_last_step FROM accounts
               WHERE id = $1 AND totp_confirmed_at IS NOT NULL";
    conn.row(sql, vec![account.into()]).await
}

/// True when any account's secret is sealed: longer than the bare one.
pub(in crate::identity) async fn any_sealed<C: Conn>(conn: &C) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM accounts WHERE LENGTH(totp_secret) > 20";
    Ok(conn.number(sql, vec![]).await? > 0)
}

/// Puts a sealed secret in the place of the bare one.
pub(in crate::identity) async fn seal_secret<C: Conn>(
    conn: &C,
    account: Uuid,
    bare: &[u8],
    sealed: Vec<u8>,
) -> Result<(), DbErr> {
    let sql = "UPDATE accounts SET totp_secret = $2 WHERE id = $1 AND totp_secret = $3";
    conn.change(sql, vec![account.into(), sealed.into(), bare.to_vec().into()]).await?;
    Ok(())
}

/// Sets a second factor up; false when there is one.
pub(in crate::identity) async fn enrol<C: Conn>(
    conn: &C,
    account: Uuid,
    secret: &[u8],
    step: i64,
    hashes: Vec<String>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET totp_secret = $2, totp_last_step = $3, totp_confirmed_at = $4
             WHERE id = $1 AND totp_confirmed_at IS NULL",
            vec![account.into(), secret.to_vec().into(), step.into(), now.into()],
        )
        .await?;
    if changed == 1 {
        let rows = hashes.into_iter().map(|hash| vec![account.into(), hash.into()]).collect();
        bulk_insert(conn, "recovery_codes", &["account_id", "code_sha256"], rows, "").await?;
    }
    Ok(changed == 1)
}

/// Takes the second factor away; false when there was none.
pub(in crate::identity) async fn forget<C: Conn>(conn: &C, account: Uuid) -> Result<bool, DbErr> {
    conn.change("DELETE FROM recovery_codes WHERE account_id = $1", vec![account.into()]).await?;
    let changed = conn
        .change(
            "UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL
             WHERE id = $1 AND totp_confirmed_at IS NOT NULL",
            vec![account.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Uses up the code of a step; false when this or a later one has been used.
pub(in crate::identity) async fn take_step<C: Conn>(
    conn: &C,
    account: Uuid,
    step: i64,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2",
            vec![account.into(), step.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Uses up a recovery code; false when there is no such unused one.
pub(in crate::identity) async fn take_recovery<C: Conn>(
    conn: &C,
    account: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE recovery_codes SET used_at = $3
             WHERE account_id = $1 AND code_sha256 = $2 AND used_at IS NULL",
            vec![account.into(), hash.into(), now.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Unused recovery codes.
pub(in crate::identity) async fn recovery_left<C: Conn>(
    conn: &C,
    account: Uuid,
) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL";
    conn.number(sql, vec![account.into()]).await
}

/// Keeps a form, and drops those kept before `old`.
pub(in crate::identity) async fn keep_form<C: Conn>(
    conn: &C,
    key_sha256: &str,
    account: Uuid,
    sealed: Vec<u8>,
    now: DateTime<Utc>,
    old: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change("DELETE FROM kept_forms WHERE kept_at < $1", vec![old.into()]).await?;
    conn.change(
        "INSERT INTO kept_forms (key_sha256, account_id, sealed, kept_at) VALUES ($1, $2, $3, $4)",
        vec![key_sha256.into(), account.into(), sealed.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// A form kept for this account since `old`.
pub(in crate::identity) async fn kept_form<C: Conn>(
    conn: &C,
    key_sha256: &str,
    account: Uuid,
    old: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Sealed {
        sealed: Vec<u8>,
    }
    let sql = "SELECT sealed FROM kept_forms
               WHERE key_sha256 = $1 AND account_id = $2 AND kept_at >= $3";
    let row: Option<Sealed> =
        conn.row(sql, vec![key_sha256.into(), account.into(), old.into()]).await?;
    Ok(row.map(|row| row.sealed))
}
