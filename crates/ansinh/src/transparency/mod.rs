//! Transparency: each closed day's payments become lines of a public log that nobody can change
//! unnoticed (RFC 6962 hashing, C2SP tlog-tiles; formats in `crates/disclosure`). Anyone adds them up;
//! only who holds a slip can say whose a line is.

mod files;
mod keys;
mod pages;
mod publish;
mod slip;
mod store;
mod witness;

use axum::Router;
use axum::routing::{get, post};

use crate::web::App;

pub use pages::printed_root;
pub use publish::{keep_publishing, publish_closed};
pub use slip::{Private, private, slip_of};
pub use store::{Head, published_heads};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/xac-minh", get(pages::proof))
        .route("/so-chi/tim/{commitment}", get(files::find))
        .route("/so-chi/checkpoint", get(files::checkpoint))
        .route("/so-chi/khoa", get(files::key))
        .route("/so-chi/tile/{*path}", get(files::tile))
        .route("/so-chi/chung-kien", post(witness::receive))
}
