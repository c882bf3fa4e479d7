//! SQL of a person's own result.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql};

#[derive(FromQueryResult)]
pub(in crate::relief::publication) struct OwnRow {
    pub asked: String,
    pub province_code: String,
    pub id: Uuid,
    pub full_name: String,
    pub birth_year: Option<i32>,
    pub birth_month: Option<i32>,
    pub birth_day: Option<i32>,
    pub id_number: Option<String>,
    pub group_code: String,
    pub entry_state: String,
    pub household_of: Option<Uuid>,
    pub due_dong: i64,
    pub commune_code: String,
    pub district_code: String,
    pub tiers: i16,
    pub programme_code: String,
    pub unit_date: NaiveDate,
    pub list_state: String,
    pub prepared_at: DateTime<Utc>,
    pub posted_on: Option<NaiveDate>,
    pub posting_ends_on: Option<NaiveDate>,
    pub entitlement_id: Option<Uuid>,
    pub monthly_dong: Option<i64>,
    pub months: Option<i32>,
    pub people: Option<i32>,
    pub decided_dong: Option<i64>,
    pub pay_state: Option<String>,
    pub hold: Option<String>,
    pub number: Option<String>,
    pub decided_on: Option<NaiveDate>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub appraised_at: Option<DateTime<Utc>>,
    pub paid_on: Option<NaiveDate>,
    pub paid_dong: Option<i64>,
    pub channel: Option<String>,
    pub payee: Option<String>,
}

/// Rows shown for one question at most, the newest lists first.
pub(in crate::relief::publication) const ROWS_A_KEY: usize = 20;

/// Rows with one of the numbers, also through a CMND and a CCCD known to be one person's; each with
/// the number that was asked for. A member of a household is shown the entitlement of the head, who
/// receives for all. Two index searches in a union: with OR, SQLite reads the whole table (3 s on
/// 400,000 rows). `None`: more rows than [`ROWS_A_KEY`] for each, so some are missing.
pub(in crate::relief::publication) async fn own_rows<C: Conn>(
    conn: &C,
    province: &str,
    id_keys: &[&str],
) -> Result<Option<Vec<OwnRow>>, DbErr> {
    // Few forms of the statement: each is prepared once a connection. A number twice finds it once.
    let places = id_keys.len().next_power_of_two();
    let limit = places * ROWS_A_KEY;
    let mut keys: Vec<Value> =
        id_keys.iter().cycle().take(places).map(|key| (*key).into()).collect();
    if places == 1 {
        // Rows of other provinces must not use up the limit.
        keys.push(province.into());
        let sql = statement(1, "e.province_code = $2", limit);
        return Ok(Some(conn.rows(&sql, keys).await?));
    }
    let mut rows: Vec<OwnRow> = conn.rows(&statement(places, "TRUE", limit), keys).await?;
    if rows.len() == limit {
        return Ok(None);
    }
    // Not in the statement: SQLite would plan it anew for every value bound beside partial indexes.
    rows.retain(|row| row.province_code == province);
    Ok(Some(rows))
}

fn statement(keys: usize, condition: &str, limit: usize) -> String {
    let marks: Vec<String> = (1..=keys).map(|n| format!("${n}")).collect();
    let marks = marks.join(", ");
    format!(
        "SELECT a.asked, e.province_code, e.id, e.full_name, e.birth_year, e.birth_month, e.birth_day, e.id_number,
                e.group_code, e.state AS entry_state, e.household_of,
                e.due_dong, e.commune_code, e.district_code, e.tiers,
                l.programme_code, l.unit_date, l.state AS list_state,
                l.prepared_at, l.posted_on, l.posting_ends_on,
                t.id AS entitlement_id, t.monthly_dong, t.months, t.people,
                t.amount_dong AS decided_dong, t.pay_state, t.hold, d.number, d.decided_on,
                (SELECT MAX(s.acted_at) FROM list_steps s
                  WHERE s.list_id = l.id AND s.action = 'submit') AS submitted_at,
                (SELECT MAX(s.acted_at) FROM list_steps s
                  WHERE s.list_id = l.id AND s.action = 'appraise') AS appraised_at,
                p.business_day AS paid_on, p.amount_dong AS paid_dong, p.channel, p.payee
         FROM (SELECT k.id_key AS asked, k.id FROM list_entries k WHERE k.id_key IN ({marks})
               UNION ALL
               SELECT i.id_key, k.id FROM person_identifiers i
               JOIN list_entries k ON k.person_id = i.person_id
               WHERE i.id_key IN ({marks}) AND k.id_key IS DISTINCT FROM i.id_key) a
         JOIN list_entries e ON e.id = a.id
         JOIN beneficiary_lists l ON l.id = e.list_id
         LEFT JOIN entitlements t ON t.entry_id = COALESCE(e.household_of, e.id)
           AND t.state = 'approved' AND l.state = 'approved'
         LEFT JOIN decisions d ON d.id = t.decision_id
         LEFT JOIN payment_entries p ON t.pay_state = 'paid' AND p.entitlement_id = t.id
           AND p.seq = (SELECT MAX(q.seq) FROM payment_entries q
                         WHERE q.entitlement_id = t.id AND q.kind = 'paid'
                           AND NOT EXISTS (SELECT 1 FROM payment_entries r
                             WHERE r.reverses_id = q.id))
         WHERE {condition}
         ORDER BY l.prepared_at DESC, e.id LIMIT {limit}"
    )
}
