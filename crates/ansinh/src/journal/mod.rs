//! The journal, `/nhat-ky`: who did what and when, inside the reader's area. It reads the audit
//! record; it never shows an identity number.

mod asked;
mod files;
mod pages;
mod rules;

use axum::Router;

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    pages::routes().merge(files::routes())
}
