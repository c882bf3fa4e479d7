//! Counts of what waits.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};

use crate::database::{Conn, Sql};
use crate::identity::Scope;

/// Lists of one state with the same dates.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct StateCount {
    pub state: String,
    pub has_district: bool,
    pub returned: bool,
    pub posting_ends_on: Option<NaiveDate>,
    pub step_due_on: Option<NaiveDate>,
    pub lists: i64,
}

/// Lists of the scope that are not yet approved, by state and dates.
pub(in crate::relief) async fn states<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<StateCount>, DbErr> {
    let sql = format!(
        "SELECT l.state, (l.district_code <> '') AS has_district,
           (l.returned_reason <> '') AS returned, l.posting_ends_on, l.step_due_on,
           CAST(COUNT(*) AS BIGINT) AS lists
         FROM beneficiary_lists l WHERE {} AND l.state <> 'approved'
         GROUP BY l.state, (l.district_code <> ''), (l.returned_reason <> ''), l.posting_ends_on,
           l.step_due_on",
        scope.condition("l", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// Approved entitlements of the scope on hold for want of papers.
pub(in crate::relief) async fn without_papers<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM entitlements en
         WHERE {} AND en.state = 'approved' AND en.hold = 'no_id'",
        scope.condition("en", 1)
    );
    conn.number(&sql, vec![scope.code().into()]).await
}
