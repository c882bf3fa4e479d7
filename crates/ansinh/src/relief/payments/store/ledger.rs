//! The ledger: entries are appended under the entitlement's lock and never changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert, values_list};
use crate::identity::{Actor, Scope};
use crate::relief::payments::proof::FullEntry;
use crate::relief::payments::rules::{Change, fingerprint};
use crate::relief::payments::types::{Claim, Deed, LedgerEntry, Order, Payee};

/// An act's id is used once.
pub(in crate::relief::payments) const ENTRY_ID: Constraint = Constraint {
    name: "payment_entries_pkey",
    sqlite_columns: "payment_entries.province_code, payment_entries.id",
};

const ENTRY_COLUMNS_READ: &str =
    "SELECT p.id, p.entitlement_id, p.seq, p.kind, p.amount_dong, p.channel, p.payee,
  p.proxy_name, p.proxy_paper, p.proxy_relation, p.proxy_day, p.reason_code, p.note, p.reverses_id,
  p.business_day, p.recorded_by,
  p.recorded_at, p.body_sha256, p.chain_sha256";

/// The ledgers of these entitlements, each in order.
pub(in crate::relief::payments) async fn ledgers<C: Conn>(
    conn: &C,
    scope: &Scope,
    entitlements: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LedgerEntry>>, DbErr> {
    let wanted: Vec<_> = entitlements.iter().map(|id| (scope.province(), *id)).collect();
    ledgers_of(conn, &wanted).await
}

/// The ledgers of these entitlements (province, id), which the caller has found inside a scope.
pub(in crate::relief::payments) async fn ledgers_of<C: Conn>(
    conn: &C,
    entitlements: &[(&str, Uuid)],
) -> Result<HashMap<Uuid, Vec<LedgerEntry>>, DbErr> {
    let on = "p.entitlement_id = v.column2 AND p.province_code = v.column1
         ORDER BY p.entitlement_id, p.seq";
    let mut found: HashMap<Uuid, Vec<LedgerEntry>> = HashMap::new();
    for entry in entries_where(conn, entitlements, on).await? {
        found.entry(entry.entitlement_id).or_default().push(entry);
    }
    Ok(found)
}

/// Entries that were written before under these act ids (province, id).
pub(in crate::relief::payments) async fn acts_of<C: Conn>(
    conn: &C,
    ids: &[(&str, Uuid)],
) -> Result<HashMap<Uuid, LedgerEntry>, DbErr> {
    let on = "p.province_code = v.column1 AND p.id = v.column2";
    let entries = entries_where(conn, ids, on).await?;
    Ok(entries.into_iter().map(|entry| (entry.id, entry)).collect())
}

async fn entries_where<C: Conn>(
    conn: &C,
    keys: &[(&str, Uuid)],
    on: &str,
) -> Result<Vec<LedgerEntry>, DbErr> {
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    let rows = keys.into_iter().map(|(province, id)| vec![province.into(), id.into()]).collect();
    let (list, values) = values_list(conn, rows);
    let sql = format!("{ENTRY_COLUMNS_READ} FROM ({list}) v JOIN payment_entries p ON {on}");
    conn.rows(&sql, values).await
}

/// An entry to be appended: what was ordered, what it changes, and the entitlement as it was seen.
#[derive(Debug, Clone)]
pub(in crate::relief::payments) struct NewEntry {
    pub order: Order,
    pub change: Change,
    pub claim: Claim,
    /// Seal of the entry before it; empty when it is the first.
    pub previous: String,
}

/// An entitlement after an entry was appended.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::payments) struct Moved {
    pub id: Uuid,
    pub paid_dong: i64,
    pub entries: i32,
}

const ENTRY_COLUMNS: [&str; 25] = [
    "province_code",
    "id",
    "entitlement_id",
    "seq",
    "kind",
    "amount_dong",
    "channel",
    "payee",
    "proxy_name",
    "proxy_paper",
    "proxy_relation",
    "proxy_day",
    "reason_code",
    "note",
    "reverses_id",
    "business_day",
    "district_code",
    "commune_code",
    "tiers",
    "group_code",
    "decision_id",
    "recorded_by",
    "recorded_at",
    "body_sha256",
    "chain_sha256",
];

/// Appends entries and moves their entitlements with them, as far as an entitlement still is as it
/// was seen. An entitlement that is not in the answer: somebody was faster, nothing is written for
/// it. At most one entry an entitlement.
pub(in crate::relief::payments) async fn add_entries(
    tx: &Tx,
    entries: &[(&Actor, DateTime<Utc>, &NewEntry)],
) -> Result<HashMap<Uuid, Moved>, DbErr> {
    if entries.is_empty() {
        return Ok(HashMap::new());
    }
    let seen = entries.iter().map(|(_, _, entry)| guard_values(entry)).collect();
    let (list, values) = values_list(tx, seen);
    let sql = format!(
        "UPDATE entitlements SET paid_dong = paid_dong + v.column3, pay_state = v.column4,
           reason_code = v.column5, last_day = v.column6, entries = entries + 1
         FROM ({list}) v
         WHERE entitlements.province_code = v.column1 AND entitlements.id = v.column2
           AND entitlements.entries = v.column7 AND entitlements.state = v.column8
           AND entitlements.hold = v.column9 AND entitlements.amount_dong = v.column10
           AND entitlements.pay_state = v.column11
           AND entitlements.recovering_dong = v.column12
         RETURNING entitlements.id, entitlements.paid_dong, entitlements.entries"
    );
    let moved: Vec<Moved> = tx.rows(&sql, values).await?;
    let moved: HashMap<Uuid, Moved> = moved.into_iter().map(|one| (one.id, one)).collect();
    let rows = entries
        .iter()
        .filter(|(_, _, entry)| moved.contains_key(&entry.claim.id))
        .map(|(actor, now, entry)| entry_values(actor, *now, entry))
        .collect();
    bulk_insert(tx, "payment_entries", &ENTRY_COLUMNS, rows, "").await?;
    Ok(moved)
}

/// What an entitlement must still be, and what it becomes.
fn guard_values(entry: &NewEntry) -> Vec<Value> {
    let NewEntry { order, change, claim, .. } = entry;
    vec![
        claim.province_code.as_str().into(),
        claim.id.into(),
        change.amount.into(),
        change.state.code().into(),
        change.reason.as_str().into(),
        order.business_day.into(),
        claim.entries.into(),
        claim.state.as_str().into(),
        claim.hold.as_str().into(),
        claim.amount_dong.into(),
        claim.pay_state.as_str().into(),
        claim.recovering_dong.into(),
    ]
}

fn entry_values(actor: &Actor, now: DateTime<Utc>, new: &NewEntry) -> Vec<Value> {
    let entry = full(actor, now, new);
    vec![
        new.claim.province_code.as_str().into(),
        entry.id.into(),
        entry.entitlement_id.into(),
        entry.seq.into(),
        entry.kind.into(),
        entry.amount_dong.into(),
        entry.channel.into(),
        entry.payee.into(),
        entry.proxy_name.into(),
        entry.proxy_paper.into(),
        entry.proxy_relation.into(),
        entry.proxy_day.into(),
        entry.reason_code.into(),
        entry.note.into(),
        entry.reverses_id.into(),
        entry.business_day.into(),
        entry.district_code.into(),
        entry.commune_code.into(),
        entry.tiers.into(),
        entry.group_code.into(),
        entry.decision_id.into(),
        entry.recorded_by.into(),
        entry.recorded_at.into(),
        entry.body_sha256.into(),
        entry.chain_sha256.into(),
    ]
}

/// The entry as it will stand, sealed.
fn full(actor: &Actor, now: DateTime<Utc>, new: &NewEntry) -> FullEntry {
    let NewEntry { order, change, claim, previous } = new;
    let mut entry = FullEntry {
        id: order.act_id,
        entitlement_id: claim.id,
        seq: claim.entries + 1,
        kind: change.kind.code().to_owned(),
        amount_dong: change.amount,
        channel: String::new(),
        payee: String::new(),
        proxy_name: String::new(),
        proxy_paper: String::new(),
        proxy_relation: String::new(),
        proxy_day: None,
        reason_code: String::new(),
        note: order.note.clone(),
        reverses_id: None,
        business_day: order.business_day,
        district_code: claim.district_code.clone(),
        commune_code: claim.commune_code.clone(),
        tiers: claim.tiers,
        group_code: claim.group_code.clone(),
        decision_id: claim.decision_id,
        recorded_by: actor.account_id,
        recorded_at: now,
        body_sha256: fingerprint(order),
        chain_sha256: String::new(),
    };
    match &order.deed {
        Deed::Pay { channel, payee, .. } => {
            channel.code().clone_into(&mut entry.channel);
            "self".clone_into(&mut entry.payee);
            if let Payee::Proxy { name, paper, relation, day } = payee {
                "proxy".clone_into(&mut entry.payee);
                entry.proxy_name.clone_from(name);
                entry.proxy_paper.clone_from(paper);
                entry.proxy_relation.clone_from(relation);
                entry.proxy_day = *day;
            }
        }
        Deed::NotPaid { reason } | Deed::Return { reason, .. } => {
            reason.code().clone_into(&mut entry.reason_code);
        }
        Deed::Reverse { entry_id } => entry.reverses_id = Some(*entry_id),
    }
    entry.chain_sha256 = entry.seal(previous);
    entry
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

/// Entries of the whole ledger.
///
/// # Errors
/// The engine's.
pub async fn ledger_size<C: Conn>(conn: &C) -> Result<i64, DbErr> {
    conn.number("SELECT COUNT(*) FROM payment_entries", vec![]).await
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
