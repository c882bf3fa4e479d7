//! Duties: what a unit has to do today. First part: the home page of every signed-in officer.

use axum::Router;

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
