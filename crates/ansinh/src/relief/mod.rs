//! Relief: programmes as dated data, beneficiary lists and their way to a decision, duplicates,
//! payments and reports. What other rooms may call is exported here; tables stay inside.

mod enlist;
mod programmes;
mod publication;
mod work;

use axum::Router;

pub use enlist::{Birth, Enlisted, NewEntry, Source, enlist};
pub use programmes::{Catalogue, DayKind, PolicyGroup, Programme, Step, Unit};
pub use publication::{
    CommuneKey, GroupListed, GroupProgress, KnownList, OwnResult, OwnState, Paid, Progress,
    PublishedRow, PublishedSum, Standing, StepDates, WantedRows, known_lists, own_results,
    public_progress, published_hamlets, published_rows, published_sums,
};
pub use work::{
    CommuneToPay, CommuneWork, HamletProgress, OfficeWork, ToPay, WaitingList, WaitingLists,
    commune_work, office_work,
};

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
