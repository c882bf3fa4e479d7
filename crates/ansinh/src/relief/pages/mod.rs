//! Pages of lists, rows, duplicates and decisions.

mod list;
mod lists;

use axum::Router;
use uuid::Uuid;
use vietnam::money::Dong;

use crate::web::{App, Error};

pub(super) fn routes() -> Router<App> {
    Router::new().merge(lists::routes()).merge(list::routes())
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
