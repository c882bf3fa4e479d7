//! SQL of the numbers that stand on papers.

use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::placeholders;
use crate::database::{Conn, Sql};
use crate::identity::Scope;

#[derive(FromQueryResult)]
struct Numbered {
    id: Uuid,
    number: String,
}

/// Decisions (`decision`) and demands (`recovery`) of the province with this number, whole or as far
/// as its stroke: 1502 is 1502/QĐ-UBND, too. The caller keeps what is done about them in her scope.
pub(in crate::relief) async fn numbered<C: Conn>(
    conn: &C,
    scope: &Scope,
    number: &str,
) -> Result<Vec<(&'static str, Uuid)>, DbErr> {
    const MANY: usize = 50;
    let begins = format!("{}/%", number.replace(['%', '_', '\\'], ""));
    let mut found = Vec::new();
    for (kind, table) in [("decision", "decisions"), ("recovery", "recoveries")] {
        let sql = format!(
            "SELECT t.id, t.number FROM {table} t
             WHERE t.province_code = $1 AND (t.number = $2 OR t.number LIKE $3) LIMIT {MANY}"
        );
        let values = vec![scope.province().into(), number.into(), begins.as_str().into()];
        let rows: Vec<Numbered> = conn.rows(&sql, values).await?;
        found.extend(rows.into_iter().map(|row| (kind, row.id)));
    }
    Ok(found)
}

/// Numbers of some decisions and demands.
pub(in crate::relief) async fn numbers<C: Conn>(
    conn: &C,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let mut found = Vec::new();
    for chunk in ids.chunks(super::CHUNK) {
        for table in ["decisions", "recoveries"] {
            let sql = format!(
                "SELECT t.id, t.number FROM {table} t WHERE t.province_code = $1 AND t.id IN ({})",
                placeholders(2, chunk.len())
            );
            let ids = chunk.iter().map(|id| Value::from(*id));
            let values = std::iter::once(Value::from(scope.province())).chain(ids).collect();
            let rows: Vec<Numbered> = conn.rows(&sql, values).await?;
            found.extend(rows.into_iter().map(|row| (row.id, row.number)));
        }
    }
    Ok(found)
}
