//! SQL of a day as it was: decided by then, recorded for that day or before it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};

use super::{decided, wanted};
use crate::database::{Conn, Sql};
use crate::identity::Scope;
use crate::relief::reports::types::{Aside, Filter};

/// Entitlements approved before `end` and not revoked by then. One that was cancelled for another
/// reason does not tell when: it is left out of past days too.
pub(in crate::relief::reports) async fn approved_by<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    end: DateTime<Utc>,
) -> Result<Vec<Aside>, DbErr> {
    let mut wanted = decided(wanted(scope, filter), filter);
    wanted.and_plain("e.pay_state <> 'member'");
    wanted.and("e.approved_at < {}", end);
    let end = wanted.bind(end);
    wanted.and_plain(&format!(
        "(e.state = 'approved' OR (e.hold = 'revoked' AND e.decision_id IN (
           SELECT d.id FROM decisions d WHERE d.revoked_at >= {end})))"
    ));
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, CAST(COUNT(*) AS BIGINT) AS items,
           CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
           CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
         FROM entitlements e WHERE {}
         GROUP BY e.district_code, e.commune_code, e.group_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Entitlements of one unit, group and reason.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::reports) struct NotPaid {
    pub district_code: String,
    pub commune_code: String,
    pub group_code: String,
    pub reason_code: String,
    pub items: i64,
    pub dong: i64,
}

/// Why entitlements stood unpaid at the end of `day`: the last entry in force by then says that
/// nothing was handed over, or that the money came back.
pub(in crate::relief::reports) async fn not_paid_by<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Vec<NotPaid>, DbErr> {
    let mut wanted = decided(wanted(scope, filter), filter);
    let day = wanted.bind(day);
    // In force: not taken back by a reversal of that day or before it.
    let standing = |entry: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM payment_entries r
               WHERE r.reverses_id = {entry}.id AND r.business_day <= {day})"
        )
    };
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, e.reason_code,
           CAST(COUNT(*) AS BIGINT) AS items,
           CAST(COALESCE(SUM(t.amount_dong), 0) AS BIGINT) AS dong
         FROM payment_entries e
         JOIN entitlements t ON t.province_code = e.province_code AND t.id = e.entitlement_id
         WHERE {} AND e.business_day <= {day} AND e.kind IN ('not_paid', 'returned')
           AND t.state = 'approved' AND {}
           AND NOT EXISTS (SELECT 1 FROM payment_entries n
             WHERE n.entitlement_id = e.entitlement_id AND n.seq > e.seq
               AND n.business_day <= {day} AND n.kind IN ('paid', 'not_paid', 'returned') AND {})
         GROUP BY e.district_code, e.commune_code, e.group_code, e.reason_code",
        wanted.sql(),
        standing("e"),
        standing("n"),
    );
    conn.rows(&sql, wanted.values()).await
}
