//! Intake: a file from a commune's computer becomes confirmed rows. Upload, preview with every repair
//! and problem, correct in place, commit.
//!
//! The bytes and what the clerk decided are kept; rows are read out of them again after every
//! decision, so that nothing is ever patched twice. Long work runs beside the request as a job with
//! a lease and survives a reload and a restart.

mod committing;
mod jobs;
mod pages;
mod reading;
mod receiving;
mod refusals;
mod rules;
mod store;
mod types;
mod waiting;
mod words;

use uuid::Uuid;

pub use committing::{Committed, commit};
pub use jobs::{work, work_once};
pub use pages::routes;
pub use receiving::{Received, receive};
pub use waiting::{ReadyFile, ready_files};

use crate::identity::{Actor, Scope};
use crate::web::{App, Error};
use types::{FileRow, FileState};

/// Words for the code of a repair or problem, as on the preview.
pub fn code_title(code: &str) -> String {
    words::title(code)
}

/// Words for a column's meaning, as on the preview.
pub fn field_title(field: &str) -> &'static str {
    words::field(field)
}

/// What a file that is refused with this code is, and what to do.
pub fn file_refusal(code: &str) -> (String, String) {
    let refusal = refusals::refusal(code, "");
    (refusal.what, refusal.remedy)
}

/// Does the waiting work until the file is no longer being read; returns whether it can be
/// committed now. For the demo and the benchmark, which wait for it.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; the engine's.
pub async fn read_now(app: &App, actor: &Actor, file_id: Uuid) -> Result<bool, Error> {
    work_once(app).await?;
    let file = store::file(app.db.read(), &actor.scope, file_id).await?.ok_or(Error::NotFound)?;
    Ok(file.stage().is_open())
}

/// Work that runs beside requests, for the page of the day's duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// "Đọc Danh sách.xlsx".
    pub label: String,
    /// Rows done.
    pub done: i64,
    /// Rows to do; 0 while unknown.
    pub total: i64,
    /// Seconds left, once that can be said.
    pub seconds_left: Option<i64>,
    /// Where to look.
    pub href: String,
}

/// Files of the scope that are being read or written now.
///
/// # Errors
/// The engine's.
pub async fn running(app: &App, scope: &Scope) -> Result<Vec<Running>, Error> {
    let files = store::busy_files(app.db.read(), scope).await?;
    Ok(files.iter().map(|file| running_of(app, file)).collect())
}

fn running_of(app: &App, file: &FileRow) -> Running {
    let deed = if file.stage() == FileState::Committing { "Ghi" } else { "Đọc" };
    let (done, total) = (file.progress_done, file.progress_total);
    let elapsed = file.started_at.map(|start| (app.clock.now() - start).num_seconds());
    let seconds_left = match elapsed {
        Some(seconds) if done > 0 && total > done && seconds > 0 => {
            Some((seconds.saturating_mul(total - done) / done).max(1))
        }
        _ => None,
    };
    Running {
        label: format!("{deed} {}", file.file_name),
        done,
        total,
        seconds_left,
        href: format!("/nhap-lieu/{}", file.id),
    }
}

/// Refuses when the file was uploaded by another unit: looking is allowed from above, changing is
/// not, because who prepares may not appraise.
fn must_own(actor: &Actor, file: &FileRow) -> Result<(), Error> {
    let own = actor.scope.district() == file.district_code
        && actor.scope.commune() == file.commune_code
        && actor.scope.province() == file.province_code;
    if own {
        return Ok(());
    }
    Err(Error::refused(
        "Tệp này do đơn vị khác tải lên nên anh/chị chỉ xem được",
        "Việc sửa, ghi hoặc bỏ tệp do chính tài khoản đã tải lên làm.",
    ))
}
