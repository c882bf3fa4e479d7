//! Steering: what the level above has ordered and by when. A directive, a plan of the year and a
//! review of places without internet are papers with tasks; each task of a unit is a duty with a
//! deadline, evidence and an end that the issuer confirms.

mod acts;
mod pages;
mod places;
mod rules;
mod store;
mod types;

use chrono::NaiveDate;
use sea_orm::DbErr;
use uuid::Uuid;

pub use acts::{Order, Paper, Target, Task, act, give, issue, urge, withdraw};
pub use pages::routes;
pub use places::{NewPlace, PlaceOrder, act as act_on_place, add as add_place};
pub use rules::{Deed, PlaceDeed};
pub use store::duties::Waiting;
pub use types::PaperKind;

use crate::database::Conn;
use crate::duties::Overdue;
use crate::identity::Scope;
use crate::web::App;

/// What waits at the desk of the scope's own unit: tasks to do, and reports to confirm.
///
/// # Errors
/// The engine's.
pub async fn waiting<C: Conn>(conn: &C, scope: &Scope, today: NaiveDate) -> Result<Waiting, DbErr> {
    store::duties::waiting(conn, scope, today).await
}

/// A task that the actor's own unit has to do.
#[derive(Debug, Clone)]
pub struct OpenTask {
    /// Its id.
    pub id: Uuid,
    /// As it stands.
    pub version: i32,
    /// Last day.
    pub due_on: NaiveDate,
    /// What its paper is.
    pub kind: PaperKind,
}

/// What the scope's own unit has to do, by day, not more than `limit`.
///
/// # Errors
/// The engine's.
pub async fn open_tasks<C: Conn>(
    conn: &C,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<OpenTask>, DbErr> {
    let found = store::duties::to_do(conn, scope, limit).await?;
    let task = |duty: types::Duty| OpenTask {
        id: duty.id,
        version: duty.steps,
        due_on: duty.due_on,
        kind: duty.kind(),
    };
    Ok(found.into_iter().map(task).collect())
}

/// Tasks of the scope past their day, and places that an operator should have covered by now.
///
/// # Errors
/// The engine's.
pub async fn overdue(app: &App, scope: &Scope, today: NaiveDate) -> Result<Vec<Overdue>, DbErr> {
    let conn = app.db.read();
    let mut late = store::duties::overdue(conn, scope, today).await?;
    for place in store::places::overdue(conn, scope, today).await? {
        let commune = app.unit_name((&place.district_code, &place.commune_code), place.tiers);
        late.push(Overdue {
            // The operator owes it, not a unit.
            district: String::new(),
            commune: String::new(),
            tiers: place.tiers,
            department: place.operator,
            kind: "Phủ sóng",
            what: format!("{}, {commune}", place.hamlet),
            works: 1,
            due: place.due_on.unwrap_or(today),
            urged: None,
            href: format!("/phu-song/noi/{}", place.id),
        });
    }
    Ok(late)
}
