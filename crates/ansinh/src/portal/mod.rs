//! Portal: what anyone can read, look up and check without an account.

mod budget;
mod memory;
mod pages;
mod result;
mod rules;
mod show;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};

pub(crate) use budget::Budget;
pub(crate) use pages::lookup::Network;
pub(crate) use show::for_a_minute;

use crate::web::App;
use memory::Memory;

/// Routes of this room.
pub fn routes() -> Router<App> {
    // One memory a running server: totals of a minute and what look-ups have used up.
    let memory = Arc::new(Memory::default());
    Router::new()
        .route("/", get(pages::home::home))
        .route("/chinh-sach", get(pages::policy::policies))
        .route("/chinh-sach/{ma}", get(pages::policy::policy))
        .route("/cong-khai", get(pages::communes::communes))
        .route("/cong-khai/{xa}", get(pages::published::list))
        .route("/cong-khai/{xa}/in", get(pages::published::print))
        .route("/cong-khai/{xa}/tai-ve.csv", get(pages::published::csv))
        .route("/tra-cuu", get(pages::lookup::form).post(pages::lookup::answer))
        .route("/tra-cuu/ket-qua", get(pages::lookup::back_to_form).post(pages::lookup::answer))
        .layer(Extension(memory))
}
