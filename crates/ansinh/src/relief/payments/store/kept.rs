//! Counting again the sums that the engine keeps (migration 0010).

use sea_orm::{DbBackend, DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql};
use crate::identity::Scope;

/// A kept sum that is not what its rows add up to.
#[derive(Debug, Clone, FromQueryResult)]
struct Off {
    commune_code: String,
    tiers: i16,
    group_code: String,
    decision_id: Uuid,
    /// Day of approval, or business day.
    day: String,
    /// Kept less counted.
    items: i64,
    people: i64,
    dong: i64,
    paid_dong: i64,
}

/// What is wrong with the kept sums of a scope, in words; nothing when all is well.
///
/// # Errors
/// The engine's.
pub async fn sum_faults<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<String>, DbErr> {
    let mut faults = Vec::new();
    for (what, sql) in [("khoản được duyệt", standing(conn, scope)), ("ngày chi", days(scope))]
    {
        let off: Vec<Off> = conn.rows(&sql, vec![scope.code().into()]).await?;
        faults.extend(off.into_iter().map(|off| {
            format!(
                "tổng giữ sẵn theo {what}, xã {} ({} cấp), nhóm {}, quyết định {}, ngày {}: lệch {} \
                 khoản, {} người, {} đồng, đã chi {} đồng",
                off.commune_code,
                off.tiers,
                off.group_code,
                off.decision_id,
                off.day,
                off.items,
                off.people,
                off.dong,
                off.paid_dong
            )
        }));
    }
    Ok(faults)
}

const PLACE: &str =
    "s.province_code, s.district_code, s.commune_code, s.tiers, s.group_code, s.decision_id";

fn standing<C: Conn>(conn: &C, scope: &Scope) -> String {
    let day = match conn.get_database_backend() {
        DbBackend::Sqlite => "date(s.approved_at, '+7 hours')",
        _ => "CAST(s.approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)",
    };
    format!(
        "SELECT s.commune_code, s.tiers, s.group_code, s.decision_id,
           CAST(s.approved_on AS TEXT) AS day, CAST(SUM(s.items) AS BIGINT) AS items,
           CAST(SUM(s.people) AS BIGINT) AS people, CAST(SUM(s.amount_dong) AS BIGINT) AS dong,
           CAST(SUM(s.paid_dong) AS BIGINT) AS paid_dong
         FROM (
           SELECT {PLACE}, s.approved_on, s.pay_state, s.hold, s.reason_code, s.items, s.people,
             s.amount_dong, s.paid_dong
           FROM entitlement_sums s WHERE {condition}
           UNION ALL
           SELECT {PLACE}, {day} AS approved_on, s.pay_state, s.hold, s.reason_code, -1 AS items,
             -s.people AS people, -s.amount_dong AS amount_dong, -s.paid_dong AS paid_dong
           FROM entitlements s WHERE {condition} AND s.state = 'approved') s
         GROUP BY {PLACE}, s.approved_on, s.pay_state, s.hold, s.reason_code
         HAVING SUM(s.items) <> 0 OR SUM(s.people) <> 0 OR SUM(s.amount_dong) <> 0
           OR SUM(s.paid_dong) <> 0",
        condition = scope.condition("s", 1)
    )
}

fn days(scope: &Scope) -> String {
    format!(
        "SELECT s.commune_code, s.tiers, s.group_code, s.decision_id,
           CAST(s.business_day AS TEXT) AS day, CAST(SUM(s.entries) AS BIGINT) AS items,
           CAST(0 AS BIGINT) AS people, CAST(0 AS BIGINT) AS dong,
           CAST(SUM(s.entries * s.amount_dong) AS BIGINT) AS paid_dong
         FROM (
           SELECT {PLACE}, s.business_day, s.amount_dong, s.entries
           FROM ledger_days s WHERE {condition}
           UNION ALL
           SELECT {PLACE}, s.business_day, s.amount_dong, -1 AS entries
           FROM payment_entries s WHERE {condition} AND s.amount_dong <> 0) s
         GROUP BY {PLACE}, s.business_day, s.amount_dong
         HAVING SUM(s.entries) <> 0",
        condition = scope.condition("s", 1)
    )
}
