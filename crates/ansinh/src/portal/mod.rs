//! Portal: what anyone can read, look up and check without an account.

mod budget;
mod chart;
mod measures;
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
        .route("/cong-khai/nguon-tin.xml", get(pages::news::atom))
        .route("/cong-khai/{xa}", get(pages::published::list))
        .route("/cong-khai/{xa}/in", get(pages::published::print))
        .route("/cong-khai/{xa}/tai-ve.csv", get(pages::published::csv))
        .route("/tim", get(pages::search::show))
        .route("/tien-do", get(pages::progress::show))
        .route("/ban-do", get(pages::map::map))
        .route("/ban-do/tai-ve.csv", get(pages::map::csv))
        .route("/tra-cuu", get(pages::lookup::form).post(pages::lookup::answer))
        .route("/tra-cuu/ket-qua", get(pages::lookup::back_to_form).post(pages::lookup::answer))
        .route("/cong-khai/{xa}/to-dan", get(pages::spread::poster))
        .route("/robots.txt", get(pages::spread::robots))
        .route("/sitemap.xml", get(pages::spread::sitemap))
        .route("/en", get(pages::spread::english))
        .route("/nhung", get(pages::frames::snippets))
        .route("/nhung/ban-do", get(pages::map::frame))
        .route("/nhung/tra-cuu", get(pages::frames::lookup))
        .route("/nhung/tien-do", get(pages::frames::province))
        .route("/nhung/tien-do/{xa}", get(pages::frames::commune))
        .route("/nhung/chinh-sach/{ma}", get(pages::frames::policy))
        .layer(Extension(memory))
}
