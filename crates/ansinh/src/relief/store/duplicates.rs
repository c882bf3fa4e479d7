//! Certain duplicates.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::in_chunks;
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
    pub one_district: String,
    pub other_district: String,
    pub one_commune: String,
    pub other_commune: String,
    pub one_tiers: i16,
    pub other_tiers: i16,
}

// The province is compared by the caller: written as a condition it would tempt SQLite to walk the
// whole province instead of the index by person.
const PAIRS: &str = "SELECT a.id AS one, b.id AS other, a.id_number AS one_number,
    b.id_number AS other_number, a.id_key AS one_key, b.id_key AS other_key,
    a.group_code AS one_group, b.group_code AS other_group, la.programme_code AS one_programme,
    lb.programme_code AS other_programme, a.province_code AS one_province,
    b.province_code AS other_province, a.district_code AS one_district,
    b.district_code AS other_district, a.commune_code AS one_commune,
    b.commune_code AS other_commune, a.tiers AS one_tiers, b.tiers AS other_tiers
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
    for (places, values) in in_chunks(&[], persons) {
        let sql = format!("{PAIRS} AND a.person_id IN ({places})");
        pairs.extend(conn.rows::<LivePair>(&sql, values).await?);
    }
    Ok(pairs)
}

/// A pair to raise.
#[derive(Debug, Clone)]
pub(in crate::relief) struct NewWarning {
    pub id: Uuid,
    pub certain: bool,
    /// `same_id`, `lost_zero`, `linked_ids`, or `matched` by the engine.
    pub evidence: &'static str,
    pub score_centi: Option<i32>,
    /// `weight|words` a line.
    pub reasons: String,
    pub desk_district: String,
    pub desk_commune: String,
    pub one: Uuid,
    pub other: Uuid,
}

/// A pair as it is kept: the smaller id first.
pub(in crate::relief) fn pair_of(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

/// What happens to a pair that has been judged before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::relief) enum Again {
    /// It stays judged.
    Keep,
    /// A row came back, so the question is open again.
    Reopen,
}

impl Again {
    /// What the database does with a pair that stands there.
    fn on_conflict(self) -> &'static str {
        match self {
            // What nobody had decided, only a correction had closed, is open again when it is found again.
            Self::Keep => {
                "ON CONFLICT (first_entry_id, second_entry_id) DO UPDATE SET state = 'open',
               kind = excluded.kind, evidence = excluded.evidence,
               score_centi = excluded.score_centi, reasons = excluded.reasons, decided_at = NULL,
               due_on = CASE WHEN duplicate_warnings.state = 'open'
                 THEN duplicate_warnings.due_on ELSE excluded.due_on END,
               reason = CASE WHEN duplicate_warnings.state = 'open'
                 THEN duplicate_warnings.reason ELSE '' END
             WHERE (duplicate_warnings.state = 'open' AND duplicate_warnings.kind = 'suspected'
                 AND excluded.kind = 'certain')
               OR (duplicate_warnings.state = 'different'
                 AND duplicate_warnings.decided_by IS NULL)"
            }
            // Numbers say now what was only thought before.
            Self::Reopen => {
                "ON CONFLICT (first_entry_id, second_entry_id) DO UPDATE SET state = 'open',
               kind = excluded.kind, evidence = excluded.evidence,
               score_centi = excluded.score_centi, reasons = excluded.reasons,
               decided_by = NULL, decided_at = NULL, reason = '', due_on = excluded.due_on,
               papers_due_on = NULL, case_dong = 0
             WHERE duplicate_warnings.state <> 'open' OR duplicate_warnings.evidence = 'matched'"
            }
        }
    }
}

/// Writes pairs once each, the smaller id first. A pair that was suspected and is certain now
/// becomes so. Returns how many were written or opened again.
pub(in crate::relief) async fn raise<C: Conn>(
    conn: &C,
    province: &str,
    pairs: &[NewWarning],
    again: Again,
    due_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let rows = pairs
        .iter()
        .map(|pair| {
            let (first, second) = pair_of(pair.one, pair.other);
            vec![
                pair.id.into(),
                province.into(),
                if pair.certain { "certain" } else { "suspected" }.into(),
                pair.evidence.into(),
                first.into(),
                second.into(),
                now.into(),
                "open".into(),
                pair.score_centi.into(),
                pair.reasons.as_str().into(),
                pair.desk_district.as_str().into(),
                pair.desk_commune.as_str().into(),
                due_on.into(),
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
        "score_centi",
        "reasons",
        "desk_district",
        "desk_commune",
        "due_on",
    ];
    bulk_insert(conn, "duplicate_warnings", &columns, rows, again.on_conflict()).await
}

/// An open pair that vetoes: certain, or papers were asked for.
pub(in crate::relief) const VETOES: &str =
    "w.state = 'open' AND (w.kind = 'certain' OR w.papers_due_on IS NOT NULL)";

/// A warning.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct WarningRow {
    pub id: Uuid,
    pub kind: String,
    pub evidence: String,
    pub first_entry_id: Uuid,
    pub second_entry_id: Uuid,
    pub raised_at: DateTime<Utc>,
    pub state: String,
    pub reason: String,
    pub score_centi: Option<i32>,
    pub reasons: String,
    pub desk_district: String,
    pub desk_commune: String,
    pub due_on: Option<NaiveDate>,
    pub papers_due_on: Option<NaiveDate>,
    pub case_dong: i64,
    pub link_id: Option<Uuid>,
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
    pub id_key: Option<String>,
    pub person_id: Uuid,
    pub phone: Option<String>,
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

const WARNING: &str = "w.id, w.kind, w.evidence, w.first_entry_id, w.second_entry_id, w.raised_at,
  w.state, w.reason, w.score_centi, w.reasons, w.desk_district, w.desk_commune, w.due_on,
  w.papers_due_on, w.case_dong, w.link_id";

/// Which warnings of a scope are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::relief) enum Shelf {
    /// Open, one row at least within the scope.
    #[default]
    Open,
    /// Open, and the unit itself must decide.
    Own,
    /// Open and past the day by which they should have been decided.
    Late,
    /// Papers were asked for.
    Papers,
    /// Decided.
    Closed,
    /// Decided; the lower row had been paid, and the difference waits for those above.
    Case,
}

impl Shelf {
    /// All with their name in the address and on the screen.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Open, "", "Chờ xử lý"),
        (Self::Own, "don-vi-quyet", "Đơn vị này quyết định"),
        (Self::Late, "qua-han", "Quá hạn"),
        (Self::Papers, "cho-giay-to", "Chờ giấy tờ"),
        (Self::Closed, "da-xu-ly", "Đã xử lý"),
        (Self::Case, "chenh-lech", "Hồ sơ chênh lệch"),
    ];

    /// The shelf of an address.
    pub fn of(slug: &str) -> Self {
        Self::ALL.into_iter().find(|(_, s, _)| *s == slug).map(|(f, ..)| f).unwrap_or_default()
    }

    /// Its name in the address.
    pub fn slug(self) -> &'static str {
        Self::ALL.into_iter().find(|(shelf, ..)| *shelf == self).map_or("", |(_, slug, _)| slug)
    }

    /// The condition; `$1` is the scope's code, `$2` the day.
    fn condition(self, scope: &Scope) -> String {
        match self {
            Self::Open => format!("{} AND w.state = 'open'", touches(scope, 1)),
            Self::Own => format!("{} AND w.state = 'open'", at_desk(scope, 1)),
            Self::Late => format!("{} AND w.state = 'open' AND w.due_on < $2", touches(scope, 1)),
            Self::Papers => format!(
                "{} AND w.state = 'open' AND w.papers_due_on IS NOT NULL",
                touches(scope, 1)
            ),
            Self::Closed => format!("{} AND w.state <> 'open'", touches(scope, 1)),
            Self::Case => {
                format!("{} AND w.state <> 'open' AND w.case_dong > 0", touches(scope, 1))
            }
        }
    }
}

/// Condition that the unit of the scope bound to `$n` must decide.
pub(in crate::relief) fn at_desk(scope: &Scope, n: usize) -> String {
    match scope {
        Scope::Commune { .. } => format!("w.desk_commune = ${n}"),
        Scope::District { .. } => format!("w.desk_district = ${n} AND w.desk_commune = ''"),
        Scope::Province { .. } => {
            format!("w.province_code = ${n} AND w.desk_district = '' AND w.desk_commune = ''")
        }
    }
}

/// A page of warnings of the scope, oldest first.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    shelf: Shelf,
    today: NaiveDate,
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<WarningRow>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into(), today.into()];
    let mut conditions = shelf.condition(scope);
    if let Some(after) = after {
        values.push(after.into());
        conditions.push_str(" AND w.id > $3");
    }
    let sql = format!(
        "SELECT {WARNING} FROM duplicate_warnings w
         WHERE {conditions} AND {ANY_DAY} ORDER BY w.id LIMIT {size}"
    );
    conn.rows(&sql, values).await
}

/// Every statement names the day, so that all shelves bind the same values.
const ANY_DAY: &str = "CAST($2 AS DATE) IS NOT NULL";

/// How many warnings a shelf of the scope holds.
pub(in crate::relief) async fn shelf_count<C: Conn>(
    conn: &C,
    scope: &Scope,
    shelf: Shelf,
    today: NaiveDate,
) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM duplicate_warnings w WHERE {} AND {ANY_DAY}",
        shelf.condition(scope)
    );
    conn.number(&sql, vec![scope.code().into(), today.into()]).await
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
    for (places, values) in in_chunks(&[province.into()], ids) {
        let sql = format!(
            "SELECT e.id, e.province_code, e.district_code, e.commune_code, e.list_id, e.full_name,
               e.birth_year, e.birth_month, e.birth_day, e.sex, e.id_number, e.id_key,
               e.person_id, e.phone, e.hamlet,
               e.group_code, l.programme_code, e.due_dong, e.state,
               l.state AS list_state, e.source_sheet, e.source_line,
               CAST(COALESCE((SELECT SUM(en.paid_dong) FROM entitlements en
                 WHERE en.entry_id = e.id AND en.state = 'approved'), 0) AS BIGINT) AS paid_dong
             FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
             WHERE e.province_code = $1 AND e.id IN ({places})"
        );
        found.extend(conn.rows::<Side>(&sql, values).await?);
    }
    Ok(found)
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
