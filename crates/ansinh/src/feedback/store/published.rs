//! SQL of published questions and answers.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, all_words, bulk_insert};

/// One live publication a submission.
pub(in crate::feedback) const LIVE_ONCE: Constraint = Constraint {
    name: "feedback_published_live",
    sqlite_columns: "feedback_published.province_code, feedback_published.case_id",
};

/// A question with its answer.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::feedback) struct Published {
    pub id: Uuid,
    pub question: String,
    pub answer: String,
    pub published_at: DateTime<Utc>,
}

/// A page of what an audience may read, the newest first; each of `words` (folded) is in it.
pub(in crate::feedback) async fn page<C: Conn>(
    conn: &C,
    province: &str,
    audience: &str,
    words: &[String],
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Published>, DbErr> {
    let mut values: Vec<Value> = vec![province.into(), audience.into()];
    let mut sql = "SELECT p.id, p.question, p.answer, p.published_at FROM feedback_published p
      WHERE p.province_code = $1 AND p.audience = $2 AND p.withdrawn_at IS NULL"
        .to_owned();
    sql.push_str(&all_words("p.search_key", words, &mut values));
    if let Some(after) = after {
        values.push(after.into());
        sql.push_str(&format!(" AND p.id < ${}", values.len()));
    }
    conn.rows(&format!("{sql} ORDER BY p.id DESC LIMIT {limit}"), values).await
}

/// What is published of a submission now, and for whom.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::feedback) struct Live {
    pub question: String,
    pub answer: String,
    pub audience: String,
}

/// What is published of a submission that was found inside the scope.
pub(in crate::feedback) async fn live<C: Conn>(
    conn: &C,
    province: &str,
    case: Uuid,
) -> Result<Option<Live>, DbErr> {
    let sql = "SELECT p.question, p.answer, p.audience FROM feedback_published p
       WHERE p.province_code = $1 AND p.case_id = $2 AND p.withdrawn_at IS NULL";
    conn.row(sql, vec![province.into(), case.into()]).await
}

/// A text for everybody.
pub(in crate::feedback) struct New<'a> {
    pub id: Uuid,
    pub case: Uuid,
    pub audience: &'a str,
    pub question: &'a str,
    pub answer: &'a str,
    pub by: Uuid,
    pub now: DateTime<Utc>,
}

/// Publishes.
pub(in crate::feedback) async fn add(tx: &Tx, province: &str, new: &New<'_>) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "case_id",
        "audience",
        "question",
        "answer",
        "search_key",
        "published_by",
        "published_at",
    ];
    let key = vietnam::text::fold(&format!("{} {}", new.question, new.answer));
    let row: Vec<Value> = vec![
        province.into(),
        new.id.into(),
        new.case.into(),
        new.audience.into(),
        new.question.into(),
        new.answer.into(),
        key.into(),
        new.by.into(),
        new.now.into(),
    ];
    bulk_insert(tx, "feedback_published", &columns, vec![row], "").await.map(|_| ())
}

/// Takes the live publication of a submission back; false: there is none.
pub(in crate::feedback) async fn withdraw(
    tx: &Tx,
    province: &str,
    case: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = tx
        .change(
            "UPDATE feedback_published SET withdrawn_by = $1, withdrawn_at = $2
             WHERE province_code = $3 AND case_id = $4 AND withdrawn_at IS NULL",
            vec![by.into(), now.into(), province.into(), case.into()],
        )
        .await?;
    Ok(changed > 0)
}
