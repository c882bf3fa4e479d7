//! Duties: what a unit has to do today. First part: the home page of every signed-in officer.

mod pages;
mod rules;

use axum::Router;
use axum::routing::get;

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/viec", get(pages::today))
}
