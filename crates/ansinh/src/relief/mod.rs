//! Relief: programmes as dated data, beneficiary lists and their way to a decision, duplicates,
//! payments and reports. What other rooms may call is exported here; tables stay inside.

mod duplicates;
mod enlist;
mod pages;
mod payments;
mod programmes;
mod reports;
mod rules;
mod store;
mod types;
mod way;

use axum::Router;

pub use enlist::{Birth, Enlisted, NewEntry, Source, enlist};
pub use payments::{LedgerDifference, ledger_differences};
pub use programmes::{
    Catalogue, Condition, DayKind, Need, PolicyGroup, Programme, Remark, Step, Unit,
};
pub use types::ListSummary;
pub use way::State as ListState;

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    pages::routes().merge(payments::routes()).merge(reports::routes())
}
