//! SQL of the accounts that an account manages: its officers, supervisors, the units below.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::ACCOUNT_COLUMNS;
use crate::database::{Conn, Constraint, Sql};
use crate::identity::types::{Account, Actor, Kind, Role, Scope, Seat, called};

/// A user name is taken.
pub(in crate::identity) const USERNAME_TAKEN: Constraint =
    Constraint { name: "accounts_username", sqlite_columns: "accounts.username" };
/// The same form has come before.
pub(in crate::identity) const ISSUED_ONCE: Constraint =
    Constraint { name: "accounts_issued_once", sqlite_columns: "accounts.issue_id" };

/// An account in a list.
#[derive(Debug, FromQueryResult)]
pub(in crate::identity) struct PersonRow {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    pub person_name: String,
    pub commune_code: String,
    pub district_code: String,
    pub must_change_password: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    pub seen_at: Option<DateTime<Utc>>,
}

const PERSON_COLUMNS: &str = "a.id, a.username, a.display_name, a.person_name,
  a.commune_code, a.district_code, a.must_change_password, a.disabled_at,
  (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.account_id = a.id) AS seen_at";

/// Levels below one, as SQL values.
fn below(level: Role) -> &'static str {
    match level {
        Role::Province => "'district', 'commune'",
        Role::District => "'commune'",
        // No level has this name: nobody is below.
        Role::Commune | Role::Supervisor => "'none'",
    }
}

/// An account this holder manages: an officer of her unit, a supervisor of her area, an account of
/// a unit below. `None` for every other.
pub(in crate::identity) async fn managed<C: Conn>(
    conn: &C,
    holder: &Actor,
    id: Uuid,
) -> Result<Option<Account>, DbErr> {
    let sql = format!(
        "SELECT {ACCOUNT_COLUMNS} FROM accounts a
         WHERE a.id = $1 AND a.province_code = $2
           AND (a.unit_account_id = $3
             OR ({} AND (a.kind = 'supervisor' OR a.role IN ({}))))",
        holder.scope.condition("a", 4),
        below(holder.level()),
    );
    let scope = &holder.scope;
    let values =
        vec![id.into(), scope.province().into(), holder.account_id.into(), scope.code().into()];
    conn.row(&sql, values).await
}

/// The named officers of a unit's account.
pub(in crate::identity) async fn officers<C: Conn>(
    conn: &C,
    unit: Uuid,
) -> Result<Vec<PersonRow>, DbErr> {
    let sql = format!(
        "SELECT {PERSON_COLUMNS} FROM accounts a WHERE a.unit_account_id = $1
         ORDER BY a.disabled_at IS NOT NULL, a.username"
    );
    conn.rows(&sql, vec![unit.into()]).await
}

/// Supervisors of the holder's area, by user name from `after` on.
pub(in crate::identity) async fn supervisors<C: Conn>(
    conn: &C,
    holder: &Actor,
    after: &str,
    limit: u64,
) -> Result<Vec<PersonRow>, DbErr> {
    let scope = &holder.scope;
    let sql = format!(
        "SELECT {PERSON_COLUMNS} FROM accounts a
         WHERE a.kind = 'supervisor' AND a.province_code = $1 AND {} AND a.username > $3
         ORDER BY a.username LIMIT {limit}",
        scope.condition("a", 2),
    );
    conn.rows(&sql, vec![scope.province().into(), scope.code().into(), after.into()]).await
}

/// Accounts of units below the holder's, by user name from `after` on; of one district when
/// `district` is not empty.
pub(in crate::identity) async fn units_below<C: Conn>(
    conn: &C,
    holder: &Actor,
    district: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<PersonRow>, DbErr> {
    let scope = &holder.scope;
    let sql = format!(
        "SELECT {PERSON_COLUMNS} FROM accounts a
         WHERE a.kind = 'unit' AND a.province_code = $1 AND {} AND a.role IN ({})
           AND ($3 = '' OR a.district_code = $3) AND a.username > $4
         ORDER BY a.username LIMIT {limit}",
        scope.condition("a", 2),
        below(holder.level()),
    );
    let values = vec![scope.province().into(), scope.code().into(), district.into(), after.into()];
    conn.rows(&sql, values).await
}

/// A new officer or supervisor.
pub(in crate::identity) async fn insert_person<C: Conn>(
    conn: &C,
    person: &Account,
    made_by: Uuid,
    issue: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO accounts (id, username, display_name, role, tiers, province_code,
           district_code, commune_code, password_hash, must_change_password, created_at, kind,
           unit_account_id, person_name, made_by, issue_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, TRUE, $10, $11, $12, $13, $14, $15)",
        vec![
            person.id.into(),
            person.username.clone().into(),
            person.display_name.clone().into(),
            person.role.clone().into(),
            person.tiers.into(),
            person.province_code.clone().into(),
            person.district_code.clone().into(),
            person.commune_code.clone().into(),
            person.password_hash.clone().into(),
            now.into(),
            person.kind.clone().into(),
            person.unit_account_id.into(),
            person.person_name.clone().into(),
            made_by.into(),
            issue.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Gives a one-time password; false when this form has given one already.
pub(in crate::identity) async fn issue_password<C: Conn>(
    conn: &C,
    account: Uuid,
    hash: &str,
    issue: Uuid,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET password_hash = $2, must_change_password = TRUE,
               failed_attempts = 0, locked_until = NULL, issue_id = $3
             WHERE id = $1 AND (issue_id IS NULL OR issue_id <> $3)",
            vec![account.into(), hash.into(), issue.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes an account out of use; false when it was.
pub(in crate::identity) async fn disable<C: Conn>(
    conn: &C,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL",
            vec![account.into(), now.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes an account into use again; false when it was.
pub(in crate::identity) async fn enable<C: Conn>(conn: &C, account: Uuid) -> Result<bool, DbErr> {
    let changed = conn
        .change(
            "UPDATE accounts SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL",
            vec![account.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Leaves a unit's acts to its officers, or takes them back; false when nothing changed. A unit
/// without a working officer cannot leave its acts to anyone.
pub(in crate::identity) async fn set_manages_only<C: Conn>(
    conn: &C,
    unit: Uuid,
    only: bool,
) -> Result<bool, DbErr> {
    let sql = if only {
        "UPDATE accounts SET manages_only = TRUE WHERE id = $1 AND manages_only = FALSE
           AND EXISTS (SELECT 1 FROM accounts o
             WHERE o.unit_account_id = $1 AND o.disabled_at IS NULL)"
    } else {
        "UPDATE accounts SET manages_only = FALSE WHERE id = $1 AND manages_only = TRUE"
    };
    Ok(conn.change(sql, vec![unit.into()]).await? == 1)
}

#[derive(FromQueryResult)]
struct SeatRow {
    id: Uuid,
    username: String,
    display_name: String,
    person_name: String,
    kind: String,
    role: String,
    tiers: i16,
    district_code: String,
    commune_code: String,
}

/// Every account inside the scope, also those out of use: units first, then by name.
pub(in crate::identity) async fn seats<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Seat>, DbErr> {
    let sql = format!(
        "SELECT a.id, a.username, a.display_name, a.person_name, a.kind, a.role, a.tiers,
           a.district_code, a.commune_code FROM accounts a
         WHERE a.province_code = $1 AND {} ORDER BY a.district_code, a.commune_code, a.username",
        scope.condition("a", 2)
    );
    let rows: Vec<SeatRow> =
        conn.rows(&sql, vec![scope.province().into(), scope.code().into()]).await?;
    let seat = |row: SeatRow| {
        let scope = Scope::of(
            Role::from_code(&row.role)?,
            scope.province(),
            &row.district_code,
            &row.commune_code,
            row.tiers,
        );
        Some(Seat {
            called: called(&row.kind, &row.person_name, &row.display_name),
            unit: row.kind == Kind::Unit.code(),
            only_reads: row.kind == Kind::Supervisor.code(),
            id: row.id,
            username: row.username,
            scope,
        })
    };
    Ok(rows.into_iter().filter_map(seat).collect())
}
