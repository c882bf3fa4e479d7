//! `ansinh ledger verify`: every entitlement recomputed from its entries, sums made two ways, the
//! split by budgets, recoveries.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::proof::{Share, faults, split};
use super::store;
use crate::database::Database;
use crate::identity::Scope;
use crate::relief::recovery::recovery_faults;
use crate::web::Error;

/// Entitlements read at once.
const PAGE: u64 = 2_000;

/// Differences told in full; the rest is counted.
const TOLD_MAX: usize = 200;

/// What was checked and what differs.
#[derive(Debug, Clone, Default)]
pub struct LedgerProof {
    /// Entitlements recomputed.
    pub entitlements: usize,
    /// Entries read.
    pub entries: usize,
    /// Entries that are older than sealing.
    pub unsealed: usize,
    /// Decisions whose sums agree or not.
    pub decisions: usize,
    /// Sums by decision and commune compared.
    pub sums: usize,
    /// Demands for money back recomputed.
    pub recoveries: usize,
    /// Đồng paid and not returned.
    pub paid_dong: i64,
    /// Budgets: code, name, đồng.
    pub sources: Vec<(String, String, i64)>,
    /// Differences in words, at most 200.
    pub faults: Vec<String>,
    /// Differences in all.
    pub fault_count: usize,
}

impl LedgerProof {
    fn blame(&mut self, text: String) {
        self.fault_count += 1;
        if self.faults.len() < TOLD_MAX {
            self.faults.push(text);
        }
    }
}

/// Proves the ledger of a scope. Reads only; run it while nobody writes, or read a difference as
/// a reason to run it again.
///
/// # Errors
/// The engine's.
pub async fn prove_ledger(db: &Database, scope: &Scope) -> Result<LedgerProof, Error> {
    let mut proof = LedgerProof::default();
    entitlements(db, scope, &mut proof).await?;
    let conn = db.read();
    let mut by_decision: HashMap<Uuid, i64> = HashMap::new();
    for sum in store::sums(conn, scope).await? {
        proof.sums += 1;
        *by_decision.entry(sum.decision_id).or_default() += sum.entries_dong;
        if sum.entitled_dong != sum.entries_dong {
            proof.blame(format!(
                "xã {} ({} cấp), quyết định {}: các khoản cộng {} đồng, các bút toán cộng {} đồng",
                sum.commune_code, sum.tiers, sum.decision_id, sum.entitled_dong, sum.entries_dong
            ));
        }
    }
    let counted = store::entry_count(conn, scope).await?;
    if usize::try_from(counted) != Ok(proof.entries) {
        let entries = proof.entries;
        proof.blame(format!("{counted} bút toán trong bảng, {entries} thuộc các khoản được duyệt"));
    }
    for decision in store::decided(conn, scope).await? {
        proof.decisions += 1;
        let paid = by_decision.get(&decision.id).copied().unwrap_or(0);
        if paid < 0 || paid > decision.amount_dong {
            proof.blame(format!(
                "quyết định {}: đã chi {paid} đồng, được duyệt {} đồng",
                decision.number, decision.amount_dong
            ));
        }
    }
    let (recoveries, faults) = recovery_faults(conn, scope).await?;
    proof.recoveries = usize::try_from(recoveries).unwrap_or(0);
    for fault in faults {
        proof.blame(fault);
    }
    for fault in store::sum_faults(conn, scope).await? {
        proof.blame(fault);
    }
    proof.paid_dong = by_decision.values().sum();
    for (code, name, dong) in source_sums(db, scope).await? {
        proof.sources.push((code, name, dong));
    }
    let split: i64 = proof.sources.iter().map(|(.., dong)| dong).sum();
    if split != proof.paid_dong {
        let paid = proof.paid_dong;
        proof.blame(format!("các nguồn cộng {split} đồng, đã chi {paid} đồng"));
    }
    Ok(proof)
}

async fn entitlements(db: &Database, scope: &Scope, proof: &mut LedgerProof) -> Result<(), Error> {
    let conn = db.read();
    let mut after = Uuid::nil();
    let mut sealed_since = None;
    let mut bare = Vec::new();
    loop {
        let page = store::stated(conn, scope, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let written = page.iter().filter(|stated| stated.entries > 0 || stated.last_day.is_some());
        let ledgers = store::full_ledgers(conn, written.map(|stated| stated.id)).await?;
        for stated in &page {
            let ledger = ledgers.get(&stated.id).map_or(&[][..], Vec::as_slice);
            let (faults, unsealed) = faults(stated, ledger);
            proof.entitlements += 1;
            proof.entries += ledger.len();
            proof.unsealed += unsealed;
            for entry in ledger {
                if entry.chain_sha256.is_empty() {
                    bare.push((stated.id, entry.seq, entry.recorded_at));
                } else if sealed_since.is_none_or(|since| entry.recorded_at < since) {
                    sealed_since = Some(entry.recorded_at);
                }
            }
            for fault in faults {
                proof.blame(format!("khoản {}: {fault}", stated.id));
            }
        }
    }
    for (id, seq, at) in bare {
        if sealed_since.is_some_and(|since| at > since) {
            proof.blame(format!("khoản {id}: bút toán {seq} mất mã niêm"));
        }
    }
    Ok(())
}

/// What a scope has paid (returns taken off) by budget: code, name, đồng. Each entry is split by the
/// shares of its decision into whole đồng, so that the parts add up to the entries.
///
/// # Errors
/// The engine's.
pub async fn source_sums(
    db: &Database,
    scope: &Scope,
) -> Result<Vec<(String, String, i64)>, Error> {
    let conn = db.read();
    let mut by_decision: HashMap<Uuid, Vec<Share>> = HashMap::new();
    for share in store::shares(conn, scope).await? {
        by_decision.entry(share.decision_id).or_default().push(share);
    }
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for equal in store::equal_entries(conn, scope).await? {
        let shares = by_decision.get(&equal.decision_id).map_or(&[][..], Vec::as_slice);
        let percents: Vec<i32> = shares.iter().map(|share| share.percent).collect();
        if percents.iter().sum::<i32>() != 100 {
            let unknown = (String::new(), "Chưa xác định nguồn".to_owned());
            *sums.entry(unknown).or_default() += equal.amount_dong * equal.entries;
            continue;
        }
        for (share, part) in shares.iter().zip(split(equal.amount_dong, &percents)) {
            *sums.entry((share.code.clone(), share.name.clone())).or_default() +=
                part * equal.entries;
        }
    }
    Ok(sums.into_iter().map(|((code, name), dong)| (code, name, dong)).collect())
}
