//! Certain duplicates.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::{CHUNK, placeholders};
use crate::database::{Conn, Sql, bulk_insert};

/// A live row of a person, as far as a comparison needs it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct LiveRow {
    pub id: Uuid,
    pub person_id: Uuid,
    pub id_number: Option<String>,
    pub id_key: Option<String>,
    pub group_code: String,
    pub programme_code: String,
}

/// All rows still proposed of these persons in the province, in every commune.
pub(in crate::relief) async fn live_rows<C: Conn>(
    conn: &C,
    province: &str,
    persons: &[Uuid],
) -> Result<Vec<LiveRow>, DbErr> {
    let mut found = Vec::new();
    for chunk in persons.chunks(CHUNK) {
        let sql = format!(
            "SELECT e.id, e.person_id, e.id_number, e.id_key, e.group_code, l.programme_code
             FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
             WHERE e.province_code = $1 AND e.state = 'listed' AND e.person_id IN ({})
             ORDER BY e.id",
            placeholders(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![province.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        found.extend(conn.rows::<LiveRow>(&sql, values).await?);
    }
    Ok(found)
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
