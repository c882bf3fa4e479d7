//! Portal: what anyone can read, look up and check without an account.

use axum::Router;

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
