//! SQL of a day as it was: decided by then, recorded for that day or before it.

use chrono::{Days, NaiveDate};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::{decided, wanted};
use crate::clock::day_begins;
use crate::database::{Conn, Sql};
use crate::identity::Scope;
use crate::relief::reports::types::{Aside, Filter};

/// Entitlements approved by the end of `day` and not revoked by then. One that was cancelled for
/// another reason does not tell when: it is left out of past days too.
pub(in crate::relief::reports) async fn approved_by<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Vec<Aside>, DbErr> {
    let mut standing = decided(wanted(scope, filter), filter);
    standing.and("e.approved_on <= {}", day);
    standing.and_plain("e.pay_state <> 'member' AND e.items > 0");
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code,
           CAST(SUM(e.items) AS BIGINT) AS items, CAST(SUM(e.people) AS BIGINT) AS people,
           CAST(SUM(e.amount_dong) AS BIGINT) AS dong
         FROM entitlement_sums e WHERE {}
         GROUP BY e.district_code, e.commune_code, e.group_code",
        standing.sql()
    );
    let mut approved: Vec<Aside> = conn.rows(&sql, standing.values()).await?;

    approved.extend(revoked_since(conn, scope, filter, day).await?);
    Ok(approved)
}

/// Approved by the end of `day` and revoked after it: the sums know them no more.
async fn revoked_since<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Vec<Aside>, DbErr> {
    #[derive(FromQueryResult)]
    struct Revoked {
        id: Uuid,
    }
    let end = day_begins(day + Days::new(1));
    let sql = "SELECT d.id FROM decisions d WHERE d.province_code = $1 AND d.revoked_at >= $2";
    let decisions: Vec<Revoked> = conn.rows(sql, vec![scope.province().into(), end.into()]).await?;
    let mut found = Vec::new();
    for decision in decisions {
        let mut wanted = decided(wanted(scope, filter), filter);
        wanted.and("e.decision_id = {}", decision.id);
        wanted.and("e.approved_at < {}", end);
        wanted.and_plain("e.pay_state <> 'member' AND e.hold = 'revoked'");
        let sql = format!(
            "SELECT e.district_code, e.commune_code, e.group_code, CAST(COUNT(*) AS BIGINT) AS items,
               CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
               CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
             FROM entitlements e WHERE {}
             GROUP BY e.district_code, e.commune_code, e.group_code",
            wanted.sql()
        );
        let mut of_it: Vec<Aside> = conn.rows(&sql, wanted.values()).await?;
        found.append(&mut of_it);
    }
    Ok(found)
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

/// Why entitlements stand unpaid today.
pub(in crate::relief::reports) async fn not_paid_now<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<NotPaid>, DbErr> {
    let mut wanted = decided(wanted(scope, filter), filter);
    wanted.and_plain("e.pay_state = 'not_paid' AND e.items > 0");
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, e.reason_code,
           CAST(SUM(e.items) AS BIGINT) AS items, CAST(SUM(e.amount_dong) AS BIGINT) AS dong
         FROM entitlement_sums e WHERE {}
         GROUP BY e.district_code, e.commune_code, e.group_code, e.reason_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Why entitlements stood unpaid at the end of `day`. Days of an entitlement's entries never go
/// back, so one whose last entry is of that day or before it stood as it stands now; only the others
/// are asked for the last entry in force by then.
pub(in crate::relief::reports) async fn not_paid_by<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Vec<NotPaid>, DbErr> {
    let mut unmoved = decided(wanted(scope, filter), filter);
    unmoved.and_plain("e.state = 'approved' AND e.pay_state = 'not_paid'");
    unmoved.and("e.last_day <= {}", day);
    let sql = format!(
        "SELECT {NOT_PAID}, CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS dong
         FROM entitlements e WHERE {} GROUP BY {PLACE_AND_REASON}",
        unmoved.sql()
    );
    let mut found: Vec<NotPaid> = conn.rows(&sql, unmoved.values()).await?;
    found.extend(moved_since(conn, scope, filter, day).await?);
    Ok(found)
}

const PLACE_AND_REASON: &str = "e.district_code, e.commune_code, e.group_code, e.reason_code";
const NOT_PAID: &str = "e.district_code, e.commune_code, e.group_code, e.reason_code,
   CAST(COUNT(*) AS BIGINT) AS items";

/// Those with entries after `day` of whom the last entry in force by then says that nothing was
/// handed over, or that the money came back.
async fn moved_since<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Vec<NotPaid>, DbErr> {
    let few = fewer_after(conn, scope, filter, day).await?;
    let mut wanted = decided(wanted(scope, filter), filter);
    let day = wanted.bind(day);
    // In force: not taken back by a reversal of that day or before it.
    let standing = |entry: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM payment_entries r
               WHERE r.reverses_id = {entry}.id AND r.business_day <= {day})"
        )
    };
    // CROSS JOIN: SQLite keeps the order.
    let (from, each) = if few {
        let moved = format!(
            "(SELECT DISTINCT e.entitlement_id FROM payment_entries e
               WHERE {} AND e.business_day > {day}) c
             CROSS JOIN payment_entries e",
            wanted.sql()
        );
        (moved, "e.entitlement_id = c.entitlement_id")
    } else {
        ("payment_entries e".to_owned(), "TRUE")
    };
    let sql = format!(
        "SELECT {NOT_PAID}, CAST(COALESCE(SUM(t.amount_dong), 0) AS BIGINT) AS dong
         FROM {from}
         CROSS JOIN entitlements t
         WHERE {} AND {each} AND t.province_code = e.province_code AND t.id = e.entitlement_id
           AND e.business_day <= {day} AND e.kind IN ('not_paid', 'returned')
           AND t.state = 'approved' AND t.last_day > {day} AND {}
           AND NOT EXISTS (SELECT 1 FROM payment_entries n
             WHERE n.entitlement_id = e.entitlement_id AND n.seq > e.seq
               AND n.business_day <= {day} AND n.kind IN ('paid', 'not_paid', 'returned') AND {})
         GROUP BY {PLACE_AND_REASON}",
        wanted.sql(),
        standing("e"),
        standing("n"),
    );
    conn.rows(&sql, wanted.values()).await
}

/// Whether it is quicker to go through the entries after `day` than through those up to it which say
/// "not paid".
async fn fewer_after<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    day: NaiveDate,
) -> Result<bool, DbErr> {
    let mut before = decided(wanted(scope, filter), filter);
    before.and_plain("e.kind IN ('not_paid', 'returned')");
    before.and("e.business_day <= {}", day);
    let sql = format!("SELECT COUNT(*) FROM payment_entries e WHERE {}", before.sql());
    let before = conn.number(&sql, before.values()).await?;
    let mut after = decided(wanted(scope, filter), filter);
    after.and("e.business_day > {}", day);
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM payment_entries e WHERE {} LIMIT {before}) x",
        after.sql()
    );
    Ok(conn.number(&sql, after.values()).await? < before)
}
