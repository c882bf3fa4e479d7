//! SQL for proving the ledger: whole rows, page by page, and sums made another way.

use std::collections::HashMap;

use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, values_list};
use crate::identity::Scope;
use crate::relief::payments::proof::{FullEntry, Share, Stated};

/// The entitlements after `after`, in the order of ids.
pub(in crate::relief::payments) async fn stated<C: Conn>(
    conn: &C,
    scope: &Scope,
    after: Uuid,
    limit: u64,
) -> Result<Vec<Stated>, DbErr> {
    let sql = format!(
        "SELECT e.id, e.decision_id, e.district_code, e.commune_code, e.tiers, e.group_code,
           e.amount_dong, e.paid_dong, e.recovering_dong, e.pay_state, e.reason_code, e.entries,
           e.last_day
         FROM entitlements e WHERE {} AND e.province_code = $2 AND e.id > $3
         ORDER BY e.province_code, e.id LIMIT {limit}",
        scope.condition("e", 1)
    );
    conn.rows(&sql, vec![scope.code().into(), scope.province().into(), after.into()]).await
}

/// The entries of these entitlements, whole and in order.
pub(in crate::relief::payments) async fn full_ledgers<C: Conn>(
    conn: &C,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<FullEntry>>, DbErr> {
    let rows: Vec<_> = ids.map(|id| vec![id.into()]).collect();
    let mut found: HashMap<Uuid, Vec<FullEntry>> = HashMap::new();
    if rows.is_empty() {
        return Ok(found);
    }
    let (list, values) = values_list(conn, rows);
    let sql = format!(
        "SELECT p.id, p.entitlement_id, p.seq, p.kind, p.amount_dong, p.channel, p.payee,
           p.proxy_name, p.proxy_paper, p.proxy_relation, p.proxy_day, p.reason_code, p.note,
           p.reverses_id, p.business_day, p.district_code, p.commune_code, p.tiers, p.group_code,
           p.decision_id, p.recorded_by, p.recorded_at, p.body_sha256, p.chain_sha256
         FROM ({list}) v JOIN payment_entries p ON p.entitlement_id = v.column1
         ORDER BY p.entitlement_id, p.seq"
    );
    let entries: Vec<FullEntry> = conn.rows(&sql, values).await?;
    for entry in entries {
        found.entry(entry.entitlement_id).or_default().push(entry);
    }
    Ok(found)
}

/// A sum of the entries and of the entitlements, by decision and commune.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::payments) struct Summed {
    pub decision_id: Uuid,
    pub commune_code: String,
    pub tiers: i16,
    pub entitled_dong: i64,
    pub entries_dong: i64,
}

/// Sums by decision and commune, made by the engine from both tables.
pub(in crate::relief::payments) async fn sums<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Summed>, DbErr> {
    let sql = format!(
        "SELECT s.decision_id, s.commune_code, s.tiers,
           CAST(SUM(s.entitled) AS BIGINT) AS entitled_dong,
           CAST(SUM(s.entered) AS BIGINT) AS entries_dong
         FROM (
           SELECT e.decision_id, e.commune_code, e.tiers, e.paid_dong AS entitled, 0 AS entered
             FROM entitlements e WHERE {}
           UNION ALL
           SELECT p.decision_id, p.commune_code, p.tiers, 0 AS entitled, p.amount_dong AS entered
             FROM payment_entries p WHERE {}) s
         GROUP BY s.decision_id, s.commune_code, s.tiers
         ORDER BY s.decision_id, s.commune_code, s.tiers",
        scope.condition("e", 1),
        scope.condition("p", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// Number of entries of the scope.
pub(in crate::relief::payments) async fn entry_count<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<i64, DbErr> {
    let sql = format!("SELECT COUNT(*) FROM payment_entries p WHERE {}", scope.condition("p", 1));
    conn.number(&sql, vec![scope.code().into()]).await
}

/// A decision with what it approved.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::payments) struct Decided {
    pub id: Uuid,
    pub number: String,
    pub amount_dong: i64,
}

/// Decisions of the province.
pub(in crate::relief::payments) async fn decided<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Decided>, DbErr> {
    let sql = "SELECT d.id, d.number, d.amount_dong FROM decisions d
       WHERE d.province_code = $1 ORDER BY d.decided_on, d.number";
    conn.rows(sql, vec![scope.province().into()]).await
}

/// The budgets of the province's decisions.
pub(in crate::relief::payments) async fn shares<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Share>, DbErr> {
    let sql = "SELECT s.decision_id, s.code, s.name, s.percent FROM decision_sources s
       JOIN decisions d ON d.id = s.decision_id
       WHERE d.province_code = $1 ORDER BY s.decision_id, s.position";
    conn.rows(sql, vec![scope.province().into()]).await
}

/// Entries of equal amount of one decision: what a split by budgets needs.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::payments) struct Equal {
    pub decision_id: Uuid,
    pub amount_dong: i64,
    pub entries: i64,
}

/// The scope's entries by decision and amount.
pub(in crate::relief::payments) async fn equal_entries<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Equal>, DbErr> {
    let sql = format!(
        "SELECT p.decision_id, p.amount_dong, CAST(SUM(p.entries) AS BIGINT) AS entries
         FROM ledger_days p WHERE {} GROUP BY p.decision_id, p.amount_dong
         ORDER BY p.decision_id, p.amount_dong",
        scope.condition("p", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}
