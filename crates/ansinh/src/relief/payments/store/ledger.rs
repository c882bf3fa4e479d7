//! The ledger: entries are appended under the entitlement's lock and never changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::Where;
use crate::database::{Conn, Constraint, Sql, Tx};
use crate::identity::{Actor, Scope};
use crate::relief::payments::rules::{Change, fingerprint};
use crate::relief::payments::types::{Claim, Deed, LedgerEntry, Order, Payee};

/// An act's id is used once.
pub(in crate::relief::payments) const ENTRY_ID: Constraint = Constraint {
    name: "payment_entries_pkey",
    sqlite_columns: "payment_entries.province_code, payment_entries.id",
};

const ENTRY: &str =
    "SELECT p.id, p.entitlement_id, p.seq, p.kind, p.amount_dong, p.channel, p.payee,
  p.proxy_name, p.proxy_paper, p.reason_code, p.note, p.reverses_id, p.business_day, p.recorded_by,
  p.recorded_at, p.body_sha256 FROM payment_entries p";

/// The ledgers of these entitlements, each in order.
pub(in crate::relief::payments) async fn ledgers<C: Conn>(
    conn: &C,
    scope: &Scope,
    entitlements: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LedgerEntry>>, DbErr> {
    let mut found: HashMap<Uuid, Vec<LedgerEntry>> = HashMap::new();
    if entitlements.is_empty() {
        return Ok(found);
    }
    let mut wanted = Where::new("p.province_code = $1", vec![scope.province().into()]);
    let places = wanted.bind_all(entitlements.iter().copied().map(Value::from));
    let sql = format!(
        "{ENTRY} WHERE {} AND p.entitlement_id IN ({places}) ORDER BY p.entitlement_id, p.seq",
        wanted.sql()
    );
    let entries: Vec<LedgerEntry> = conn.rows(&sql, wanted.values()).await?;
    for entry in entries {
        found.entry(entry.entitlement_id).or_default().push(entry);
    }
    Ok(found)
}

/// Entries that were written before under these act ids.
pub(in crate::relief::payments) async fn acts<C: Conn>(
    conn: &C,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, LedgerEntry>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut wanted = Where::new("p.province_code = $1", vec![scope.province().into()]);
    let places = wanted.bind_all(ids.iter().copied().map(Value::from));
    let sql = format!("{ENTRY} WHERE {} AND p.id IN ({places})", wanted.sql());
    let entries: Vec<LedgerEntry> = conn.rows(&sql, wanted.values()).await?;
    Ok(entries.into_iter().map(|entry| (entry.id, entry)).collect())
}

/// Appends an entry and moves the entitlement with it, if the entitlement still is as `claim` saw
/// it. False: somebody was faster; nothing is written.
pub(in crate::relief::payments) async fn add_entry(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    order: &Order,
    change: &Change,
    claim: &Claim,
) -> Result<bool, DbErr> {
    let moved = tx
        .change(
            "UPDATE entitlements SET paid_dong = paid_dong + $1, pay_state = $2, reason_code = $3,
               last_day = $4, entries = entries + 1
             WHERE province_code = $5 AND id = $6 AND entries = $7 AND state = $8 AND hold = $9",
            vec![
                change.amount.into(),
                change.state.code().into(),
                change.reason.as_str().into(),
                order.business_day.into(),
                claim.province_code.as_str().into(),
                claim.id.into(),
                claim.entries.into(),
                claim.state.as_str().into(),
                claim.hold.as_str().into(),
            ],
        )
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    tx.change(
        "INSERT INTO payment_entries (province_code, id, entitlement_id, seq, kind, amount_dong,
           channel, payee, proxy_name, proxy_paper, reason_code, note, reverses_id, business_day,
           district_code, commune_code, tiers, group_code, decision_id, recorded_by, recorded_at,
           body_sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
           $19, $20, $21, $22)",
        entry_values(actor, now, order, change, claim),
    )
    .await?;
    Ok(true)
}

fn entry_values(
    actor: &Actor,
    now: DateTime<Utc>,
    order: &Order,
    change: &Change,
    claim: &Claim,
) -> Vec<Value> {
    let (mut channel, mut payee, mut name, mut paper) = ("", "", "", "");
    let (mut reason, mut reverses) = ("", None);
    match &order.deed {
        Deed::Pay { channel: by, payee: to, .. } => {
            channel = by.code();
            payee = "self";
            if let Payee::Proxy { name: who, paper: right } = to {
                (payee, name, paper) = ("proxy", who, right);
            }
        }
        Deed::NotPaid { reason: why } | Deed::Return { reason: why, .. } => reason = why.code(),
        Deed::Reverse { entry_id } => reverses = Some(*entry_id),
    }
    vec![
        claim.province_code.as_str().into(),
        order.act_id.into(),
        claim.id.into(),
        (claim.entries + 1).into(),
        change.kind.code().into(),
        change.amount.into(),
        channel.into(),
        payee.into(),
        name.into(),
        paper.into(),
        reason.into(),
        order.note.as_str().into(),
        reverses.into(),
        order.business_day.into(),
        claim.district_code.as_str().into(),
        claim.commune_code.as_str().into(),
        claim.tiers.into(),
        claim.group_code.as_str().into(),
        claim.decision_id.into(),
        actor.account_id.into(),
        now.into(),
        fingerprint(order).into(),
    ]
}

/// An entitlement that does not say what its entries say. There must never be one.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LedgerDifference {
    /// The entitlement.
    pub id: Uuid,
    /// Đồng it says.
    pub paid_dong: i64,
    /// Đồng its entries add up to.
    pub entries_dong: i64,
    /// State it says.
    pub pay_state: String,
    /// State its entries say.
    pub entries_state: String,
    /// Entries it counts.
    pub entries: i32,
    /// Entries there are.
    pub entries_found: i64,
}

/// Compares every entitlement of the scope with its entries: amount, state and number.
///
/// # Errors
/// The engine's.
pub async fn ledger_differences<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<LedgerDifference>, DbErr> {
    let sql = format!(
        "SELECT * FROM (
           SELECT e.id, e.paid_dong, e.pay_state, e.entries,
             CAST(COALESCE((SELECT SUM(p.amount_dong) FROM payment_entries p
               WHERE p.entitlement_id = e.id), 0) AS BIGINT) AS entries_dong,
             CAST((SELECT COUNT(*) FROM payment_entries p
               WHERE p.entitlement_id = e.id) AS BIGINT) AS entries_found,
             CASE WHEN e.pay_state = 'member' THEN 'member'
               ELSE COALESCE((SELECT CASE p.kind WHEN 'paid' THEN 'paid' ELSE 'not_paid' END
                 FROM payment_entries p
                 WHERE p.entitlement_id = e.id AND p.kind <> 'reversal'
                   AND NOT EXISTS (SELECT 1 FROM payment_entries r WHERE r.reverses_id = p.id)
                 ORDER BY p.seq DESC LIMIT 1), 'unpaid') END AS entries_state
           FROM entitlements e WHERE {}) seen
         WHERE seen.paid_dong <> seen.entries_dong OR seen.pay_state <> seen.entries_state
            OR seen.entries <> seen.entries_found
         ORDER BY seen.id",
        scope.condition("e", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}
