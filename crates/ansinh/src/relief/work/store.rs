//! SQL of what waits.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::{
    CommuneProgress, CommuneToPay, HamletProgress, PaymentStart, ToPay, WaitingList, WaitingLists,
};
use crate::database::{Conn, Sql};
use crate::identity::Scope;
use crate::relief::store::duplicates::at_desk;

pub(super) async fn lists<C: Conn>(
    conn: &C,
    scope: &Scope,
    states: &[&str],
    limit: u64,
) -> Result<Vec<WaitingList>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        commune_code: String,
        district_code: String,
        unit_date: NaiveDate,
        programme_code: String,
        group_code: String,
        round: i32,
        state: String,
        posting_ends_on: Option<NaiveDate>,
        step_due_on: Option<NaiveDate>,
        returned_reason: String,
        people: i64,
    }
    let mut values: Vec<Value> = vec![scope.code().into()];
    let mut places = Vec::new();
    for state in states {
        values.push((*state).into());
        places.push(format!("${}", values.len()));
    }
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    // NULL dates last on both engines.
    let sql = format!(
        "SELECT l.id, l.commune_code, l.district_code, l.unit_date, l.programme_code, l.group_code,
                l.round, l.state, l.posting_ends_on, l.step_due_on, l.returned_reason,
                CAST(COALESCE((SELECT SUM(e.people) FROM list_entries e
                  WHERE e.list_id = l.id AND e.state = 'listed'), 0) AS BIGINT) AS people
         FROM beneficiary_lists l
         WHERE {} AND l.state IN ({})
         ORDER BY CASE WHEN l.step_due_on IS NULL THEN 1 ELSE 0 END, l.step_due_on,
           l.commune_code, l.group_code, l.round
         LIMIT ${}",
        scope.condition("l", 1),
        places.join(", "),
        values.len()
    );
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let waiting = |r: Row| WaitingList {
        id: r.id,
        commune_code: r.commune_code,
        district_code: r.district_code,
        unit_date: r.unit_date,
        programme_code: r.programme_code,
        group_code: r.group_code,
        round: r.round,
        state: r.state,
        posting_ends_on: r.posting_ends_on,
        due_on: r.step_due_on,
        people: r.people,
        returned: !r.returned_reason.is_empty(),
    };
    Ok(rows.into_iter().map(waiting).collect())
}

pub(super) async fn by_district<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<WaitingLists>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        state: String,
        lists: i64,
        due_on: Option<NaiveDate>,
    }
    let sql = format!(
        "SELECT l.district_code, l.state, CAST(COUNT(*) AS BIGINT) AS lists,
                MIN(l.step_due_on) AS due_on
         FROM beneficiary_lists l WHERE {} AND l.state <> 'approved'
         GROUP BY l.district_code, l.state ORDER BY l.district_code, l.state",
        scope.condition("l", 1)
    );
    let rows: Vec<Row> = conn.rows(&sql, vec![scope.code().into()]).await?;
    let waiting = |r: Row| WaitingLists {
        district_code: r.district_code,
        state: r.state,
        lists: r.lists,
        due_on: r.due_on,
    };
    Ok(rows.into_iter().map(waiting).collect())
}

pub(super) async fn to_pay<C: Conn>(conn: &C, scope: &Scope) -> Result<ToPay, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        pay_state: String,
        held: i64,
        entitlements: i64,
        dong: i64,
    }
    let sql = format!(
        "SELECT t.pay_state, CAST(CASE WHEN t.hold = '' THEN 0 ELSE 1 END AS BIGINT) AS held,
                CAST(SUM(t.items) AS BIGINT) AS entitlements,
                CAST(SUM(t.amount_dong - t.paid_dong) AS BIGINT) AS dong
         FROM entitlement_sums t
         WHERE {} AND t.pay_state <> 'member'
         GROUP BY t.pay_state, CASE WHEN t.hold = '' THEN 0 ELSE 1 END",
        scope.condition("t", 1)
    );
    let rows: Vec<Row> = conn.rows(&sql, vec![scope.code().into()]).await?;
    let mut to_pay = ToPay::default();
    for row in rows {
        to_pay.approved += row.entitlements;
        match (row.pay_state.as_str(), row.held) {
            ("paid", _) => to_pay.paid += row.entitlements,
            ("not_paid", _) => to_pay.not_paid += row.entitlements,
            (_, 0) => {
                to_pay.payable += row.entitlements;
                to_pay.payable_dong += row.dong;
            }
            _ => to_pay.held += row.entitlements,
        }
    }
    Ok(to_pay)
}

/// Payment entries carry no tiers; their district code tells the eras apart.
pub(super) async fn entries_today<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<i64, DbErr> {
    let values = vec![
        scope.province().into(),
        today.into(),
        scope.district().into(),
        scope.commune().into(),
    ];
    conn.number(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM payment_entries
         WHERE province_code = $1 AND business_day = $2 AND district_code = $3
           AND commune_code = $4 AND kind IN ('paid', 'not_paid')",
        values,
    )
    .await
}

pub(super) async fn duplicates<C: Conn>(conn: &C, scope: &Scope) -> Result<i64, DbErr> {
    if let Scope::Province { province } = scope {
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM duplicate_warnings
                   WHERE province_code = $1 AND state = 'open'";
        return conn.number(sql, vec![province.as_str().into()]).await;
    }
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM duplicate_warnings w
         WHERE w.province_code = $2 AND w.state = 'open' AND EXISTS (
           SELECT 1 FROM list_entries e WHERE e.province_code = w.province_code
             AND e.id IN (w.first_entry_id, w.second_entry_id) AND {})",
        scope.condition("e", 1)
    );
    conn.number(&sql, vec![scope.code().into(), scope.province().into()]).await
}

#[derive(FromQueryResult)]
struct Due {
    due_on: Option<NaiveDate>,
}

/// By when the unit itself must decide the most urgent of its pairs.
pub(super) async fn duplicates_due<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = format!(
        "SELECT MIN(w.due_on) AS due_on FROM duplicate_warnings w
         WHERE {} AND w.state = 'open'",
        at_desk(scope, 1)
    );
    let row: Option<Due> = conn.row(&sql, vec![scope.code().into()]).await?;
    Ok(row.and_then(|row| row.due_on))
}

pub(super) async fn without_papers<C: Conn>(conn: &C, scope: &Scope) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM list_entries e
         WHERE {} AND e.state = 'listed' AND e.id_key IS NULL AND e.household_of IS NULL",
        scope.condition("e", 1)
    );
    conn.number(&sql, vec![scope.code().into()]).await
}

pub(super) async fn hamlets<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<HamletProgress>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        hamlet: String,
        approved: i64,
        paid: i64,
    }
    let sql = format!(
        "SELECT e.hamlet, CAST(COUNT(*) AS BIGINT) AS approved,
                CAST(SUM(CASE WHEN t.pay_state = 'paid' THEN 1 ELSE 0 END) AS BIGINT) AS paid
         FROM entitlements t
         JOIN list_entries e ON e.province_code = t.province_code AND e.id = t.entry_id
         WHERE {} AND t.state = 'approved' AND t.pay_state <> 'member'
         GROUP BY e.hamlet",
        scope.condition("t", 1)
    );
    let rows: Vec<Row> = conn.rows(&sql, vec![scope.code().into()]).await?;
    let progress = |r: Row| HamletProgress { hamlet: r.hamlet, approved: r.approved, paid: r.paid };
    Ok(rows.into_iter().map(progress).collect())
}

/// Communes with unpaid entitlements, the most first.
pub(super) async fn communes_to_pay<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<CommuneToPay>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        commune_code: String,
        unpaid: i64,
    }
    let sql = format!(
        "SELECT t.district_code, t.commune_code, CAST(SUM(t.items) AS BIGINT) AS unpaid
         FROM entitlement_sums t
         WHERE t.province_code = $2 AND {} AND t.pay_state = 'unpaid' AND t.items > 0
         GROUP BY t.district_code, t.commune_code ORDER BY SUM(t.items) DESC, t.commune_code",
        scope.condition("t", 1)
    );
    let values = vec![scope.code().into(), scope.province().into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let commune = |r: Row| CommuneToPay {
        district_code: r.district_code,
        commune_code: r.commune_code,
        unpaid: r.unpaid,
        silent_today: true,
    };
    Ok(rows.into_iter().map(commune).collect())
}

/// (district, commune) of those that have recorded something today.
pub(super) async fn communes_paying<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<(String, String)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        commune_code: String,
    }
    let sql = format!(
        "SELECT DISTINCT p.district_code, p.commune_code FROM payment_entries p
         WHERE p.province_code = $2 AND p.business_day = $3 AND {}",
        scope.condition("p", 1)
    );
    let values = vec![scope.code().into(), scope.province().into(), today.into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    Ok(rows.into_iter().map(|row| (row.district_code, row.commune_code)).collect())
}

/// Entries of one kind on a commune's day.
#[derive(Debug, FromQueryResult)]
pub(super) struct DaySum {
    pub kind: String,
    pub entries: i64,
    pub dong: i64,
}

pub(super) async fn day_sums<C: Conn>(
    conn: &C,
    scope: &Scope,
    day: NaiveDate,
) -> Result<Vec<DaySum>, DbErr> {
    conn.rows(
        "SELECT kind, CAST(COUNT(*) AS BIGINT) AS entries,
                CAST(SUM(amount_dong) AS BIGINT) AS dong
         FROM payment_entries
         WHERE province_code = $1 AND business_day = $2 AND district_code = $3
           AND commune_code = $4
         GROUP BY kind",
        vec![scope.province().into(), day.into(), scope.district().into(), scope.commune().into()],
    )
    .await
}

/// Entitlements neither paid nor recorded as not paid, and their đồng.
pub(super) async fn left<C: Conn>(conn: &C, scope: &Scope) -> Result<(i64, i64), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        entitlements: i64,
        dong: i64,
    }
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(t.items), 0) AS BIGINT) AS entitlements,
                CAST(COALESCE(SUM(t.amount_dong - t.paid_dong), 0) AS BIGINT) AS dong
         FROM entitlement_sums t WHERE {} AND t.pay_state = 'unpaid'",
        scope.condition("t", 1)
    );
    let row: Option<Row> = conn.row(&sql, vec![scope.code().into()]).await?;
    Ok(row.map_or((0, 0), |row| (row.entitlements, row.dong)))
}

pub(super) async fn payment_starts<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<PaymentStart>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        commune_code: String,
        tiers: i16,
        recorded_at: DateTime<Utc>,
    }
    let sql = format!(
        "SELECT DISTINCT l.district_code, l.commune_code, l.tiers, d.recorded_at
         FROM beneficiary_lists l JOIN decisions d ON d.id = l.decision_id
         WHERE {} AND l.province_code = $2 AND l.state = 'approved'",
        scope.condition("l", 1)
    );
    let values = vec![scope.code().into(), scope.province().into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let start = |row: Row| PaymentStart {
        district_code: row.district_code,
        commune_code: row.commune_code,
        tiers: row.tiers,
        at: row.recorded_at,
    };
    Ok(rows.into_iter().map(start).collect())
}

/// Approved and paid by commune.
pub(super) async fn commune_progress<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<CommuneProgress>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        commune_code: String,
        approved: i64,
        paid: i64,
    }
    let sql = format!(
        "SELECT t.district_code, t.commune_code, CAST(SUM(t.items) AS BIGINT) AS approved,
                CAST(SUM(CASE WHEN t.pay_state = 'paid' THEN t.items ELSE 0 END) AS BIGINT) AS paid
         FROM entitlement_sums t
         WHERE t.province_code = $2 AND {} AND t.pay_state <> 'member' AND t.items > 0
         GROUP BY t.district_code, t.commune_code",
        scope.condition("t", 1)
    );
    let values = vec![scope.code().into(), scope.province().into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let progress = |row: Row| CommuneProgress {
        district_code: row.district_code,
        commune_code: row.commune_code,
        approved: row.approved,
        paid: row.paid,
    };
    Ok(rows.into_iter().map(progress).collect())
}

/// Lists of one unit in one state past the day of their step, by group and round.
#[derive(FromQueryResult)]
pub(super) struct LateList {
    pub id: Uuid,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub programme_code: String,
    pub group_code: String,
    pub round: i32,
    pub state: String,
    pub step_due_on: NaiveDate,
}

pub(super) async fn late_lists<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<LateList>, DbErr> {
    let sql = format!(
        "SELECT l.id, l.district_code, l.commune_code, l.tiers, l.programme_code, l.group_code,
                l.round, l.state, l.step_due_on
         FROM beneficiary_lists l
         WHERE {} AND l.state IN ('draft', 'posted', 'submitted', 'appraised')
           AND l.step_due_on < $2",
        scope.condition("l", 1)
    );
    conn.rows(&sql, vec![scope.code().into(), today.into()]).await
}

/// Warnings of duplicates that one desk should have decided.
#[derive(FromQueryResult)]
pub(super) struct LatePairs {
    pub desk_district: String,
    pub desk_commune: String,
    pub pairs: i64,
    pub due_on: NaiveDate,
}

pub(super) async fn late_pairs<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<LatePairs>, DbErr> {
    let inside = match scope {
        Scope::Commune { .. } => at_desk(scope, 1),
        Scope::District { .. } => "w.desk_district = $1".to_owned(),
        Scope::Province { .. } => "w.province_code = $1".to_owned(),
    };
    let sql = format!(
        "SELECT w.desk_district, w.desk_commune, CAST(COUNT(*) AS BIGINT) AS pairs,
                MIN(w.due_on) AS due_on
         FROM duplicate_warnings w
         WHERE {inside} AND w.state = 'open' AND w.due_on < $2
         GROUP BY w.desk_district, w.desk_commune"
    );
    conn.rows(&sql, vec![scope.code().into(), today.into()]).await
}
