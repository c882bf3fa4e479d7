//! Pages of the newsroom.

mod article;
mod board;
mod desk;
mod file;
mod public;
mod show;
mod typed;

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::date::parse_birth_until;

use crate::identity::{Actor, Seat, seats};
use crate::web::{App, Error, Fields};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bien-tap", get(desk::list))
        .route("/bien-tap/moi", get(desk::new_form).post(desk::begin))
        .route("/bien-tap/ban", get(board::show).post(board::appoint))
        .route("/bien-tap/ban/{id}/ket-thuc", post(board::dismiss))
        .route("/bien-tap/{id}", get(article::show).post(article::save))
        .route("/bien-tap/{id}/xem", get(article::preview))
        .route("/bien-tap/{id}/lam/{viec}", post(article::deed))
        .route("/bien-tap/{id}/tep", post(file::upload))
        .route("/bien-tap/{id}/tep/{tep}/bo", post(file::drop))
        .route("/tin-tuc", get(public::news))
        .route("/tin-tuc/nguon-tin.xml", get(public::atom))
        .route("/tin-tuc/{slug}", get(public::article))
        .route("/tin-tuc/tep/{id}", get(file::send))
        .route("/kiem-chung", get(public::rebuttals))
        .route("/kiem-chung/{slug}", get(public::rebuttal))
}

/// A day as it is typed: 19/6/2020.
fn read_day(text: &str) -> Option<NaiveDate> {
    // Two digits are a year of this century.
    const YEAR_MAX: i32 = 2099;
    parse_birth_until(text.trim(), YEAR_MAX).ok()?.to_date()
}

/// The account of a name to sign in with, in the officer's province.
async fn seat_named(app: &App, actor: &Actor, username: &str) -> Result<Option<Seat>, Error> {
    let province = crate::identity::Scope::Province { province: actor.scope.province().to_owned() };
    let known = seats(app.db.read(), &province).await?;
    Ok(known.into_iter().find(|seat| seat.username == username.trim().to_lowercase()))
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

/// The version of an article as its page was made.
fn version_of(fields: &Fields) -> i32 {
    fields.get("phien_ban").parse().unwrap_or(-1)
}
