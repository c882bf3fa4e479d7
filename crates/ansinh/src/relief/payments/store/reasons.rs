//! SQL of the labels of reasons.

use sea_orm::{DbErr, FromQueryResult};

use crate::database::{Conn, Sql, bulk_insert};

#[derive(FromQueryResult)]
struct Row {
    code: String,
    label: String,
}

/// Writes codes with their labels; a label that was changed is written over.
pub(in crate::relief::payments) async fn keep<C: Conn>(
    conn: &C,
    reasons: &[(String, String)],
) -> Result<(), DbErr> {
    let rows = reasons.iter().map(|(code, label)| vec![code.into(), label.into()]).collect();
    let suffix = "ON CONFLICT (code) DO UPDATE SET label = excluded.label";
    bulk_insert(conn, "payment_reasons", &["code", "label"], rows, suffix).await.map(|_| ())
}

/// Every reason that was ever configured.
pub(in crate::relief::payments) async fn all<C: Conn>(
    conn: &C,
) -> Result<Vec<(String, String)>, DbErr> {
    let rows: Vec<Row> =
        conn.rows("SELECT code, label FROM payment_reasons ORDER BY code", vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.code, row.label)).collect())
}
