//! SQL of the access list of one person.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql};

/// Somebody's act or look, as an access list shows it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Access {
    /// Id of the entry; later ones are greater.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None`: the public or the machine.
    pub account_id: Option<Uuid>,
    /// Name of the act.
    pub action: String,
    /// Facts, JSON.
    pub detail: String,
}

const COLUMNS: &str = "id, at, account_id, action, detail";

/// Entries about one subject before `before`, newest first.
pub(in crate::audit) async fn of_subject<C: Conn>(
    conn: &C,
    (kind, id): (&str, &str),
    before: Uuid,
    limit: usize,
) -> Result<Vec<Access>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_entries
         WHERE subject_kind = $1 AND subject_id = $2 AND id < $3 ORDER BY id DESC LIMIT {limit}"
    );
    conn.rows(&sql, vec![kind.into(), id.into(), before.into()]).await
}

#[derive(FromQueryResult)]
struct Packed {
    id: Uuid,
    entries: Vec<u8>,
}

/// Entries that are looked through together for a row among those they concern.
pub(in crate::audit) enum Place {
    /// Pages with rows of a commune.
    Commune(String),
    /// Entries about one subject.
    Subject {
        /// Of which kind.
        kind: &'static str,
        /// Its id.
        id: String,
    },
}

impl Place {
    fn condition(&self) -> (&'static str, Vec<Value>) {
        match self {
            Self::Commune(code) => ("commune_code = $2", vec![code.clone().into()]),
            Self::Subject { kind, id } => {
                ("subject_kind = $2 AND subject_id = $3", vec![(*kind).into(), id.clone().into()])
            }
        }
    }
}

/// Entries before `before` that name a row among those they concern, newest first. The rows are kept
/// packed, 16 bytes a row: a thousand entries are read and looked through at once.
pub(in crate::audit) async fn naming<C: Conn>(
    conn: &C,
    place: &Place,
    row: Uuid,
    before: Uuid,
    limit: usize,
) -> Result<Vec<Access>, DbErr> {
    const PAGES: usize = 1_000;
    let (condition, values) = place.condition();
    let sql = format!(
        "SELECT id, entries FROM audit_entries
         WHERE id < $1 AND {condition} AND entries IS NOT NULL ORDER BY id DESC LIMIT {PAGES}"
    );
    let (mut found, mut before) = (Vec::new(), before);
    loop {
        let values = std::iter::once(before.into()).chain(values.iter().cloned()).collect();
        let pages: Vec<Packed> = conn.rows(&sql, values).await?;
        let wanted = row.as_bytes();
        let names = |page: &&Packed| page.entries.chunks(16).any(|id| id == wanted);
        found.extend(pages.iter().filter(names).map(|page| page.id));
        match pages.last() {
            Some(last) if pages.len() == PAGES && found.len() < limit => before = last.id,
            _ => break,
        }
    }
    found.truncate(limit);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=found.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT {COLUMNS} FROM audit_entries WHERE id IN ({})", marks.join(", "));
    conn.rows(&sql, found.into_iter().map(Into::into).collect()).await
}
