//! Open data: every published table as CSV and JSON at an address that stays, with a catalogue that
//! machines read (DCAT), a schema for each table and an OpenAPI description of all public addresses.
//! Sums only: no row here is about one person (Nghị định 47/2020/NĐ-CP on open data, from memory).

mod catalogue;
mod memory;
mod openapi;
mod pages;
mod tables;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};

use crate::web::App;
use memory::Memory;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/du-lieu-mo", get(pages::index))
        .route("/api/v1/{file}", get(pages::file))
        .route("/api/openapi.json", get(pages::openapi))
        .layer(Extension(Arc::new(Memory::default())))
}
