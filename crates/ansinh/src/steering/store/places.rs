//! SQL of places without internet.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::identity::Scope;
use crate::steering::places::NewPlace;
use crate::steering::types::{Duty, Place};

/// An act's id is used once.
pub(in crate::steering) const PLACE_ID: Constraint = Constraint {
    name: "coverage_places_pkey",
    sqlite_columns: "coverage_places.province_code, coverage_places.id",
};
/// A hamlet stands once in a review.
pub(in crate::steering) const ONCE: Constraint = Constraint {
    name: "coverage_places_once",
    sqlite_columns: "coverage_places.province_code, coverage_places.paper_id, \
                     coverage_places.commune_code, coverage_places.tiers, coverage_places.hamlet_key",
};

const PLACE: &str = "SELECT c.id, c.duty_id, c.district_code, c.commune_code, c.tiers,
  c.hamlet, c.households, c.people, c.lack, c.has_now, c.proposal, c.state, c.operator, c.due_on,
  c.steps FROM coverage_places c";

/// One place of the scope.
pub(in crate::steering) async fn place<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Place>, DbErr> {
    let sql = format!("{PLACE} WHERE {} AND c.id = $2", scope.condition("c", 1));
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

/// The places that one unit wrote down in a review.
pub(in crate::steering) async fn of_duty<C: Conn>(
    conn: &C,
    scope: &Scope,
    duty: Uuid,
) -> Result<Vec<Place>, DbErr> {
    let sql = format!(
        "{PLACE} WHERE {} AND c.duty_id = $2 ORDER BY c.hamlet_key",
        scope.condition("c", 1)
    );
    conn.rows(&sql, vec![scope.code().into(), duty.into()]).await
}

/// All places of the scope by unit; `state` empty: those not yet covered.
pub(in crate::steering) async fn all<C: Conn>(
    conn: &C,
    scope: &Scope,
    state: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Place>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into(), state.into()];
    let mut sql = format!(
        "{PLACE} WHERE {} AND (c.state = $2 OR ($2 = '' AND c.state <> 'done'))",
        scope.condition("c", 1)
    );
    if let Some(after) = after {
        values.push(after.into());
        sql.push_str(
            " AND (c.district_code, c.commune_code, c.hamlet_key, c.id) >
              (SELECT x.district_code, x.commune_code, x.hamlet_key, x.id FROM coverage_places x
               WHERE x.id = $3)",
        );
    }
    sql.push_str(&format!(
        " ORDER BY c.district_code, c.commune_code, c.hamlet_key, c.id LIMIT {limit}"
    ));
    conn.rows(&sql, values).await
}

/// Places of a commune by state.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::steering) struct Sum {
    pub commune_code: String,
    pub tiers: i16,
    pub state: String,
    pub places: i64,
    pub people: i64,
}

/// Sums of the scope by commune and state.
pub(in crate::steering) async fn sums<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Sum>, DbErr> {
    let sql = format!(
        "SELECT c.commune_code, c.tiers, c.state, CAST(COUNT(*) AS BIGINT) AS places,
           CAST(SUM(c.people) AS BIGINT) AS people
         FROM coverage_places c WHERE {} GROUP BY c.commune_code, c.tiers, c.state
         ORDER BY c.commune_code, c.tiers, c.state",
        scope.condition("c", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// Places that lie with an operator past the day by which it was asked to, by day.
pub(in crate::steering) async fn overdue<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<Place>, DbErr> {
    let sql = format!(
        "{PLACE} WHERE {} AND c.state = 'sent' AND c.due_on < $2 ORDER BY c.due_on, c.id",
        scope.condition("c", 1)
    );
    conn.rows(&sql, vec![scope.code().into(), today.into()]).await
}

/// Writes a place down.
pub(in crate::steering) async fn add(
    tx: &Tx,
    province: &str,
    duty: &Duty,
    (place, key): (&NewPlace, &str),
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "paper_id",
        "duty_id",
        "district_code",
        "commune_code",
        "tiers",
        "hamlet",
        "hamlet_key",
        "households",
        "people",
        "lack",
        "has_now",
        "proposal",
        "state",
        "operator",
        "steps",
    ];
    let row = vec![
        province.into(),
        place.act.into(),
        duty.paper_id.into(),
        duty.id.into(),
        duty.district_code.as_str().into(),
        duty.commune_code.as_str().into(),
        duty.tiers.into(),
        place.hamlet.as_str().into(),
        key.into(),
        place.households.into(),
        place.people.into(),
        place.lack.into(),
        place.has_now.as_str().into(),
        place.proposal.as_str().into(),
        "proposed".into(),
        "".into(),
        0.into(),
    ];
    bulk_insert(tx, "coverage_places", &columns, vec![row], "").await?;
    Ok(())
}

/// Takes a place off that nobody has looked at.
pub(in crate::steering) async fn drop_place(
    tx: &Tx,
    province: &str,
    place: &Place,
) -> Result<bool, DbErr> {
    let sql = "DELETE FROM coverage_places
      WHERE province_code = $1 AND id = $2 AND steps = $3 AND state = 'proposed'";
    Ok(tx.change(sql, vec![province.into(), place.id.into(), place.steps.into()]).await? == 1)
}

/// Writes a new state down if the place is still as it was seen.
pub(in crate::steering) async fn advance(
    tx: &Tx,
    province: &str,
    place: &Place,
    (state, operator, due_on): (&str, &str, Option<NaiveDate>),
) -> Result<bool, DbErr> {
    let sql = "UPDATE coverage_places SET state = $4, operator = $5, due_on = $6, steps = steps + 1
      WHERE province_code = $1 AND id = $2 AND steps = $3";
    let values = vec![
        province.into(),
        place.id.into(),
        place.steps.into(),
        state.into(),
        operator.into(),
        due_on.into(),
    ];
    Ok(tx.change(sql, values).await? == 1)
}
