//! SQL of the journal: who did what, newest first, page by page.
//!
//! Ids are UUIDv7 of the instant of the act, so that days are ranges of ids. A branch is one index
//! range (an account, an act, an account's act, a subject) that is read from its newest end; no page
//! sorts more than its own branches. Conditions within a branch stand as expressions, so that neither
//! engine leaves the range for an index that would have to be sorted.

use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::audit::journal::{Entry, Printed, Wanted};
use crate::database::{Conn, Sql};
use crate::identity::Scope;

const COLUMNS: &str = "id, seq, at, account_id, action, subject_kind, subject_id, unit_code,
  commune_code, detail";

/// Branches of one statement: SQLite takes 500 at most.
const BRANCHES_AT_ONCE: usize = 300;
/// Ids that the branches of accounts may read together; with more, one pass over all entries from the
/// newest is cheaper.
const IDS_MAX: u64 = 200_000;

/// Values bound so far; each is named once and used in every branch.
struct Bound(Vec<Value>);

impl Bound {
    fn put(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    fn list<T: Into<Value>>(&mut self, values: impl Iterator<Item = T>) -> String {
        let marks: Vec<String> = values.map(|value| self.put(value)).collect();
        marks.join(", ")
    }
}

/// Entries of the scope that are wanted, newest first, at most `limit`.
pub(in crate::audit) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    wanted: &Wanted,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    if let (Some(accounts), None) = (&wanted.accounts, &wanted.printed) {
        let branches = accounts.len().saturating_mul(wanted.actions.len().max(1));
        if (branches as u64).saturating_mul(limit) <= IDS_MAX {
            let ids = ids_of_accounts(conn, wanted, accounts, limit).await?;
            return entries_of(conn, scope, &ids).await;
        }
    }
    let mut bound = Bound(Vec::new());
    let Some(inside) = inside(&mut bound, scope, wanted) else { return Ok(Vec::new()) };
    let branches: Vec<String> = branches(&mut bound, wanted)
        .into_iter()
        .enumerate()
        .map(|(at, branch)| {
            format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM audit_entries
                 WHERE {branch} AND {inside} ORDER BY id DESC LIMIT {limit}) AS b{at}"
            )
        })
        .collect();
    // One entry may be found by two printed numbers; acts have nothing in common.
    let joint = if wanted.printed.is_some() { " UNION " } else { " UNION ALL " };
    let sql = format!("{} ORDER BY id DESC LIMIT {limit}", branches.join(joint));
    conn.rows(&sql, bound.0).await
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
}

/// The newest entries of accounts, from the indexes alone: a range an account, or an account and act.
async fn ids_of_accounts<C: Conn>(
    conn: &C,
    wanted: &Wanted,
    accounts: &[Uuid],
    limit: u64,
) -> Result<Vec<Uuid>, DbErr> {
    let acts: Vec<Option<&str>> = match wanted.actions.as_slice() {
        [] => vec![None],
        acts => acts.iter().copied().map(Some).collect(),
    };
    let pairs: Vec<(Uuid, Option<&str>)> =
        accounts.iter().flat_map(|account| acts.iter().map(|act| (*account, *act))).collect();
    let mut ids = Vec::new();
    for chunk in pairs.chunks(BRANCHES_AT_ONCE) {
        let mut bound = Bound(Vec::new());
        let (from, before) = (bound.put(wanted.from), bound.put(wanted.before));
        let mut branches = Vec::with_capacity(chunk.len());
        for (at, (account, act)) in chunk.iter().enumerate() {
            let account = bound.put(*account);
            let act =
                act.map_or_else(String::new, |act| format!("AND action = {}", bound.put(act)));
            branches.push(format!(
                "SELECT id FROM (SELECT id FROM audit_entries
                 WHERE account_id = {account} {act} AND id >= {from} AND id < {before}
                 ORDER BY id DESC LIMIT {limit}) AS b{at}"
            ));
        }
        let sql = format!("{} ORDER BY id DESC LIMIT {limit}", branches.join(" UNION ALL "));
        let found: Vec<Found> = conn.rows(&sql, bound.0).await?;
        ids.extend(found.into_iter().map(|found| found.id));
    }
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(ids)
}

/// These entries, newest first, as far as they are the province's.
async fn entries_of<C: Conn>(conn: &C, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Entry>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BRANCHES_AT_ONCE) {
        let mut bound = Bound(Vec::new());
        let province = bound.put(scope.province());
        let list = bound.list(chunk.iter().copied());
        let sql = format!(
            "SELECT {COLUMNS} FROM audit_entries
             WHERE id IN ({list}) AND (province_code || '') = {province} ORDER BY id DESC"
        );
        found.extend(conn.rows::<Entry>(&sql, bound.0).await?);
    }
    Ok(found)
}

/// What holds in every branch: the scope, the span, and the filters that choose no branch. `None`
/// when nobody's acts are wanted.
fn inside(bound: &mut Bound, scope: &Scope, wanted: &Wanted) -> Option<String> {
    let mut all = vec![
        format!("province_code = {}", bound.put(scope.province())),
        format!("id >= {}", bound.put(wanted.from)),
        format!("id < {}", bound.put(wanted.before)),
    ];
    match (&wanted.accounts, scope) {
        // Acts without an account (the public, the machine) are the province's affair.
        (None, Scope::Province { .. }) => {}
        // Codes of units were used again in 2025: below the province accounts decide, not codes.
        (None, _) => return None,
        (Some(accounts), _) if accounts.is_empty() => return None,
        (Some(accounts), _) => {
            let list = bound.list(accounts.iter().copied());
            all.push(format!("COALESCE(account_id, account_id) IN ({list})"));
        }
    }
    if !wanted.actions.is_empty() {
        let list = bound.list(wanted.actions.iter().copied());
        all.push(format!("(action || '') IN ({list})"));
    }
    Some(all.join(" AND "))
}

/// The index ranges to read where no account's are.
fn branches(bound: &mut Bound, wanted: &Wanted) -> Vec<String> {
    match &wanted.printed {
        Some(printed) if printed.is_empty() => vec!["seq = 0".to_owned()],
        Some(printed) => printed.iter().map(|printed| printed_branch(bound, printed)).collect(),
        // Many accounts: all entries from the newest on.
        None if wanted.actions.is_empty() || wanted.accounts.is_some() => vec!["1 = 1".to_owned()],
        None => {
            let act = |name: &&str| format!("action = {}", bound.put(*name));
            wanted.actions.iter().map(act).collect()
        }
    }
}

fn printed_branch(bound: &mut Bound, printed: &Printed) -> String {
    match printed {
        Printed::Entry(seq) => format!("seq = {}", bound.put(*seq)),
        Printed::Subject(kind, id) => format!(
            "subject_kind = {} AND subject_id = {}",
            bound.put(*kind),
            bound.put(id.to_string())
        ),
        Printed::Receipt(end) => {
            format!("action = 'payment.record' AND detail LIKE {}", bound.put(format!("%{end}\"%")))
        }
    }
}
