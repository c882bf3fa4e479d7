//! SQL of the days that each kind has.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};

use crate::database::{Conn, Sql, Tx};
use crate::feedback::types::Term;

/// The versions of all kinds in force on a day.
pub(in crate::feedback) async fn in_force<C: Conn>(
    conn: &C,
    day: NaiveDate,
) -> Result<Vec<Term>, DbErr> {
    let sql = "SELECT k.code, k.accept_days, k.accept_working, k.answer_days, k.answer_working,
        k.keep_months, k.legal_basis, k.confirmed FROM feedback_kinds k
       WHERE k.valid_from <= $1 AND (k.valid_to IS NULL OR k.valid_to > $1)";
    conn.rows(sql, vec![day.into()]).await
}

/// Replaces the days of a kind from a day on; the older version stays for what came before.
pub(in crate::feedback) async fn set(tx: &Tx, term: &Term, from: NaiveDate) -> Result<(), DbErr> {
    let days = |rest: Vec<Value>| -> Vec<Value> {
        let own: Vec<Value> = vec![
            term.accept_days.into(),
            term.accept_working.into(),
            term.answer_days.into(),
            term.answer_working.into(),
            term.keep_months.into(),
            term.legal_basis.as_str().into(),
            term.confirmed.into(),
            term.code.as_str().into(),
            from.into(),
        ];
        own.into_iter().chain(rest).collect()
    };
    let same_day = tx
        .change(
            "UPDATE feedback_kinds SET accept_days = $1, accept_working = $2, answer_days = $3,
               answer_working = $4, keep_months = $5, legal_basis = $6, confirmed = $7
             WHERE code = $8 AND valid_from = $9",
            days(vec![]),
        )
        .await?;
    if same_day > 0 {
        return Ok(());
    }
    #[derive(FromQueryResult)]
    struct End {
        valid_to: Option<NaiveDate>,
    }
    let inside = "code = $1 AND valid_from < $2 AND (valid_to IS NULL OR valid_to > $2)";
    let key: Vec<Value> = vec![term.code.as_str().into(), from.into()];
    let sql = format!("SELECT valid_to FROM feedback_kinds WHERE {inside}");
    let end: Option<End> = tx.row(&sql, key.clone()).await?;
    tx.change(&format!("UPDATE feedback_kinds SET valid_to = $2 WHERE {inside}"), key).await?;
    tx.change(
        "INSERT INTO feedback_kinds (accept_days, accept_working, answer_days, answer_working,
           keep_months, legal_basis, confirmed, code, valid_from, valid_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        days(vec![end.and_then(|end| end.valid_to).into()]),
    )
    .await
    .map(|_| ())
}
