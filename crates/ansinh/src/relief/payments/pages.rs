//! Pages of payments: the list to pay from, the form before recording, a person's ledger, paper.

mod confirm;
mod ledger;
mod list;
mod paper;
mod sheet;
mod signing;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use vietnam::date::vi_date;
use vietnam::identity::IdNumber;
use vietnam::money::Dong;

pub(super) use self::list::Asked;
pub(in crate::relief) use self::paper::{long_day, short_name};
use super::files;
use super::reasons::Reason;
use super::rules::not_open;
use super::types::{Claim, Outcome, Status};
use crate::audit::{self, About};
use crate::database::Tx;
use crate::identity::{Actor, Role};
use crate::web::{App, Error};

/// Routes of payments.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/chi-tra", get(list::list))
        .route("/chi-tra/tim", post(list::search))
        .route("/chi-tra/xac-nhan", post(confirm::pay_form))
        .route("/chi-tra/ghi", post(confirm::pay))
        .route("/chi-tra/khong-chi", post(confirm::not_paid_form))
        .route("/chi-tra/ghi-khong-chi", post(confirm::not_paid))
        .route("/chi-tra/ky-nhan", get(signing::show))
        .route("/chi-tra/ky-nhan/tep", get(signing::file))
        .route("/chi-tra/tep/{name}", get(files::file))
        .route("/chi-tra/phieu", get(sheet::sheet).post(sheet::act))
        .route("/chi-tra/{id}", get(ledger::show))
        .route("/chi-tra/{id}/hoan-tra", post(ledger::give_back))
        .route("/chi-tra/{id}/dinh-chinh", post(ledger::reverse))
        .route("/chi-tra/{id}/phieu/{entry}", get(paper::receipt))
}

/// A claim as a row on the screen.
#[derive(Debug, Clone)]
pub(super) struct Row {
    id: String,
    name: String,
    birth: String,
    id_text: String,
    hamlet: String,
    group: String,
    amount: String,
    status: &'static str,
    sign: &'static str,
    /// What stands in the way, or when and why.
    remark: String,
    payable: bool,
}

impl Row {
    fn new(app: &App, actor: &Actor, claim: &Claim) -> Self {
        let status = claim.status();
        Self {
            id: claim.id.to_string(),
            name: claim.full_name.clone(),
            birth: birth_text(claim.birth_year),
            id_text: id_text(claim.id_number.as_deref(), sees_ids(actor)),
            hamlet: claim.hamlet.clone(),
            group: app.catalogue.group_short(&claim.programme_code, &claim.group_code),
            amount: Dong(claim.amount_dong).to_string(),
            status: status.label(),
            sign: status.sign(),
            remark: remark(app, claim, status),
            payable: status != Status::Paid && not_open(claim).is_none(),
        }
    }
}

/// A reason to choose.
#[derive(Debug, Clone)]
struct ReasonChoice {
    code: String,
    label: String,
    chosen: bool,
}

impl ReasonChoice {
    /// Those that are offered; `typed` is the code that was sent.
    fn offered(app: &App, typed: &str) -> Vec<Self> {
        let offered = app.catalogue.reasons().offered();
        let choice = |reason: &Reason| Self {
            code: reason.code().to_owned(),
            label: reason.label().to_owned(),
            chosen: typed == reason.code(),
        };
        offered.map(choice).collect()
    }
}

fn remark(app: &App, claim: &Claim, status: Status) -> String {
    let day = claim.last_day.map_or_else(String::new, vi_date);
    match status {
        Status::Paid => format!("ngày {day}"),
        Status::NotPaid => {
            format!("{}, ngày {day}", app.catalogue.reasons().label(&claim.reason_code))
        }
        Status::Open | Status::Held => match not_open(claim) {
            Some(Outcome::Refused { what, remedy }) => format!("{what}. {remedy}"),
            _ => String::new(),
        },
    }
}

/// Only the commune that pays compares the card with the list; others see masked numbers.
pub(in crate::relief) fn sees_ids(actor: &Actor) -> bool {
    actor.role == Role::Commune
}

/// An identity number on the screen: whole, masked, or that there is none.
pub(in crate::relief) fn id_text(number: Option<&str>, whole: bool) -> String {
    match number {
        None | Some("") => "chưa có".to_owned(),
        Some(number) if whole => number.to_owned(),
        Some(number) => IdNumber::parse(number).map_or_else(|_| "***".to_owned(), |id| id.masked()),
    }
}

/// Year of birth, or a dash.
pub(in crate::relief) fn birth_text(year: Option<i32>) -> String {
    year.map_or_else(|| "–".to_owned(), |year| year.to_string())
}

/// The day whose units an account means.
pub(in crate::relief) fn unit_day(app: &App, tiers: i16) -> NaiveDate {
    app.catalogue.units_day(tiers, app.clock.today())
}

/// Records that a page showed whole identity numbers.
///
/// # Errors
/// The engine's.
async fn note_ids_seen(
    app: &App,
    actor: &Actor,
    page: &str,
    claims: &[Claim],
) -> Result<(), Error> {
    let about: Vec<About> = claims
        .iter()
        .filter(|claim| claim.id_number.is_some())
        .map(|claim| About { commune_code: claim.commune_code.clone(), entry: claim.entry_id })
        .collect();
    if about.is_empty() {
        return Ok(());
    }
    let seen = Seen { actor: actor.clone(), now: app.clock.now(), page: page.to_owned(), about };
    app.db.run_grouped("payments.ids_seen", 1, seen, write_seen).await
}

/// One page that showed whole identity numbers.
struct Seen {
    actor: Actor,
    now: DateTime<Utc>,
    page: String,
    about: Vec<About>,
}

async fn write_seen(tx: Tx, group: Vec<Arc<Seen>>) -> Result<(Tx, Vec<()>), Error> {
    for seen in &group {
        audit::saw_numbers(&tx, &seen.actor, seen.now, &seen.page, &seen.about).await?;
    }
    Ok((tx, vec![(); group.len()]))
}

async fn note_claims_seen(
    app: &App,
    actor: &Actor,
    page: &str,
    claims: &[Claim],
) -> Result<(), Error> {
    if !sees_ids(actor) {
        return Ok(());
    }
    note_ids_seen(app, actor, page, claims).await
}

/// A day as browsers send it (`2020-06-19`) or as people type it (`19/6/2020`).
pub(in crate::relief) fn parse_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        // The ends of the calendar cannot be counted on from.
        return Some(day).filter(|day| (1900..3000).contains(&day.year()));
    }
    let numbers: Option<Vec<u32>> =
        text.split(['/', '-', '.']).map(|part| part.trim().parse().ok()).collect();
    match numbers?.as_slice() {
        [day, month, year] if (1900..3000).contains(year) => {
            NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day)
        }
        _ => None,
    }
}

/// The part of a page's address that keeps its filters; only within payments.
fn way_back(text: &str) -> String {
    let inside = text == "/chi-tra" || text.starts_with("/chi-tra?");
    if inside { text.to_owned() } else { "/chi-tra".to_owned() }
}
