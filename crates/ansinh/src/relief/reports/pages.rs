//! Pages of reports: roll-up, days, decisions, the rows behind every number, and files of them.

mod asked;
mod lists;
mod rollup;

use axum::Router;
use axum::routing::get;

use super::{build, daily, files};
use crate::web::App;

pub(super) use asked::{Asked, Ground, Level, ground};
pub(super) use lists::{claim_filter, how};
pub(super) use rollup::{known_groups, known_units, material};

/// Routes of reports.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bao-cao", get(rollup::rollup))
        .route("/bao-cao/ngay", get(rollup::days))
        .route("/bao-cao/quyet-dinh", get(rollup::decisions))
        .route("/bao-cao/doi-tuong", get(lists::claims))
        .route("/bao-cao/so-chi", get(lists::book))
        .route("/bao-cao/tep/{name}", get(files::file))
        .route("/bao-cao/tu-lap", get(build::show))
        .route("/bao-cao/tu-lap/tep/{name}", get(build::file))
        .route("/bao-cao/hang-ngay", get(daily::show))
        .route("/bao-cao/hang-ngay/tep", get(daily::file))
}
