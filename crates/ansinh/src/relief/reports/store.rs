//! SQL of roll-ups and of the ledger as a book.

pub(super) mod build;
pub(super) mod daily;

use sea_orm::DbErr;
use uuid::Uuid;

use super::types::{
    Aside, BookEntry, Cell, Day, DecisionCell, DecisionName, Filter, Net, ReasonCount,
};
use crate::database::{Conn, Sql};
use crate::identity::Scope;
use crate::relief::payments::{Where, inside};

const SUMS: &str = "CAST(COUNT(*) AS BIGINT) AS items,
  CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
  CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS amount,
  CAST(COALESCE(SUM(e.paid_dong), 0) AS BIGINT) AS paid";

/// Net number of payments: money out counts one, money back takes one off. An entitlement is paid
/// and returned as a whole, so the net is the number of those paid.
const NET: &str = "CASE WHEN e.amount_dong > 0 THEN 1 WHEN e.amount_dong < 0 THEN -1 ELSE 0 END";

/// Approved entitlements of a filter, or anything else with the columns of place, group, decision.
fn wanted(scope: &Scope, filter: &Filter) -> Where {
    let mut wanted = inside(scope, &filter.place);
    wanted.and("e.province_code = {}", scope.province());
    if !filter.group.is_empty() {
        wanted.and("e.group_code = {}", filter.group.as_str());
    }
    wanted
}

fn approved(scope: &Scope, filter: &Filter) -> Where {
    let mut wanted = decided(wanted(scope, filter), filter);
    wanted.and_plain("e.state = 'approved' AND e.pay_state <> 'member'");
    wanted
}

fn decided(mut wanted: Where, filter: &Filter) -> Where {
    if let Some(decision) = filter.decision {
        wanted.and("e.decision_id = {}", decision);
    }
    wanted
}

/// Entries of the filter, and of its days.
fn entries(scope: &Scope, filter: &Filter) -> Where {
    let mut wanted = decided(wanted(scope, filter), filter);
    if let Some(from) = filter.from {
        wanted.and("e.business_day >= {}", from);
    }
    if let Some(to) = filter.to {
        wanted.and("e.business_day <= {}", to);
    }
    wanted
}

/// Approved entitlements by commune, group and state.
pub(super) async fn cells<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Cell>, DbErr> {
    let wanted = approved(scope, filter);
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, e.pay_state, e.hold, {SUMS}
           FROM entitlements e WHERE {}
          GROUP BY e.district_code, e.commune_code, e.group_code, e.pay_state, e.hold",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Approved entitlements by decision and state.
pub(super) async fn decision_cells<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<DecisionCell>, DbErr> {
    let wanted = approved(scope, filter);
    let sql = format!(
        "SELECT e.decision_id, e.pay_state, e.hold, {SUMS} FROM entitlements e WHERE {}
          GROUP BY e.decision_id, e.pay_state, e.hold",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// People who declined, by commune and group.
pub(super) async fn declined<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Aside>, DbErr> {
    let mut wanted = wanted(scope, filter);
    wanted.and_plain("e.state = 'declined'");
    if let Some(decision) = filter.decision {
        wanted.and(
            "e.list_id IN (SELECT l.id FROM beneficiary_lists l WHERE l.decision_id = {})",
            decision,
        );
    }
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, CAST(COUNT(*) AS BIGINT) AS items,
           CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
           CAST(COALESCE(SUM(e.due_dong), 0) AS BIGINT) AS dong
         FROM list_entries e WHERE {}
         GROUP BY e.district_code, e.commune_code, e.group_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Net payments of the filter's days, by commune and group.
pub(super) async fn period<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Aside>, DbErr> {
    let wanted = entries(scope, filter);
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code,
           CAST(COALESCE(SUM({NET}), 0) AS BIGINT) AS items, CAST(0 AS BIGINT) AS people,
           CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
         FROM payment_entries e WHERE {}
         GROUP BY e.district_code, e.commune_code, e.group_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Net payments of the filter's days: items and đồng.
pub(super) async fn net<C: Conn>(conn: &C, scope: &Scope, filter: &Filter) -> Result<Net, DbErr> {
    let wanted = entries(scope, filter);
    let sql = format!(
        "SELECT CAST(COALESCE(SUM({NET}), 0) AS BIGINT) AS items,
           CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
         FROM payment_entries e WHERE {}",
        wanted.sql()
    );
    Ok(conn.row(&sql, wanted.values()).await?.unwrap_or_default())
}

/// Payments day by day, oldest first.
pub(super) async fn days<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Day>, DbErr> {
    let wanted = entries(scope, filter);
    let sql = format!(
        "SELECT e.business_day,
           CAST(SUM(CASE WHEN e.amount_dong > 0 THEN 1 ELSE 0 END) AS BIGINT) AS out_items,
           CAST(SUM(CASE WHEN e.amount_dong > 0 THEN e.amount_dong ELSE 0 END) AS BIGINT) AS out_dong,
           CAST(SUM(CASE WHEN e.amount_dong < 0 THEN 1 ELSE 0 END) AS BIGINT) AS back_items,
           CAST(SUM(CASE WHEN e.amount_dong < 0 THEN -e.amount_dong ELSE 0 END) AS BIGINT) AS back_dong
         FROM payment_entries e WHERE {} AND e.amount_dong <> 0
         GROUP BY e.business_day ORDER BY e.business_day",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Why entitlements could not be paid.
pub(super) async fn reasons<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<ReasonCount>, DbErr> {
    let mut wanted = approved(scope, filter);
    wanted.and_plain("e.pay_state = 'not_paid'");
    let sql = format!(
        "SELECT e.reason_code, CAST(COUNT(*) AS BIGINT) AS items,
           CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
         FROM entitlements e WHERE {} GROUP BY e.reason_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Decisions in force, to choose from.
pub(super) async fn decisions<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<DecisionName>, DbErr> {
    conn.rows(
        "SELECT d.id, d.number, d.decided_on FROM decisions d
          WHERE d.province_code = $1 AND d.revoked_at IS NULL ORDER BY d.decided_on, d.number",
        vec![scope.province().into()],
    )
    .await
}

/// One page of the book, newest day first. `after` is the last entry of the page before.
pub(super) async fn book<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<BookEntry>, DbErr> {
    let mut wanted = entries(scope, filter);
    if let Some(after) = after {
        let (province, place) = (wanted.bind(scope.province()), wanted.bind(after));
        wanted.and_plain(&format!(
            "(e.business_day, e.id) < (SELECT e2.business_day, e2.id FROM payment_entries e2
              WHERE e2.province_code = {province} AND e2.id = {place})"
        ));
    }
    // The page is found on the ledger alone; names are looked up for its rows only.
    let sql = format!(
        "SELECT b.id, b.entitlement_id, b.kind, b.amount_dong, b.channel, b.proxy_name,
           b.reason_code, b.note, b.business_day, b.commune_code, b.group_code,
           b.recorded_at, le.full_name, le.hamlet, l.programme_code, d.number AS decision_number
         FROM (SELECT e.* FROM payment_entries e WHERE {}
                ORDER BY e.business_day DESC, e.id DESC LIMIT {limit}) b
         JOIN entitlements t ON t.province_code = b.province_code AND t.id = b.entitlement_id
         JOIN list_entries le ON le.province_code = t.province_code AND le.id = t.entry_id
         JOIN beneficiary_lists l ON l.id = t.list_id
         JOIN decisions d ON d.id = t.decision_id
         ORDER BY b.business_day DESC, b.id DESC",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}
