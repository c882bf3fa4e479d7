//! SQL of the journal: who did what, newest first, page by page.
//!
//! Ids are UUIDv7 of the instant of the act, so that days are ranges of ids and no page sorts more
//! than its own branches. A branch is one index range (an account, an act, a subject) that is read from
//! its newest end; conditions within a branch stand as expressions, so that neither engine leaves
//! the range for an index that would have to be sorted.

use sea_orm::{DbErr, Value};

use crate::audit::journal::{Entry, Printed, Wanted};
use crate::database::{Conn, Sql};
use crate::identity::Scope;

const COLUMNS: &str = "id, seq, at, account_id, action, subject_kind, subject_id, unit_code,
  commune_code, detail";

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
    let mut bound = Bound(Vec::new());
    let Some(inside) = inside(&mut bound, scope, wanted) else { return Ok(Vec::new()) };
    let branches: Vec<String> = branches(&mut bound, wanted, limit)
        .into_iter()
        .enumerate()
        .map(|(at, branch)| {
            format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM audit_entries
                 WHERE {branch} AND {inside} ORDER BY id DESC LIMIT {limit}) AS b{at}"
            )
        })
        .collect();
    // One entry may be found by two printed numbers; the other branches have nothing in common.
    let joint = if wanted.printed.is_some() { " UNION " } else { " UNION ALL " };
    let sql = format!("{} ORDER BY id DESC LIMIT {limit}", branches.join(joint));
    conn.rows(&sql, bound.0).await
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
            // COALESCE hides the column from the planners: the branches choose the index.
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

/// The index ranges to read.
fn branches(bound: &mut Bound, wanted: &Wanted, limit: u64) -> Vec<String> {
    /// Rows that all branches together may read: with more, one pass from the newest entry is cheaper.
    const ROWS_MAX: u64 = 20_000;

    if let Some(printed) = &wanted.printed {
        let mut branches: Vec<String> =
            printed.iter().map(|printed| printed_branch(bound, printed)).collect();
        if branches.is_empty() {
            branches.push("seq = 0".to_owned());
        }
        return branches;
    }
    if let Some(accounts) = &wanted.accounts
        && (accounts.len() as u64).saturating_mul(limit) <= ROWS_MAX
    {
        let account = |id: &uuid::Uuid| format!("account_id = {}", bound.put(*id));
        return accounts.iter().map(account).collect();
    }
    if !wanted.actions.is_empty() {
        let act = |name: &&str| format!("action = {}", bound.put(*name));
        return wanted.actions.iter().map(act).collect();
    }
    vec!["1 = 1".to_owned()]
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
