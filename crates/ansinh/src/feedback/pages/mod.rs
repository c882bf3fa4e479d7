//! Pages of questions, complaints and help.

mod help;
mod inbox;
mod one;
mod public;
mod publish;
mod submit;
mod terms;
mod track;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::memory::Memory;
use crate::areas::tiers_on;
use crate::web::{App, Choice, Error, html};

/// Routes of this room.
pub fn routes() -> Router<App> {
    let memory = Arc::new(Memory::default());
    let public = Router::new()
        .route("/hoi-dap", get(public::list))
        .route("/hoi-dap/gui", get(submit::form).post(submit::send))
        .route("/hoi-dap/khoan-chi", get(submit::look_up_first).post(submit::contest))
        .route("/hoi-dap/theo-doi", get(track::form).post(track::show))
        .route("/hoi-dap/theo-doi/them", get(track::back).post(track::word))
        .route("/hoi-dap/theo-doi/rut", get(track::back).post(track::withdraw))
        .layer(Extension(memory));
    Router::new()
        .route("/y-kien", get(inbox::list))
        .route("/y-kien/thoi-han", get(terms::show).post(terms::set))
        .route("/y-kien/hoi-cap-tren", get(help::form).post(help::send))
        .route("/y-kien/{id}", get(one::show))
        .route("/y-kien/{id}/dang", get(publish::form).post(publish::send))
        .route("/y-kien/{id}/go", post(publish::withdraw))
        .route("/y-kien/{id}/xem-du", post(one::reveal))
        .route("/y-kien/{id}/{viec}", post(one::act))
        .route("/tro-giup", get(help::list))
        .merge(public)
}

/// Choices under a heading.
#[derive(Debug, Clone)]
struct Group {
    label: String,
    choices: Vec<Choice>,
}

/// Tiers of the units to which something new goes.
fn tiers_now(app: &App) -> i16 {
    tiers_on(app.clock.today())
}

/// All communes of the province by district, `chosen` marked; values are their codes.
fn communes(app: &App, chosen: &str) -> Vec<Group> {
    let tiers = tiers_now(app);
    let day = app.catalogue.units_day(tiers, app.clock.today());
    let choice = |row: crate::areas::UnitRow| Choice {
        chosen: row.code == chosen,
        value: row.code,
        label: row.full_name,
        hint: "",
    };
    let under = |parent: &str| {
        let mut rows = app.areas.communes_of(parent, day);
        rows.sort_by(|a, b| vietnam::text::compare_vi(&a.full_name, &b.full_name));
        rows.into_iter().map(choice).collect()
    };
    let districts = app.areas.districts(&app.config.province, day);
    if districts.is_empty() {
        let label = format!("Tỉnh {}", app.config.province_name);
        return vec![Group { label, choices: under(&app.config.province) }];
    }
    let group =
        |row: crate::areas::UnitRow| Group { choices: under(&row.code), label: row.full_name };
    districts.into_iter().map(group).collect()
}

/// A page with another status than 200.
fn with_status(view: &impl askama::Template, status: StatusCode) -> Result<Response, Error> {
    let mut response = html(view)?;
    *response.status_mut() = status;
    Ok(response)
}
