//! SQL of what the public may see.

mod contest;
pub mod open;
mod own;

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

pub(super) use contest::contested;
pub(super) use own::{OwnRow, ROWS_A_KEY, own_rows};

use super::{
    CommuneKey, GroupListed, GroupProgress, KnownList, PublishedRow, PublishedSum, Standing,
    WantedRows, masked, without_numbers,
};
use crate::database::{Conn, Sql};

pub(super) async fn listed<C: Conn>(conn: &C, province: &str) -> Result<Vec<GroupListed>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        group_code: String,
        tiers: i16,
        people: i64,
        dong: i64,
    }
    // What is read of the rows lies in the index list_entries_sums.
    let rows: Vec<Row> = conn
        .rows(
            "SELECT l.group_code, l.tiers, CAST(SUM(e.people) AS BIGINT) AS people,
                    CAST(SUM(e.due_dong) AS BIGINT) AS dong
             FROM beneficiary_lists l JOIN list_entries e ON e.list_id = l.id
             WHERE l.province_code = $1 AND l.state <> 'draft' AND e.state = 'listed'
             GROUP BY l.group_code, l.tiers",
            vec![province.into()],
        )
        .await?;
    let listed = |r: Row| GroupListed {
        group_code: r.group_code,
        tiers: r.tiers,
        people: r.people,
        dong: r.dong,
    };
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) async fn approved<C: Conn>(
    conn: &C,
    province: &str,
) -> Result<Vec<GroupProgress>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        district_code: String,
        commune_code: String,
        group_code: String,
        people: i64,
        dong: i64,
        paid_people: i64,
        paid_dong: i64,
    }
    let rows: Vec<Row> = conn
        .rows(
            "SELECT district_code, commune_code, group_code,
                    CAST(SUM(people) AS BIGINT) AS people,
                    CAST(SUM(amount_dong) AS BIGINT) AS dong,
                    CAST(SUM(CASE WHEN pay_state = 'paid' THEN people ELSE 0 END) AS BIGINT)
                      AS paid_people,
                    CAST(SUM(paid_dong) AS BIGINT) AS paid_dong
             FROM entitlement_sums
             WHERE province_code = $1 AND items > 0
             GROUP BY district_code, commune_code, group_code",
            vec![province.into()],
        )
        .await?;
    let progress = |r: Row| GroupProgress {
        district_code: r.district_code,
        commune_code: r.commune_code,
        group_code: r.group_code,
        people: r.people,
        dong: r.dong,
        paid_people: r.paid_people,
        paid_dong: r.paid_dong,
    };
    Ok(rows.into_iter().map(progress).collect())
}

/// Rows of posted lists, and of approved lists where the entitlement stands. Members of a
/// household are counted in the head's row and not named; excluded and declined rows are no debt.
const PUBLISHED: &str = "
  FROM list_entries e
  JOIN beneficiary_lists l ON l.id = e.list_id
  LEFT JOIN entitlements t ON t.entry_id = e.id AND t.state = 'approved' AND l.state = 'approved'
  LEFT JOIN decisions d ON d.id = t.decision_id
  WHERE e.province_code = $1 AND e.commune_code = $2 AND e.tiers = $3
    AND e.state = 'listed' AND e.household_of IS NULL
    AND (l.state = 'posted' OR (t.id IS NOT NULL AND d.decided_on >= $4))";

fn of_commune(commune: &CommuneKey) -> Vec<Value> {
    vec![commune.province.as_str().into(), commune.commune.as_str().into(), commune.tiers.into()]
}

/// The values of [`PUBLISHED`].
fn shown_of(commune: &CommuneKey) -> Vec<Value> {
    let mut values = of_commune(commune);
    values.push(commune.since.into());
    values
}

/// Appends the filter's conditions and their values.
fn filter(wanted: &WantedRows, sql: &mut String, values: &mut Vec<Value>) {
    let mut and = |condition: &str, value: String| {
        values.push(value.into());
        sql.push_str(&format!(" AND {condition} ${}", values.len()));
    };
    if !wanted.group.is_empty() {
        and("e.group_code =", wanted.group.clone());
    }
    if !wanted.hamlet.is_empty() {
        and("e.hamlet =", wanted.hamlet.clone());
    }
    if !wanted.name_key.is_empty() {
        // The search is for text: the two wildcards lose their meaning.
        let text = wanted.name_key.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        and("e.name_key LIKE", format!("%{text}%"));
        sql.push_str(" ESCAPE '!'");
    }
}

/// Where a row stands in the order of the list.
#[derive(FromQueryResult)]
pub(super) struct Place {
    hamlet: String,
    sort_key: String,
    id: Uuid,
}

pub(super) async fn place<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
    id: Uuid,
) -> Result<Option<Place>, DbErr> {
    let mut values = of_commune(commune);
    values.push(id.into());
    conn.row(
        "SELECT hamlet, sort_key, id FROM list_entries
         WHERE province_code = $1 AND commune_code = $2 AND tiers = $3 AND id = $4",
        values,
    )
    .await
}

#[derive(FromQueryResult)]
struct RowOfTable {
    id: Uuid,
    full_name: String,
    birth_year: Option<i32>,
    hamlet: String,
    group_code: String,
    id_number: Option<String>,
    people: i32,
    amount_dong: i64,
    pay_state: Option<String>,
    hold: Option<String>,
    last_day: Option<NaiveDate>,
    decision_number: Option<String>,
    decided_on: Option<NaiveDate>,
}

pub(super) async fn rows<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
    wanted: &WantedRows,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<PublishedRow>, DbErr> {
    let mut sql = format!(
        "SELECT e.id, e.full_name, e.birth_year, e.hamlet, e.group_code, e.id_number,
                e.people,
                CAST(COALESCE(t.amount_dong, e.due_dong) AS BIGINT) AS amount_dong,
                t.pay_state, t.hold, t.last_day, d.number AS decision_number, d.decided_on
         {PUBLISHED}"
    );
    let mut values = shown_of(commune);
    filter(wanted, &mut sql, &mut values);
    if let Some(after) = after {
        let n = values.len();
        values.extend([after.hamlet.into(), after.sort_key.into(), after.id.into()]);
        sql.push_str(&format!(
            " AND (e.hamlet, e.sort_key, e.id) > (${}, ${}, ${})",
            n + 1,
            n + 2,
            n + 3
        ));
    }
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    sql.push_str(&format!(" ORDER BY e.hamlet, e.sort_key, e.id LIMIT ${}", values.len()));
    let found: Vec<RowOfTable> = conn.rows(&sql, values).await?;
    Ok(found.into_iter().map(published).collect())
}

/// The only place where a row's full number is at hand; it stays here.
fn published(row: RowOfTable) -> PublishedRow {
    let standing = Standing::of(row.pay_state.as_deref(), row.hold.as_deref());
    PublishedRow {
        id: row.id,
        full_name: without_numbers(&row.full_name),
        birth_year: row.birth_year,
        hamlet: without_numbers(&row.hamlet),
        group_code: row.group_code,
        masked_id: row.id_number.as_deref().map_or_else(String::new, masked),
        people: row.people,
        amount_dong: row.amount_dong,
        standing,
        paid_on: row.last_day.filter(|_| standing == Standing::Paid),
        undone_on: row.last_day.filter(|_| standing == Standing::Waiting),
        decision: row.decision_number.zip(row.decided_on),
    }
}

pub(super) async fn sums<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
    wanted: &WantedRows,
) -> Result<Vec<PublishedSum>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        group_code: String,
        pay_state: Option<String>,
        hold: Option<String>,
        rows: i64,
        dong: i64,
        paid_dong: i64,
    }
    let mut sql = format!(
        "SELECT e.group_code, t.pay_state, t.hold, CAST(COUNT(*) AS BIGINT) AS rows,
                CAST(SUM(COALESCE(t.amount_dong, e.due_dong)) AS BIGINT) AS dong,
                CAST(SUM(COALESCE(t.paid_dong, 0)) AS BIGINT) AS paid_dong
         {PUBLISHED}"
    );
    let mut values = shown_of(commune);
    filter(wanted, &mut sql, &mut values);
    sql.push_str(" GROUP BY e.group_code, t.pay_state, t.hold ORDER BY e.group_code");
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let sum = |r: Row| PublishedSum {
        group_code: r.group_code,
        standing: Standing::of(r.pay_state.as_deref(), r.hold.as_deref()),
        rows: r.rows,
        dong: r.dong,
        paid_dong: r.paid_dong,
    };
    Ok(rows.into_iter().map(sum).collect())
}

pub(super) async fn hamlets<C: Conn>(conn: &C, commune: &CommuneKey) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        hamlet: String,
    }
    let sql = format!("SELECT DISTINCT e.hamlet {PUBLISHED} AND e.hamlet <> '' ORDER BY e.hamlet");
    let rows: Vec<Row> = conn.rows(&sql, shown_of(commune)).await?;
    Ok(rows.into_iter().map(|row| row.hamlet).collect())
}

pub(super) async fn lists<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
) -> Result<Vec<KnownList>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        programme_code: String,
        group_code: String,
        round: i32,
        state: String,
        posted_on: Option<NaiveDate>,
        posting_ends_on: Option<NaiveDate>,
        number: Option<String>,
        decided_on: Option<NaiveDate>,
    }
    let rows: Vec<Row> = conn
        .rows(
            "SELECT l.programme_code, l.group_code, l.round, l.state, l.posted_on,
                    l.posting_ends_on, d.number, d.decided_on
             FROM beneficiary_lists l LEFT JOIN decisions d ON d.id = l.decision_id
             WHERE l.province_code = $1 AND l.commune_code = $2 AND l.tiers = $3
               AND l.state <> 'draft'
             ORDER BY l.programme_code, l.group_code, l.round",
            of_commune(commune),
        )
        .await?;
    let known = |r: Row| KnownList {
        programme_code: r.programme_code,
        group_code: r.group_code,
        round: r.round,
        state: r.state,
        posted_on: r.posted_on,
        posting_ends_on: r.posting_ends_on,
        decision: r.number.zip(r.decided_on),
    };
    Ok(rows.into_iter().map(known).collect())
}
