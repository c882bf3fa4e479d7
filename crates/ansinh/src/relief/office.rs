//! What the demo does in an officer's place, through the same rules as her pages.

use uuid::Uuid;

use super::decide::{Paper, Seen, plan, record};
use super::pages::list::open;
use super::payments::{
    Channel, ClaimFilter, Deed, Order, Outcome, Payee, Place, Status, claims_page, record as pay,
};
use super::steps;
use super::store::lists::{self, ListFilter};
use super::types::ListSummary;
use super::way::{Act, State};
use crate::clock::new_id;
use crate::identity::Actor;
use crate::web::{App, Desk, Error};

/// All lists of the officer's scope, newest first.
///
/// # Errors
/// The engine's.
pub async fn lists_of(app: &App, actor: &Actor) -> Result<Vec<ListSummary>, Error> {
    let filter = ListFilter { tiers: actor.tiers, ..ListFilter::default() };
    Ok(lists::page(app.db.read(), &actor.scope, &filter, None, 10_000).await?)
}

/// Takes one step of a list.
///
/// # Errors
/// [`Error::Refused`] when the step is not open to the officer now; the engine's.
pub async fn advance(app: &App, actor: &Actor, list: Uuid, act: Act) -> Result<State, Error> {
    let desk = Desk::of(app, actor);
    let opened = open(&desk, list).await?;
    let version = opened.list.version;
    steps::take(app, actor, &opened.list, &opened.standing, act, version, "").await
}

/// Records today's decision over appraised lists. Returns its id.
///
/// # Errors
/// [`Error::Refused`] when nothing in them can be approved; the engine's.
pub async fn decide(
    app: &App,
    actor: &Actor,
    number: &str,
    (signer_name, signer_title): (&str, &str),
    lists: &[Uuid],
) -> Result<Uuid, Error> {
    let plans = plan(app.db.read(), app, actor, lists).await?;
    let seen = Seen {
        lists: plans.iter().map(|plan| (plan.list.id, plan.list.version)).collect(),
        people: plans.iter().map(|plan| plan.people).sum(),
        amount_dong: plans.iter().map(|plan| plan.amount_dong).sum(),
    };
    let programme = plans.first().map(|plan| plan.list.programme_code.as_str());
    let programme = programme.and_then(|code| app.catalogue.programme(code));
    let paper = Paper {
        number: number.to_owned(),
        decided_on: app.clock.today(),
        signer_name: signer_name.to_owned(),
        signer_title: signer_title.to_owned(),
        sources: programme.map_or_else(Vec::new, |programme| programme.sources.clone()),
    };
    record(app, actor, &paper, &seen).await
}

/// Pays up to `count` people of the clerk's commune in cash, and reports one as not paid.
/// Returns how many entries were written.
///
/// # Errors
/// The engine's.
pub async fn pay_some(app: &App, actor: &Actor, count: u64) -> Result<usize, Error> {
    let place = Place { tiers: actor.tiers, ..Place::default() };
    let filter = ClaimFilter { place, status: Some(Status::Open), ..ClaimFilter::default() };
    let claims = claims_page(app.db.read(), &actor.scope, &filter, None, count).await?;
    let now = app.clock.now();
    let mut orders = Vec::new();
    for (at, claim) in claims.iter().enumerate() {
        let amount = claim.amount_dong - claim.paid_dong;
        let away = app.catalogue.reasons().chosen("away").filter(|_| at == 0);
        let deed = match away {
            Some(reason) => Deed::NotPaid { reason },
            None => Deed::Pay { amount, channel: Channel::Cash, payee: Payee::Person },
        };
        orders.push(Order {
            act_id: new_id(now)?,
            entitlement_id: claim.id,
            deed,
            business_day: app.clock.today(),
            note: String::new(),
        });
    }
    let outcomes = pay(app, actor, &orders).await?;
    Ok(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Created { .. })).count())
}
