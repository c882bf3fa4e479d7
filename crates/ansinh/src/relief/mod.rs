//! Relief: programmes as dated data, beneficiary lists and their way to a decision, duplicates,
//! payments and reports. What other rooms may call is exported here; tables stay inside.

mod enlist;
mod programmes;

use axum::Router;

pub use enlist::{Birth, Enlisted, NewEntry, Source, enlist};
pub use programmes::{Catalogue, DayKind, PolicyGroup, Programme, Step, Unit};

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
