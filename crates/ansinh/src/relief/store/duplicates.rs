//! Certain duplicates.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::{CHUNK, placeholders};
use crate::database::{Conn, Sql, bulk_insert};
use crate::identity::Scope;

/// Two live rows of one person, as far as a comparison needs them.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct LivePair {
    pub one: Uuid,
    pub other: Uuid,
    pub one_number: Option<String>,
    pub other_number: Option<String>,
    pub one_key: Option<String>,
    pub other_key: Option<String>,
    pub one_group: String,
    pub other_group: String,
    pub one_programme: String,
    pub other_programme: String,
    pub one_province: String,
    pub other_province: String,
}

// The province is compared by the caller: written as a condition it would tempt SQLite to walk the
// whole province instead of the index by person.
const PAIRS: &str = "SELECT a.id AS one, b.id AS other, a.id_number AS one_number,
    b.id_number AS other_number, a.id_key AS one_key, b.id_key AS other_key,
    a.group_code AS one_group, b.group_code AS other_group, la.programme_code AS one_programme,
    lb.programme_code AS other_programme, a.province_code AS one_province,
    b.province_code AS other_province
  FROM list_entries a
  JOIN list_entries b ON b.person_id = a.person_id AND b.id <> a.id AND b.state = 'listed'
  JOIN beneficiary_lists la ON la.id = a.list_id
  JOIN beneficiary_lists lb ON lb.id = b.list_id
  WHERE a.state = 'listed'";

/// Pairs of which one row stands in this list.
pub(in crate::relief) async fn pairs_of_list<C: Conn>(
    conn: &C,
    list_id: Uuid,
) -> Result<Vec<LivePair>, DbErr> {
    conn.rows(&format!("{PAIRS} AND a.list_id = $1"), vec![list_id.into()]).await
}

/// Pairs among the rows of these persons.
pub(in crate::relief) async fn pairs_of_persons<C: Conn>(
    conn: &C,
    persons: &[Uuid],
) -> Result<Vec<LivePair>, DbErr> {
    let mut pairs = Vec::new();
    for chunk in persons.chunks(CHUNK) {
        let sql = format!("{PAIRS} AND a.person_id IN ({})", placeholders(1, chunk.len()));
        let values = chunk.iter().map(|person| (*person).into()).collect();
        pairs.extend(conn.rows::<LivePair>(&sql, values).await?);
    }
    Ok(pairs)
}

/// A pair to raise.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewWarning {
    pub id: Uuid,
    pub evidence: &'static str,
    pub one: Uuid,
    pub other: Uuid,
}

/// What happens to a pair that has been judged before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::relief) enum Again {
    /// It stays judged.
    Keep,
    /// A row came back, so the question is open again.
    Reopen,
}

/// Writes pairs once each, the smaller id first. Returns how many were written or opened again.
pub(in crate::relief) async fn raise<C: Conn>(
    conn: &C,
    province: &str,
    pairs: &[NewWarning],
    again: Again,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let suffix = match again {
        Again::Keep => "ON CONFLICT (first_entry_id, second_entry_id) DO NOTHING",
        Again::Reopen => {
            "ON CONFLICT (first_entry_id, second_entry_id) DO UPDATE SET state = 'open',
               decided_by = NULL, decided_at = NULL, reason = ''
             WHERE duplicate_warnings.state <> 'open'"
        }
    };
    let rows = pairs
        .iter()
        .map(|pair| {
            let (first, second) =
                if pair.one < pair.other { (pair.one, pair.other) } else { (pair.other, pair.one) };
            vec![
                pair.id.into(),
                province.into(),
                "certain".into(),
                pair.evidence.into(),
                first.into(),
                second.into(),
                now.into(),
                "open".into(),
            ]
        })
        .collect();
    let columns = [
        "id",
        "province_code",
        "kind",
        "evidence",
        "first_entry_id",
        "second_entry_id",
        "raised_at",
        "state",
    ];
    bulk_insert(conn, "duplicate_warnings", &columns, rows, suffix).await
}

/// A warning.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct WarningRow {
    pub id: Uuid,
    pub evidence: String,
    pub first_entry_id: Uuid,
    pub second_entry_id: Uuid,
    pub raised_at: DateTime<Utc>,
    pub state: String,
    pub reason: String,
}

/// One side of a warning: as much of a row as the decision needs.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Side {
    pub id: Uuid,
    pub province_code: String,
    pub district_code: String,
    pub commune_code: String,
    pub list_id: Uuid,
    pub full_name: String,
    pub birth_year: Option<i32>,
    pub birth_month: Option<i32>,
    pub birth_day: Option<i32>,
    pub sex: Option<String>,
    pub id_number: Option<String>,
    pub hamlet: String,
    pub group_code: String,
    pub programme_code: String,
    pub due_dong: i64,
    pub state: String,
    pub list_state: String,
    pub source_sheet: String,
    pub source_line: Option<i32>,
    pub paid_dong: i64,
}

/// Condition that a warning `w` touches a row inside the scope bound to `$n`.
fn touches(scope: &Scope, n: usize) -> String {
    if let Scope::Province { .. } = scope {
        return format!("w.province_code = ${n}");
    }
    let inside = scope.condition("e", n);
    format!(
        "(EXISTS (SELECT 1 FROM list_entries e WHERE e.province_code = w.province_code
             AND e.id = w.first_entry_id AND {inside})
          OR EXISTS (SELECT 1 FROM list_entries e WHERE e.province_code = w.province_code
             AND e.id = w.second_entry_id AND {inside}))"
    )
}

const WARNING: &str = "w.id, w.evidence, w.first_entry_id, w.second_entry_id, w.raised_at,
  w.state, w.reason";

/// A page of certain warnings of the scope, oldest first.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    open: bool,
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<WarningRow>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into()];
    let mut conditions = touches(scope, 1);
    conditions.push_str(if open { " AND w.state = 'open'" } else { " AND w.state <> 'open'" });
    if let Some(after) = after {
        values.push(after.into());
        conditions.push_str(" AND w.id > $2");
    }
    let sql = format!(
        "SELECT {WARNING} FROM duplicate_warnings w
         WHERE {conditions} AND w.kind = 'certain' ORDER BY w.id LIMIT {size}"
    );
    conn.rows(&sql, values).await
}

/// How many warnings of the scope are open.
pub(in crate::relief) async fn open_count<C: Conn>(conn: &C, scope: &Scope) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM duplicate_warnings w
         WHERE {} AND w.state = 'open' AND w.kind = 'certain'",
        touches(scope, 1)
    );
    conn.number(&sql, vec![scope.code().into()]).await
}

/// One warning that touches the scope.
pub(in crate::relief) async fn one<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<WarningRow>, DbErr> {
    let sql = format!(
        "SELECT {WARNING} FROM duplicate_warnings w WHERE {} AND w.id = $2",
        touches(scope, 1)
    );
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

/// All warnings of a row. The row must have been opened inside the scope.
pub(in crate::relief) async fn of_entry<C: Conn>(
    conn: &C,
    entry: Uuid,
) -> Result<Vec<WarningRow>, DbErr> {
    let sql = format!(
        "SELECT {WARNING} FROM duplicate_warnings w WHERE w.first_entry_id = $1
         UNION ALL
         SELECT {WARNING} FROM duplicate_warnings w WHERE w.second_entry_id = $1"
    );
    conn.rows(&sql, vec![entry.into()]).await
}

/// Rows for the desk, by id and province. What is shown of a row outside the officer's scope is
/// the page's care.
pub(in crate::relief) async fn sides<C: Conn>(
    conn: &C,
    province: &str,
    ids: &[Uuid],
) -> Result<Vec<Side>, DbErr> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "SELECT e.id, e.province_code, e.district_code, e.commune_code, e.list_id, e.full_name,
               e.birth_year, e.birth_month, e.birth_day, e.sex, e.id_number, e.hamlet,
               e.group_code, l.programme_code, e.due_dong, e.state,
               l.state AS list_state, e.source_sheet, e.source_line,
               CAST(COALESCE((SELECT SUM(en.paid_dong) FROM entitlements en
                 WHERE en.entry_id = e.id AND en.state = 'approved'), 0) AS BIGINT) AS paid_dong
             FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
             WHERE e.province_code = $1 AND e.id IN ({})",
            placeholders(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![province.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        found.extend(conn.rows::<Side>(&sql, values).await?);
    }
    Ok(found)
}

/// Closes an open warning; false when somebody else has just judged it.
pub(in crate::relief) async fn judge<C: Conn>(
    conn: &C,
    id: Uuid,
    state: &str,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = $1, decided_by = $2, decided_at = $3,
           reason = $4 WHERE id = $5 AND state = 'open'";
    let values = vec![state.into(), by.into(), now.into(), reason.into(), id.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Closes the open warnings of a row that leaves its list: the other row of each pair is kept.
pub(in crate::relief) async fn close_of_leaver<C: Conn>(
    conn: &C,
    entry: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut closed = 0;
    for (state, column) in [("kept_second", "first_entry_id"), ("kept_first", "second_entry_id")] {
        let sql = format!(
            "UPDATE duplicate_warnings SET state = $1, decided_by = $2, decided_at = $3,
               reason = $4 WHERE {column} = $5 AND state = 'open'"
        );
        let values = vec![state.into(), by.into(), now.into(), reason.into(), entry.into()];
        closed += conn.change(&sql, values).await?;
    }
    Ok(closed)
}

#[derive(FromQueryResult)]
struct RowId {
    id: Uuid,
}

/// Rows of a person, in any list.
pub(in crate::relief) async fn rows_of_person<C: Conn>(
    conn: &C,
    person: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let sql = "SELECT id FROM list_entries WHERE person_id = $1";
    let rows: Vec<RowId> = conn.rows(sql, vec![person.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Closes the open certain warnings of a row whose other row is no longer the same person.
pub(in crate::relief) async fn close_not_same<C: Conn>(
    conn: &C,
    entry: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = 'different', decided_by = $1,
           decided_at = $2, reason = $3
         WHERE state = 'open' AND kind = 'certain'
           AND (first_entry_id = $4 OR second_entry_id = $4)
           AND NOT EXISTS (SELECT 1 FROM list_entries a JOIN list_entries b
             ON a.person_id = b.person_id
             WHERE a.province_code = duplicate_warnings.province_code
               AND b.province_code = duplicate_warnings.province_code
               AND a.id = duplicate_warnings.first_entry_id
               AND b.id = duplicate_warnings.second_entry_id)";
    conn.change(sql, vec![by.into(), now.into(), reason.into(), entry.into()]).await
}
