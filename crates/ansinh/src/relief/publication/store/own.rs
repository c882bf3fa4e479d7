//! SQL of a person's own result.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql};
use crate::relief::publication::Paid;

#[derive(FromQueryResult)]
pub(in crate::relief::publication) struct OwnRow {
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
    pub list_id: Uuid,
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
}

/// Rows with the number, also through a CMND and a CCCD known to be one person's. A member of a
/// household is shown the entitlement of the head, who receives for all. Two index searches in a
/// union: with OR, SQLite reads the whole table (3 s on 400,000 rows).
pub(in crate::relief::publication) async fn own_rows<C: Conn>(
    conn: &C,
    province: &str,
    id_key: &str,
) -> Result<Vec<OwnRow>, DbErr> {
    conn.rows(
        "SELECT e.id, e.full_name, e.birth_year, e.birth_month, e.birth_day, e.id_number,
                e.group_code, e.state AS entry_state, e.household_of,
                e.due_dong, e.commune_code, e.district_code, e.tiers,
                l.programme_code, l.unit_date, l.id AS list_id, l.state AS list_state,
                l.prepared_at, l.posted_on, l.posting_ends_on,
                t.id AS entitlement_id, t.monthly_dong, t.months, t.people,
                t.amount_dong AS decided_dong, t.pay_state, t.hold, d.number, d.decided_on
         FROM list_entries e
         JOIN beneficiary_lists l ON l.id = e.list_id
         LEFT JOIN entitlements t ON t.entry_id = COALESCE(e.household_of, e.id)
           AND t.state = 'approved' AND l.state = 'approved'
         LEFT JOIN decisions d ON d.id = t.decision_id
         WHERE e.province_code = $1 AND e.id IN (
           SELECT k.id FROM list_entries k WHERE k.id_key = $2
           UNION
           SELECT k.id FROM person_identifiers i
           JOIN list_entries k ON k.person_id = i.person_id WHERE i.id_key = $2)
         ORDER BY l.prepared_at DESC, e.id LIMIT 20",
        vec![province.into(), id_key.into()],
    )
    .await
}

#[derive(FromQueryResult)]
pub(in crate::relief::publication) struct StepRow {
    pub action: String,
    pub acted_at: DateTime<Utc>,
}

pub(in crate::relief::publication) async fn steps<C: Conn>(
    conn: &C,
    list: Uuid,
) -> Result<Vec<StepRow>, DbErr> {
    conn.rows(
        "SELECT action, acted_at FROM list_steps WHERE list_id = $1 ORDER BY acted_at, id",
        vec![list.into()],
    )
    .await
}

/// The last payment of an entitlement.
pub(in crate::relief::publication) async fn own_payments<C: Conn>(
    conn: &C,
    province: &str,
    entitlement: Uuid,
) -> Result<Option<Paid>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        business_day: NaiveDate,
        amount_dong: i64,
        channel: String,
        payee: String,
    }
    let row: Option<Row> = conn
        .row(
            "SELECT business_day, amount_dong, channel, payee FROM payment_entries
             WHERE province_code = $1 AND entitlement_id = $2 AND kind = 'paid'
             ORDER BY recorded_at DESC, id DESC LIMIT 1",
            vec![province.into(), entitlement.into()],
        )
        .await?;
    Ok(row.map(|row| Paid {
        on: row.business_day,
        dong: row.amount_dong,
        channel: row.channel,
        by_proxy: row.payee == "proxy",
    }))
}
