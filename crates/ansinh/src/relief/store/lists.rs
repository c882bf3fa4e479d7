//! Lists and their steps.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::{CHUNK, placeholders};
use crate::database::{Conn, Constraint, Sql};
use crate::identity::Scope;
use crate::relief::types::{ListSummary, StepRow};

/// One list a commune, group and round.
pub(in crate::relief) const ONE_A_ROUND: Constraint = Constraint {
    name: "beneficiary_lists_round",
    sqlite_columns: "beneficiary_lists.province_code, beneficiary_lists.commune_code, \
                     beneficiary_lists.tiers, beneficiary_lists.programme_code, \
                     beneficiary_lists.group_code, beneficiary_lists.round",
};

/// Who prepares neither appraises nor approves.
pub(in crate::relief) const FOUR_EYES: Constraint =
    Constraint { name: "beneficiary_lists_four_eyes", sqlite_columns: "" };

/// Columns of [`ListSummary`]; the sums come from an index of the rows.
const SUMMARY: &str = "l.id, l.province_code, l.district_code, l.commune_code, l.tiers,
  l.unit_date, l.programme_code, l.group_code, l.round, l.state, l.version, l.prepared_by,
  l.prepared_at, l.posted_on, l.posting_ends_on, l.step_due_on, l.calendar_version,
  l.decision_id, l.returned_reason,
  CAST(COALESCE(s.listed, 0) AS BIGINT) AS listed,
  CAST(COALESCE(s.excluded, 0) AS BIGINT) AS excluded,
  CAST(COALESCE(s.declined, 0) AS BIGINT) AS declined,
  CAST(COALESCE(s.people, 0) AS BIGINT) AS people,
  CAST(COALESCE(s.due_dong, 0) AS BIGINT) AS due_dong";

/// Sums of the rows of the lists that `inner` selects (a query of list ids).
fn sums(inner: &str) -> String {
    format!(
        "LEFT JOIN (SELECT e.list_id,
            SUM(CASE WHEN e.state = 'listed' THEN 1 ELSE 0 END) AS listed,
            SUM(CASE WHEN e.state = 'excluded' THEN 1 ELSE 0 END) AS excluded,
            SUM(CASE WHEN e.state = 'declined' THEN 1 ELSE 0 END) AS declined,
            SUM(CASE WHEN e.state = 'listed' THEN e.people ELSE 0 END) AS people,
            SUM(CASE WHEN e.state = 'listed' THEN e.due_dong ELSE 0 END) AS due_dong
          FROM list_entries e WHERE e.list_id IN ({inner}) GROUP BY e.list_id) s
         ON s.list_id = l.id"
    )
}

/// Which lists are wanted.
#[derive(Debug, Clone, Default)]
pub(in crate::relief) struct ListFilter {
    /// State code or empty.
    pub state: String,
    /// Group code or empty.
    pub group: String,
    /// District code or empty.
    pub district: String,
    /// Commune code or empty.
    pub commune: String,
    /// Only lists of this era (3 or 2 tiers): the commune codes were given anew in 2025.
    pub tiers: i16,
}

impl ListFilter {
    /// Conditions and values, the scope's own `$1` first.
    fn sql(&self, scope: &Scope) -> (String, Vec<Value>) {
        let mut conditions = format!("{} AND l.tiers = $2", scope.condition("l", 1));
        let mut values: Vec<Value> = vec![scope.code().into(), self.tiers.into()];
        let wanted = [
            ("l.state", &self.state),
            ("l.group_code", &self.group),
            ("l.district_code", &self.district),
            ("l.commune_code", &self.commune),
        ];
        for (column, value) in wanted {
            if !value.is_empty() {
                values.push(value.as_str().into());
                conditions.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        (conditions, values)
    }
}

/// One page of lists, newest first, after the list `after`.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ListFilter,
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<ListSummary>, DbErr> {
    let (mut conditions, mut values) = filter.sql(scope);
    if let Some(after) = after {
        values.push(after.into());
        conditions.push_str(&format!(" AND l.id < ${}", values.len()));
    }
    let inner = format!(
        "SELECT l.id FROM beneficiary_lists l WHERE {conditions} ORDER BY l.id DESC LIMIT {size}"
    );
    let sql = format!(
        "SELECT {SUMMARY} FROM beneficiary_lists l {} WHERE l.id IN ({inner}) ORDER BY l.id DESC",
        sums(&inner)
    );
    conn.rows(&sql, values).await
}

/// Lists, people and đồng of everything a filter lets through.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(in crate::relief) struct Totals {
    /// Lists.
    pub lists: i64,
    /// People.
    pub people: i64,
    /// Đồng.
    pub due_dong: i64,
}

/// The sums above and below the lists.
pub(in crate::relief) async fn totals<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &ListFilter,
) -> Result<Totals, DbErr> {
    let (conditions, values) = filter.sql(scope);
    // CROSS JOIN: SQLite takes the lists first, and their rows from the index alone.
    let sql = format!(
        "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM beneficiary_lists l WHERE {conditions}) AS lists,
                CAST(COALESCE(SUM(e.people), 0) AS BIGINT) AS people,
                CAST(COALESCE(SUM(e.due_dong), 0) AS BIGINT) AS due_dong
         FROM beneficiary_lists l CROSS JOIN list_entries e
         WHERE {conditions} AND e.list_id = l.id AND e.state = 'listed'"
    );
    Ok(conn.row(&sql, values).await?.unwrap_or_default())
}

/// One list inside the scope.
pub(in crate::relief) async fn one<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<ListSummary>, DbErr> {
    let sql = format!(
        "SELECT {SUMMARY} FROM beneficiary_lists l {} WHERE {} AND l.id = $2",
        sums("$2"),
        scope.condition("l", 1)
    );
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

/// Several lists inside the scope.
pub(in crate::relief) async fn many<C: Conn>(
    conn: &C,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<ListSummary>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let inner = placeholders(2, chunk.len());
        let sql = format!(
            "SELECT {SUMMARY} FROM beneficiary_lists l {} WHERE {} AND l.id IN ({inner})
             ORDER BY l.district_code, l.commune_code, l.group_code, l.round",
            sums(&inner),
            scope.condition("l", 1)
        );
        let mut values: Vec<Value> = vec![scope.code().into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        found.extend(conn.rows::<ListSummary>(&sql, values).await?);
    }
    Ok(found)
}

/// The newest round of a list, for enlisting.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Round {
    /// Id.
    pub id: Uuid,
    /// Commune.
    pub commune_code: String,
    /// Group.
    pub group_code: String,
    /// Đợt.
    pub round: i32,
    /// State.
    pub state: String,
    /// Who prepared it.
    pub prepared_by: Uuid,
}

/// All rounds of these communes in a programme.
pub(in crate::relief) async fn rounds<C: Conn>(
    conn: &C,
    scope: &Scope,
    programme: &str,
    tiers: i16,
    communes: &[String],
) -> Result<Vec<Round>, DbErr> {
    let mut found = Vec::new();
    for chunk in communes.chunks(CHUNK) {
        let sql = format!(
            "SELECT l.id, l.commune_code, l.group_code, l.round, l.state, l.prepared_by
             FROM beneficiary_lists l
             WHERE {} AND l.programme_code = $2 AND l.tiers = $3 AND l.commune_code IN ({})
             ORDER BY l.round",
            scope.condition("l", 1),
            placeholders(4, chunk.len())
        );
        let mut values: Vec<Value> = vec![scope.code().into(), programme.into(), tiers.into()];
        values.extend(chunk.iter().map(|code| Value::from(code.as_str())));
        found.extend(conn.rows::<Round>(&sql, values).await?);
    }
    Ok(found)
}

/// A new draft list.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewList<'a> {
    pub id: Uuid,
    pub province_code: &'a str,
    pub district_code: &'a str,
    pub commune_code: &'a str,
    pub tiers: i16,
    pub unit_date: NaiveDate,
    pub programme_code: &'a str,
    pub group_code: &'a str,
    pub round: i32,
    pub prepared_by: Uuid,
    pub step_due_on: Option<NaiveDate>,
    pub calendar_version: &'a str,
}

/// Writes a draft list and its first step.
pub(in crate::relief) async fn add<C: Conn>(
    conn: &C,
    new: &NewList<'_>,
    step_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO beneficiary_lists (id, province_code, district_code, commune_code, tiers,
           unit_date, programme_code, group_code, round, state, prepared_by, prepared_at,
           step_due_on, calendar_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10, $11, $12, $13)",
        vec![
            new.id.into(),
            new.province_code.into(),
            new.district_code.into(),
            new.commune_code.into(),
            new.tiers.into(),
            new.unit_date.into(),
            new.programme_code.into(),
            new.group_code.into(),
            new.round.into(),
            new.prepared_by.into(),
            now.into(),
            new.step_due_on.into(),
            new.calendar_version.into(),
        ],
    )
    .await?;
    let step = NewStep {
        id: step_id,
        list_id: new.id,
        action: "create",
        from: "draft",
        to: "draft",
        by: new.prepared_by,
        due_on: new.step_due_on,
        version: 1,
        reason: "",
    };
    add_step(conn, &step, now).await
}

/// A step to record.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewStep<'a> {
    pub id: Uuid,
    pub list_id: Uuid,
    pub action: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub by: Uuid,
    pub due_on: Option<NaiveDate>,
    pub version: i32,
    pub reason: &'a str,
}

/// Records a step.
pub(in crate::relief) async fn add_step<C: Conn>(
    conn: &C,
    step: &NewStep<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    conn.change(
        "INSERT INTO list_steps (id, list_id, action, from_state, to_state, acted_by, acted_at,
           due_on, list_version, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            step.id.into(),
            step.list_id.into(),
            step.action.into(),
            step.from.into(),
            step.to.into(),
            step.by.into(),
            now.into(),
            step.due_on.into(),
            step.version.into(),
            step.reason.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// The steps of a list, oldest first. Versions order the steps of one instant.
pub(in crate::relief) async fn steps<C: Conn>(
    conn: &C,
    list_id: Uuid,
) -> Result<Vec<StepRow>, DbErr> {
    Ok(steps_of(conn, &[list_id]).await?.remove(&list_id).unwrap_or_default())
}

#[derive(FromQueryResult)]
struct StepOf {
    list_id: Uuid,
    action: String,
    from_state: String,
    acted_by: Uuid,
    acted_at: DateTime<Utc>,
    due_on: Option<NaiveDate>,
    list_version: i32,
    reason: String,
}

/// The steps of several lists, each oldest first.
pub(in crate::relief) async fn steps_of<C: Conn>(
    conn: &C,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<StepRow>>, DbErr> {
    let mut found: HashMap<Uuid, Vec<StepRow>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "SELECT list_id, action, from_state, acted_by, acted_at, due_on, list_version,
               reason
             FROM list_steps WHERE list_id IN ({}) ORDER BY acted_at, list_version, id",
            placeholders(1, chunk.len())
        );
        let values: Vec<Value> = chunk.iter().map(|id| Value::from(*id)).collect();
        for row in conn.rows::<StepOf>(&sql, values).await? {
            found.entry(row.list_id).or_default().push(StepRow {
                action: row.action,
                from_state: row.from_state,
                acted_by: row.acted_by,
                acted_at: row.acted_at,
                due_on: row.due_on,
                list_version: row.list_version,
                reason: row.reason,
            });
        }
    }
    Ok(found)
}

/// Counts a change of a draft's rows; false when the list is no longer in one of `states`.
pub(in crate::relief) async fn touch<C: Conn>(
    conn: &C,
    id: Uuid,
    states: &str,
) -> Result<bool, DbErr> {
    let sql = format!(
        "UPDATE beneficiary_lists SET version = version + 1 WHERE id = $1 AND state IN ({states})"
    );
    Ok(conn.change(&sql, vec![id.into()]).await? == 1)
}

/// What a step changes in its list.
#[derive(Debug, Clone)]
pub(in crate::relief) struct Move<'a> {
    pub from: &'a str,
    pub version: i32,
    pub to: &'a str,
    pub posted_on: Option<NaiveDate>,
    pub posting_ends_on: Option<NaiveDate>,
    pub step_due_on: Option<NaiveDate>,
    pub calendar_version: &'a str,
    pub appraised_by: Option<Uuid>,
    pub returned_reason: &'a str,
}

/// Moves a list when it still stands where the officer saw it; false when it does not.
pub(in crate::relief) async fn step<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
    it: &Move<'_>,
) -> Result<bool, DbErr> {
    let sql = format!(
        "UPDATE beneficiary_lists SET state = $2, version = version + 1, posted_on = $3,
           posting_ends_on = $4, step_due_on = $5, calendar_version = $6, appraised_by = $7,
           returned_reason = $8
         WHERE id = $9 AND state = $10 AND version = $11 AND {}",
        scope.condition("beneficiary_lists", 1)
    );
    let values = vec![
        scope.code().into(),
        it.to.into(),
        it.posted_on.into(),
        it.posting_ends_on.into(),
        it.step_due_on.into(),
        it.calendar_version.into(),
        it.appraised_by.into(),
        it.returned_reason.into(),
        id.into(),
        it.from.into(),
        it.version.into(),
    ];
    Ok(conn.change(&sql, values).await? == 1)
}
