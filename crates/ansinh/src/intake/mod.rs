//! Intake: a file from a commune's computer becomes confirmed rows. Upload, preview with every repair
//! and problem, correct in place, commit.

mod waiting;

use axum::Router;

pub use waiting::{WaitingFile, waiting_files};

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
