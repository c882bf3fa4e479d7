//! Entitlements with what the clerk must see before paying them.

use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::Where;
use crate::database::{Conn, Sql, values_list};
use crate::identity::Scope;
use crate::relief::payments::types::{Claim, Status};

const CLAIM: &str =
    "SELECT e.id, e.entry_id, e.province_code, e.district_code, e.commune_code, e.tiers,
  e.group_code, l.programme_code, e.decision_id, d.number AS decision_number, d.decided_on,
  e.monthly_dong, e.months, e.people, e.amount_dong, e.paid_dong, e.pay_state, e.reason_code,
  e.entries, e.recovering_dong, e.state, e.hold, le.state AS entry_state, e.last_day, le.full_name, le.birth_year,
  le.id_number, le.hamlet, le.address, le.household_head";

const WITH_ROWS: &str =
    " JOIN list_entries le ON le.province_code = e.province_code AND le.id = e.entry_id";

const LOOK_UP: &str =
    "JOIN list_entries le ON le.province_code = e.province_code AND le.id = e.entry_id
  JOIN beneficiary_lists l ON l.id = e.list_id
  JOIN decisions d ON d.id = e.decision_id";

/// The part of the scope that is looked at: empty codes mean all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub tiers: i16,
    pub district: String,
    pub commune: String,
}

/// Which approved entitlements (member rows never) a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimFilter {
    pub place: Place,
    pub hamlet: Option<String>,
    pub group: String,
    pub decision: Option<Uuid>,
    pub status: Option<Status>,
    pub reason: String,
    /// Folded words that the name must hold, in any order.
    pub words: Vec<String>,
    /// Digits without leading zeros.
    pub id_key: Option<String>,
}

impl ClaimFilter {
    /// True when a column of the list's row decides.
    fn asks_rows(&self) -> bool {
        self.hamlet.is_some() || !self.words.is_empty() || self.id_key.is_some()
    }
}

/// What the rows of a filter add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Totals {
    pub items: i64,
    pub people: i64,
    pub amount: i64,
    pub paid: i64,
}

/// A value of a filter with the number of its rows.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Counted {
    pub name: String,
    pub items: i64,
}

/// The rows of a place inside the scope, as a condition on `e` (entitlements).
pub(crate) fn inside(scope: &Scope, place: &Place) -> Where {
    let mut wanted = Where::new(scope.condition("e", 1), vec![scope.code().into()]);
    wanted.and("e.tiers = {}", place.tiers);
    // Said twice, SQLite takes the condition for a worse one than it is, and sorts.
    if !place.district.is_empty() && place.district != scope.district() {
        wanted.and("e.district_code = {}", place.district.as_str());
    }
    if !place.commune.is_empty() && place.commune != scope.commune() {
        wanted.and("e.commune_code = {}", place.commune.as_str());
    }
    wanted
}

/// The condition of a status on `entitlements` or their sums as `e`.
pub(crate) fn status_condition(status: Status) -> &'static str {
    match status {
        Status::Paid => "e.pay_state = 'paid'",
        Status::NotPaid => "e.pay_state = 'not_paid'",
        Status::Open => "e.pay_state = 'unpaid' AND e.hold = ''",
        Status::Held => "e.pay_state = 'unpaid' AND e.hold <> ''",
    }
}

/// Condition on rows of `entitlements` as `e`.
fn wanted(scope: &Scope, filter: &ClaimFilter) -> Where {
    let mut wanted = standing(scope, filter);
    wanted.and_plain("e.state = 'approved'");
    wanted
}

/// The same for `entitlements` and for `entitlement_sums`, where all are approved.
fn standing(scope: &Scope, filter: &ClaimFilter) -> Where {
    let mut wanted = inside(scope, &filter.place);
    wanted.and("e.province_code = {}", scope.province());
    wanted.and_plain("e.pay_state <> 'member'");
    if !filter.group.is_empty() {
        wanted.and("e.group_code = {}", filter.group.as_str());
    }
    if let Some(decision) = filter.decision {
        wanted.and("e.decision_id = {}", decision);
    }
    if let Some(status) = filter.status {
        wanted.and_plain(status_condition(status));
    }
    if !filter.reason.is_empty() {
        wanted.and("e.reason_code = {}", filter.reason.as_str());
    }
    if let Some(hamlet) = &filter.hamlet {
        wanted.and("le.hamlet = {}", hamlet.as_str());
    }
    for word in &filter.words {
        wanted.and("(' ' || le.name_key) LIKE {}", format!("% {word}%"));
    }
    if let Some(key) = &filter.id_key {
        wanted.and("le.id_key = {}", key.as_str());
    }
    wanted
}

/// One page. Within a commune by name in Vietnamese order, above it place by place. `after` is the
/// last row of the page before.
pub(crate) async fn claims_page<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ClaimFilter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Claim>, DbErr> {
    let named = !filter.place.commune.is_empty() || !scope.commune().is_empty();
    let (order, cursor) = if named {
        ("le.sort_key, e.id", "le2.sort_key, e2.id")
    } else {
        (
            "e.district_code, e.commune_code, e.pay_state, e.id",
            "e2.district_code, e2.commune_code, e2.pay_state, e2.id",
        )
    };
    let mut wanted = wanted(scope, filter);
    if let Some(after) = after {
        // The cursor is an id, never a name: it stands in the address.
        let place = wanted.bind(after);
        let province = wanted.bind(scope.province());
        wanted.and_plain(&format!(
            "({order}) > (SELECT {cursor} FROM entitlements e2
               JOIN list_entries le2 ON le2.province_code = e2.province_code AND le2.id = e2.entry_id
              WHERE e2.province_code = {province} AND e2.id = {place})"
        ));
    }
    // The page is found first, by an index where nothing of the list's row is asked for; the rest
    // is looked up for its rows only.
    let with_rows = if named || filter.asks_rows() { WITH_ROWS } else { "" };
    let sql = format!(
        "{CLAIM} FROM (SELECT e.* FROM entitlements e{with_rows}
            WHERE {} ORDER BY {order} LIMIT {limit}) e {LOOK_UP} ORDER BY {order}",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// What all rows of a filter add up to.
pub(crate) async fn totals<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ClaimFilter,
) -> Result<Totals, DbErr> {
    let (wanted, count, rows) = if filter.asks_rows() {
        (wanted(scope, filter), "COUNT(*)", format!("entitlements e{WITH_ROWS}"))
    } else {
        let sums = "entitlement_sums e".to_owned();
        (standing(scope, filter), "COALESCE(SUM(e.items), 0)", sums)
    };
    let sql = format!(
        "SELECT CAST({count} AS BIGINT) AS items,
                CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
                CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS amount,
                CAST(COALESCE(SUM(e.paid_dong), 0) AS BIGINT) AS paid
         FROM {rows} WHERE {}",
        wanted.sql()
    );
    Ok(conn.row(&sql, wanted.values()).await?.unwrap_or_default())
}

/// Hamlets of the filter's commune with the number of rows of its status.
pub(crate) async fn hamlets<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ClaimFilter,
) -> Result<Vec<Counted>, DbErr> {
    let wanted = wanted(scope, &ClaimFilter { hamlet: None, ..filter.clone() });
    let sql = format!(
        "SELECT le.hamlet AS name, CAST(COUNT(*) AS BIGINT) AS items
           FROM entitlements e{WITH_ROWS}
          WHERE {} GROUP BY le.hamlet ORDER BY le.hamlet",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// Groups of the filter with the number of rows of its status.
pub(crate) async fn group_counts<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ClaimFilter,
) -> Result<Vec<Counted>, DbErr> {
    let every = ClaimFilter { group: String::new(), ..filter.clone() };
    let (wanted, count, rows) = if every.asks_rows() {
        (wanted(scope, &every), "COUNT(*)", format!("entitlements e{WITH_ROWS}"))
    } else {
        let mut wanted = standing(scope, &every);
        wanted.and_plain("e.items > 0");
        (wanted, "SUM(e.items)", "entitlement_sums e".to_owned())
    };
    let sql = format!(
        "SELECT e.group_code AS name, CAST({count} AS BIGINT) AS items FROM {rows}
          WHERE {} GROUP BY e.group_code ORDER BY e.group_code",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// These entitlements, as far as they lie in the scope; cancelled ones too.
pub(crate) async fn claims_by_id<C: Conn>(
    conn: &C,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<Claim>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut wanted = Where::new(scope.condition("e", 1), vec![scope.code().into()]);
    wanted.and("e.province_code = {}", scope.province());
    let places = wanted.bind_all(ids.iter().copied().map(Value::from));
    wanted.and_plain(&format!("e.id IN ({places})"));
    let sql = format!(
        "{CLAIM} FROM entitlements e {LOOK_UP} WHERE {} ORDER BY le.sort_key, e.id",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// These entitlements, each as far as it lies in the commune of the scope beside it; cancelled ones
/// too. Above the commune nothing is found.
pub(crate) async fn claims_of_communes<C: Conn>(
    conn: &C,
    wanted: &[(&Scope, Uuid)],
) -> Result<Vec<Claim>, DbErr> {
    let mut keys: Vec<(&str, &str, i16, Uuid)> = wanted
        .iter()
        .filter_map(|(scope, id)| match scope {
            Scope::Commune { province, commune, tiers, .. } => {
                Some((province.as_str(), commune.as_str(), *tiers, *id))
            }
            _ => None,
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let rows = keys.into_iter().map(|(province, commune, tiers, id)| {
        vec![province.into(), commune.into(), tiers.into(), id.into()]
    });
    let (list, values) = values_list(conn, rows.collect());
    let sql = format!(
        "{CLAIM} FROM ({list}) v
           JOIN entitlements e ON e.province_code = v.column1 AND e.commune_code = v.column2
             AND e.tiers = v.column3 AND e.id = v.column4
           {LOOK_UP}"
    );
    conn.rows(&sql, values).await
}
