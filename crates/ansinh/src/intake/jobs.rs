//! Work beside requests: claimed with a lease, tried again, and visible when it fails for good.

use std::time::Duration;

use super::reading::Payload;
use super::store::{self, Job};
use super::{committing, reading};
use crate::web::{App, Error};

/// Tries before a job is left for a person to look at.
const TRIES_MAX: i32 = 3;

/// How long the worker rests when nothing waits.
const REST: Duration = Duration::from_millis(700);

/// Does all the work that waits now; returns how many jobs were run. The server's worker calls
/// this for ever, tests once.
///
/// # Errors
/// The engine's.
pub async fn work_once(app: &App) -> Result<u32, Error> {
    let mut done = 0;
    loop {
        let now = app.clock.now();
        let Some(seen) = store::waiting(app.db.read(), now).await? else { return Ok(done) };
        let claimed = app
            .db
            .run_tx::<_, Error, _, _>("intake.claim", |tx| {
                let seen = &seen;
                async move {
                    let claimed = store::claim(&tx, seen, now).await?;
                    Ok((tx, claimed))
                }
            })
            .await?;
        if !claimed {
            continue;
        }
        let job = Job { attempts: seen.attempts + 1, ..seen };
        if job.kind == "intake.commit" {
            // A refusal by a rule is noted on the file, where the clerk reads it.
            let _ = committing::run(app, &job).await?;
        } else {
            reading::run(app, &job).await?;
        }
        done += 1;
    }
}

/// The server's worker: runs until the process ends. A job it leaves unfinished is taken up again
/// when its lease ends.
pub async fn work(app: App) {
    loop {
        if let Err(error) = work_once(&app).await {
            tracing::error!(error = %error, "the intake worker failed");
        }
        tokio::time::sleep(REST).await;
    }
}

/// Ends a job that has nothing left to do.
pub(super) async fn finish(app: &App, job: &Job) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("intake.finish", |tx| async move {
            store::finish(&tx, job, now).await?;
            Ok((tx, ()))
        })
        .await
}

/// Notes that a job failed: again in 5, 25 … seconds, then never.
pub(super) async fn note_failure(app: &App, job: &Job, error: &Error) -> Result<(), Error> {
    let now = app.clock.now();
    let again = (job.attempts < TRIES_MAX).then(|| {
        now + chrono::Duration::seconds(5_i64.pow(job.attempts.clamp(1, 3).unsigned_abs()))
    });
    // The place of the failure, never its text: an engine's message may quote a row.
    let cause = match error {
        Error::Internal { place, .. } => *place,
        Error::Database(_) => "database",
        _ => "rule",
    };
    tracing::error!(job = %job.id, kind = job.kind, attempts = job.attempts, cause, "a job failed");
    let gone = again.is_none();
    app.db
        .run_tx::<_, Error, _, _>("intake.note_failure", |tx| async move {
            store::fail(&tx, job, now, again, cause).await?;
            if gone && job.kind == "intake.commit" {
                let payload: Payload = serde_json::from_str(&job.payload)?;
                let told = "Máy chủ gặp lỗi khi ghi nên chưa dòng nào được ghi. Hãy ghi lại; nếu vẫn \
                            vậy, gọi người hỗ trợ.";
                store::cancel_commit(&tx, payload.file_id, told).await?;
            }
            Ok((tx, ()))
        })
        .await
}
