//! SQL of the work that runs beside requests.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql};

/// How long a worker may be silent before another takes its job over.
pub(in crate::intake) const LEASE: Duration = Duration::seconds(60);

/// A job as claimed.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::intake) struct Job {
    /// Id.
    pub id: Uuid,
    /// `intake.read` or `intake.commit`.
    pub kind: String,
    /// JSON.
    pub payload: String,
    /// With this one; later claims have a higher number, so that a lost worker ends nothing.
    pub attempts: i32,
}

/// Queues a job in the transaction that asks for it. `claimed`: the asking request runs it itself,
/// and a worker takes over only when the request is lost.
pub(in crate::intake) async fn queue<C: Conn>(
    conn: &C,
    job: &Job,
    now: DateTime<Utc>,
    claimed: bool,
) -> Result<(), DbErr> {
    let lease = claimed.then(|| now + LEASE);
    conn.change(
        "INSERT INTO jobs (id, kind, payload, queued_at, run_after, leased_until, attempts)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
        vec![
            job.id.into(),
            job.kind.clone().into(),
            job.payload.clone().into(),
            now.into(),
            lease.into(),
            job.attempts.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The next job that waits, or whose worker has fallen silent.
pub(in crate::intake) async fn waiting<C: Conn>(
    conn: &C,
    now: DateTime<Utc>,
) -> Result<Option<Job>, DbErr> {
    conn.row(
        "SELECT id, kind, payload, attempts FROM jobs
         WHERE kind IN ('intake.read', 'intake.commit') AND finished_at IS NULL
           AND failed_at IS NULL AND run_after <= $1
           AND (leased_until IS NULL OR leased_until <= $1)
         ORDER BY queued_at, id LIMIT 1",
        vec![now.into()],
    )
    .await
}

/// Takes a job that was seen waiting. False when another worker was faster.
pub(in crate::intake) async fn claim<C: Conn>(
    conn: &C,
    job: &Job,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE jobs SET leased_until = $3, attempts = attempts + 1
               WHERE id = $1 AND attempts = $2 AND finished_at IS NULL AND failed_at IS NULL
                 AND (leased_until IS NULL OR leased_until <= $4)";
    let values = vec![job.id.into(), job.attempts.into(), (now + LEASE).into(), now.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Says that the worker is alive. False when another has taken over.
pub(in crate::intake) async fn extend<C: Conn>(
    conn: &C,
    job: &Job,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE jobs SET leased_until = $3
               WHERE id = $1 AND attempts = $2 AND finished_at IS NULL AND failed_at IS NULL";
    let values = vec![job.id.into(), job.attempts.into(), (now + LEASE).into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Ends a job. False when another worker has taken over: nothing of this one may be kept.
pub(in crate::intake) async fn finish<C: Conn>(
    conn: &C,
    job: &Job,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE jobs SET finished_at = $3, leased_until = NULL
               WHERE id = $1 AND attempts = $2 AND finished_at IS NULL AND failed_at IS NULL";
    Ok(conn.change(sql, vec![job.id.into(), job.attempts.into(), now.into()]).await? == 1)
}

/// Notes a failure: the job is tried again at `again`, or, without it, stays visible as failed.
pub(in crate::intake) async fn fail<C: Conn>(
    conn: &C,
    job: &Job,
    now: DateTime<Utc>,
    again: Option<DateTime<Utc>>,
    cause: &str,
) -> Result<(), DbErr> {
    let failed = again.is_none().then_some(now);
    conn.change(
        "UPDATE jobs SET leased_until = NULL, run_after = $3, failed_at = $4, last_error = $5
         WHERE id = $1 AND attempts = $2 AND finished_at IS NULL",
        vec![
            job.id.into(),
            job.attempts.into(),
            again.unwrap_or(now).into(),
            failed.into(),
            cause.into(),
        ],
    )
    .await?;
    Ok(())
}

/// True when work on the file has failed for good and none is under way.
pub(in crate::intake) async fn has_failed<C: Conn>(conn: &C, file: Uuid) -> Result<bool, DbErr> {
    let about = format!("%{file}%");
    let sql = "SELECT COUNT(*) FROM jobs WHERE payload LIKE $1 AND failed_at IS NOT NULL";
    if conn.number(sql, vec![about.clone().into()]).await? == 0 {
        return Ok(false);
    }
    let sql = "SELECT COUNT(*) FROM jobs
               WHERE payload LIKE $1 AND failed_at IS NULL AND finished_at IS NULL";
    Ok(conn.number(sql, vec![about.into()]).await? == 0)
}
