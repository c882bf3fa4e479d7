//! Rows that wait are compared with everything.
//!
//! Keys are written and committed before anybody is looked for. Of two servers that write two rows
//! of one person at the same instant the later looks after both are there, whichever it is.

use std::time::Duration;

use uuid::Uuid;

use super::store::{self, Waiting};
use super::{near, whole};
use crate::web::{App, Error};

/// Rows compared at once: the writer is held for some tens of milliseconds.
const AT_ONCE: usize = 500;
/// Rows of other lists for which a step waits.
const ELSEWHERE_MAX: usize = 2_000;
/// From so many waiting rows on all rows are read into memory and compared there: a new province's
/// lists, or a large file.
const WHOLE_MIN: usize = 5_000;
/// How long the worker rests when nothing waits.
const REST: Duration = Duration::from_secs(2);

/// Compares the rows of these lists that wait. Returns how many warnings were raised.
///
/// # Errors
/// The engine's.
pub async fn compare_lists(app: &App, lists: &[Uuid]) -> Result<u64, Error> {
    let waiting = store::waiting_of(app.db.read(), lists).await?;
    some_at_a_time(app, &waiting).await
}

async fn some_at_a_time(app: &App, waiting: &[Waiting]) -> Result<u64, Error> {
    let mut raised = 0;
    for rows in waiting.chunks(AT_ONCE) {
        raised += near::compare(app, rows).await?;
    }
    Ok(raised)
}

/// Compares the rows of lists that are about to take a step, and what waits elsewhere as far as an
/// officer can be asked to wait for it: more than that is left to the worker, whose warnings then
/// hold what was granted meanwhile.
///
/// # Errors
/// The engine's.
pub(in crate::relief) async fn compare_before(app: &App, lists: &[Uuid]) -> Result<u64, Error> {
    let waiting = oldest(app, ELSEWHERE_MAX + 1).await?;
    if waiting.len() > ELSEWHERE_MAX {
        compare_lists(app, lists).await
    } else {
        compare_waiting(app).await
    }
}

/// Compares all rows that wait, until none does: some with what the database finds by their keys,
/// many with everything in memory. Returns how many warnings were raised.
///
/// # Errors
/// The engine's.
pub async fn compare_waiting(app: &App) -> Result<u64, Error> {
    let mut raised = 0;
    loop {
        let waiting = oldest(app, WHOLE_MIN).await?;
        raised += match waiting.len() {
            0 => return Ok(raised),
            WHOLE_MIN.. => whole::compare(app).await?,
            _ => some_at_a_time(app, &waiting).await?,
        };
    }
}

async fn oldest(app: &App, size: usize) -> Result<Vec<Waiting>, Error> {
    Ok(store::waiting(app.db.read(), app.config.province.as_str(), size).await?)
}

/// The server's worker: compares what waits, until the process ends.
pub async fn keep_comparing(app: App) {
    loop {
        if let Err(error) = compare_waiting(&app).await {
            tracing::error!(error = %error, "rows could not be compared");
        }
        tokio::time::sleep(REST).await;
    }
}
