//! Pages of lists, rows, duplicates and decisions.

mod access;
mod acts;
mod decisions;
mod desk;
mod entry;
mod entry_form;
mod files;
mod link;
pub(super) mod list;
mod lists;
mod overlaps;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::money::Dong;

use crate::relief::payments::unit_day;
use crate::web::{App, Desk, Error};

pub(super) use list::problem_text;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(lists::routes())
        .merge(list::routes())
        .merge(acts::routes())
        .merge(entry::routes())
        .merge(entry_form::routes())
        .merge(decisions::routes())
        .merge(desk::routes())
        .merge(link::routes())
        .merge(files::routes())
        .merge(access::routes())
        .merge(overlaps::routes())
}

/// The id of an address; anything else is a page that does not exist.
fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// `1.500.000`.
fn dong(amount: i64) -> String {
    Dong(amount).to_string()
}

/// `22.913`.
fn count(number: i64) -> String {
    Dong(number).to_string()
}

/// "Xã Sơn Kim 1, Huyện Hương Sơn"; either code may be empty.
fn unit_name(desk: &Desk, commune: &str, district: &str) -> String {
    let (areas, day) = (&desk.app.areas, unit_day(&desk.app, desk.actor.tiers));
    let names = [areas.commune_name(commune, day), areas.district_name(district, day)];
    names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A full date as typed: `19/6/2020`, `2020-06-19`.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let found = vietnam::date::parse_birth_until(text, 2099).ok()?.to_date()?;
    (found.format("%Y").to_string().len() == 4).then_some(found)
}

/// The page with another status.
fn with_status(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}
