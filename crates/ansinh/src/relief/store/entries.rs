//! Rows of lists.

use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql, bulk_insert};
use crate::identity::Scope;
use crate::relief::types::EntryRow;

/// Columns a new row brings, in the order of [`insert`]'s values.
pub(in crate::relief) const NEW_COLUMNS: [&str; 37] = [
    "province_code",
    "id",
    "list_id",
    "district_code",
    "commune_code",
    "tiers",
    "group_code",
    "person_id",
    "full_name",
    "name_key",
    "sort_key",
    "birth_year",
    "birth_month",
    "birth_day",
    "sex",
    "id_number",
    "id_key",
    "phone",
    "address",
    "hamlet",
    "household_head",
    "household_of",
    "relation",
    "household_size",
    "months",
    "amount_dong",
    "people",
    "due_dong",
    "problem",
    "needs",
    "note",
    "note_kind",
    "raw",
    "state",
    "source_file_id",
    "source_sheet",
    "source_sheet_no",
];

/// Writes rows: values in the order of [`NEW_COLUMNS`] and then the source line.
pub(in crate::relief) async fn insert<C: Conn>(
    conn: &C,
    rows: Vec<Vec<Value>>,
) -> Result<(), DbErr> {
    let mut columns = NEW_COLUMNS.to_vec();
    columns.push("source_line");
    bulk_insert(conn, "list_entries", &columns, rows, "").await.map(|_| ())
}

/// Rows `e` of a list `l`. The scope is asked of the list: asked of the rows it would tempt SQLite
/// to walk a whole province instead of the index by list.
pub(super) const OF_LIST: &str = "beneficiary_lists l JOIN list_entries e ON e.list_id = l.id";

/// The list `$2` inside the scope bound to `$1`.
pub(super) fn in_list(scope: &Scope) -> String {
    format!("{} AND l.id = $2", scope.condition("l", 1))
}

const COLUMNS: &str = "e.id, e.province_code, e.list_id, e.group_code, e.person_id, e.full_name,
  e.birth_year, e.birth_month, e.birth_day,
  e.sex, e.id_number, e.phone, e.address, e.hamlet, e.household_head, e.household_of, e.relation,
  e.household_size, e.months, e.amount_dong, e.people, e.due_dong, e.problem, e.needs,
  e.needs_evidence, e.facts, e.note, e.note_kind, e.raw, e.state, e.excluded_reason,
  e.source_sheet, e.source_line, e.source_file_id,
  CAST((SELECT COUNT(*) FROM duplicate_warnings w WHERE w.first_entry_id = e.id
          AND w.state = 'open' AND w.kind = 'certain')
     + (SELECT COUNT(*) FROM duplicate_warnings w WHERE w.second_entry_id = e.id
          AND w.state = 'open' AND w.kind = 'certain') AS BIGINT) AS duplicates";

/// Open certain duplicate on either side of the pair.
const HAS_DUPLICATE: &str = "(EXISTS (SELECT 1 FROM duplicate_warnings w
    WHERE w.first_entry_id = e.id AND w.state = 'open' AND w.kind = 'certain')
  OR EXISTS (SELECT 1 FROM duplicate_warnings w
    WHERE w.second_entry_id = e.id AND w.state = 'open' AND w.kind = 'certain'))";

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::relief) enum EntryFilter {
    /// All.
    #[default]
    All,
    /// Rows that cannot be approved yet.
    Problem,
    /// Excluded rows.
    Excluded,
    /// Declined rows.
    Declined,
    /// Rows still proposed without an identity number.
    NoId,
}

impl EntryFilter {
    /// All with their name in the address and on the screen.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::All, "", "Tất cả"),
        (Self::Problem, "can-xem", "Cần xem lại"),
        (Self::Excluded, "da-loai", "Đã loại"),
        (Self::Declined, "tu-choi", "Từ chối nhận"),
        (Self::NoId, "chua-giay-to", "Chưa có giấy tờ"),
    ];

    /// The filter of an address.
    pub fn of(slug: &str) -> Self {
        Self::ALL.into_iter().find(|(_, s, _)| *s == slug).map(|(f, ..)| f).unwrap_or_default()
    }

    fn condition(self) -> String {
        match self {
            Self::All => "TRUE".to_owned(),
            Self::Problem => {
                format!("(e.state = 'listed' AND (e.problem <> '' OR {HAS_DUPLICATE}))")
            }
            Self::Excluded => "e.state = 'excluded'".to_owned(),
            Self::Declined => "e.state = 'declined'".to_owned(),
            Self::NoId => "(e.state = 'listed' AND e.id_number IS NULL)".to_owned(),
        }
    }
}

/// A page of a list's rows in name order after the row `after`. Every word of `words` (folded)
/// must occur in the name, in any order.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
    filter: EntryFilter,
    words: &[String],
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<EntryRow>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into(), list_id.into()];
    let mut conditions = format!("{} AND {}", in_list(scope), filter.condition());
    for word in words {
        values.push(format!("%{}%", like_literal(word)).into());
        conditions.push_str(&format!(" AND e.name_key LIKE ${} ESCAPE '!'", values.len()));
    }
    if let Some((key, id)) = cursor(conn, scope, after).await? {
        values.push(key.into());
        values.push(id.into());
        let (k, i) = (values.len() - 1, values.len());
        conditions
            .push_str(&format!(" AND (e.sort_key > ${k} OR (e.sort_key = ${k} AND e.id > ${i}))"));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM {OF_LIST} WHERE {conditions}
         ORDER BY e.sort_key, e.id LIMIT {size}"
    );
    conn.rows(&sql, values).await
}

fn like_literal(word: &str) -> String {
    word.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

#[derive(FromQueryResult)]
struct Cursor {
    sort_key: String,
}

async fn cursor<C: Conn>(
    conn: &C,
    scope: &Scope,
    after: Option<Uuid>,
) -> Result<Option<(String, Uuid)>, DbErr> {
    let Some(after) = after else { return Ok(None) };
    let sql = format!(
        "SELECT e.sort_key FROM list_entries e WHERE {} AND e.id = $2 AND e.province_code = $3",
        scope.condition("e", 1)
    );
    let row: Option<Cursor> =
        conn.row(&sql, vec![scope.code().into(), after.into(), scope.province().into()]).await?;
    Ok(row.map(|row| (row.sort_key, after)))
}

/// Rows, people and đồng of a filter within a list.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(in crate::relief) struct Sums {
    /// Rows.
    pub rows: i64,
    /// People of rows still proposed.
    pub people: i64,
    /// Đồng of rows still proposed.
    pub due_dong: i64,
}

/// Sums of one filter.
pub(in crate::relief) async fn sums<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
    filter: EntryFilter,
) -> Result<Sums, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS rows,
           CAST(COALESCE(SUM(CASE WHEN e.state = 'listed' THEN e.people ELSE 0 END), 0) AS BIGINT)
             AS people,
           CAST(COALESCE(SUM(CASE WHEN e.state = 'listed' THEN e.due_dong ELSE 0 END), 0) AS BIGINT)
             AS due_dong
         FROM {OF_LIST} WHERE {} AND {}",
        in_list(scope),
        filter.condition()
    );
    Ok(conn.row(&sql, vec![scope.code().into(), list_id.into()]).await?.unwrap_or_default())
}

/// One row inside the scope.
pub(in crate::relief) async fn one<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<EntryRow>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM list_entries e WHERE {} AND e.id = $2 AND e.province_code = $3",
        scope.condition("e", 1)
    );
    conn.row(&sql, vec![scope.code().into(), id.into(), scope.province().into()]).await
}

/// All rows still proposed of a list, in name order.
pub(in crate::relief) async fn listed<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
) -> Result<Vec<EntryRow>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {OF_LIST} WHERE {} AND e.state = 'listed'
         ORDER BY e.sort_key, e.id",
        in_list(scope)
    );
    conn.rows(&sql, vec![scope.code().into(), list_id.into()]).await
}

/// Moves the proposed rows of a list that no decision covers to another list of the same place.
pub(in crate::relief) async fn move_uncovered<C: Conn>(
    conn: &C,
    scope: &Scope,
    from: Uuid,
    to: Uuid,
) -> Result<u64, DbErr> {
    let sql = format!(
        "UPDATE list_entries SET list_id = $2
         WHERE list_id = (SELECT l.id FROM beneficiary_lists l WHERE {} AND l.id = $3)
           AND state = 'listed' AND NOT EXISTS (
             SELECT 1 FROM entitlements en WHERE en.entry_id = list_entries.id
               AND en.state = 'approved')",
        scope.condition("l", 1)
    );
    conn.change(&sql, vec![scope.code().into(), to.into(), from.into()]).await
}

/// The head's row and the member rows of a household within one list.
pub(in crate::relief) async fn household<C: Conn>(
    conn: &C,
    scope: &Scope,
    list_id: Uuid,
    head: Uuid,
) -> Result<Vec<EntryRow>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {OF_LIST} WHERE {} AND (e.id = $3 OR e.household_of = $3)
         ORDER BY e.source_line, e.id",
        in_list(scope)
    );
    conn.rows(&sql, vec![scope.code().into(), list_id.into(), head.into()]).await
}
