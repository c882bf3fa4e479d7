//! Pages of steering.

mod act;
mod cover;
mod give;
mod issue;
mod list;
mod one;
mod paper;
mod place;
mod public;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::money::parse_amount;
use vietnam::text::clean;

use super::rules::{DONG_MAX, TEXT_MAX};
use super::store::files::Content;
use super::types::Duty;
use crate::web::{App, Error, FieldError, Fields, read_day};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/chi-dao", get(list::list))
        .route("/chi-dao/moi", get(issue::form).post(issue::send))
        .route("/chi-dao/xac-nhan", post(act::confirm_many))
        .route("/chi-dao/{id}", get(paper::show))
        .route("/chi-dao/{id}/giao", get(give::form).post(give::send))
        .route("/chi-dao/{id}/nhac", post(paper::urge))
        .route("/chi-dao/{id}/thoi", post(paper::withdraw))
        .route("/chi-dao/{id}/tep/{tep}", get(paper::file))
        .route("/chi-dao/{id}/tai-ve/{name}", get(paper::table))
        .route("/chi-dao/viec/{id}", get(one::show))
        .route("/chi-dao/viec/{id}/bao-xong", post(act::report))
        .route("/chi-dao/viec/{id}/noi", post(act::add_place))
        .route("/chi-dao/viec/{id}/lam/{viec}", post(act::act))
        .route("/chi-dao/viec/{id}/tep/{tep}", get(one::file))
        .route("/phu-song", get(cover::list))
        .route("/phu-song/tep/{name}", get(cover::table))
        .route("/phu-song/noi/{id}", get(place::show))
        .route("/phu-song/noi/{id}/{viec}", post(place::act))
        .route("/noi-chua-co-song", get(public::show))
        .route("/noi-chua-co-song/tai-ve.csv", get(public::csv))
}

/// Kinds of files that may be sent.
const ACCEPT: &str = ".pdf,.docx,.xlsx";

fn id_of(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

/// "xã Sơn Kim 1", "huyện Hương Sơn", "Sở Y tế".
fn unit_of(app: &App, duty: &Duty) -> String {
    if duty.department.is_empty() {
        app.unit_name((&duty.district_code, &duty.commune_code), duty.tiers)
    } else {
        duty.department.clone()
    }
}

/// A text of `min` to [`TEXT_MAX`] characters.
fn read_text(
    fields: &Fields,
    field: &'static str,
    (min, missing): (usize, &str),
    errors: &mut Vec<FieldError>,
) -> String {
    let text = fields.get(field).replace("\r\n", "\n");
    let long = text.chars().count();
    if long < min {
        errors.push(FieldError::new(field, missing));
    } else if long > TEXT_MAX {
        let text = format!("Dài {long} ký tự, nhiều nhất là {TEXT_MAX}. Hãy rút gọn.");
        errors.push(FieldError::new(field, text));
    }
    text
}

/// A short text on one line.
fn read_line(
    fields: &Fields,
    field: &'static str,
    (min, missing): (usize, &str),
    errors: &mut Vec<FieldError>,
) -> String {
    const LINE_MAX: usize = 200;
    let text = clean(fields.get(field));
    let long = text.chars().count();
    if long < min {
        errors.push(FieldError::new(field, missing));
    } else if long > LINE_MAX {
        let text = format!("Dài {long} ký tự, nhiều nhất là {LINE_MAX}. Hãy rút gọn.");
        errors.push(FieldError::new(field, text));
    }
    text
}

/// A day that must be there.
fn wanted_day(
    fields: &Fields,
    field: &'static str,
    errors: &mut Vec<FieldError>,
) -> Option<NaiveDate> {
    let day = read_day(fields.get(field));
    if day.is_none() {
        errors.push(FieldError::new(field, "Ngày không đọc được. Ghi như 19/6/2020."));
    }
    day
}

/// Whole đồng as people write them; nothing is 0.
fn read_dong(fields: &Fields, field: &'static str, errors: &mut Vec<FieldError>) -> i64 {
    let typed = fields.get(field);
    if typed.is_empty() {
        return 0;
    }
    let read = parse_amount(typed).map(|read| read.dong.0);
    match read.filter(|dong| (0..=DONG_MAX).contains(dong)) {
        Some(dong) => dong,
        None => {
            let text = "Số tiền không đọc được. Ghi số đồng, như 1.500.000.";
            errors.push(FieldError::new(field, text));
            0
        }
    }
}

/// A refusal of the rules at the field that it is about.
fn at_field(field: &str, what: &str, remedy: &str) -> FieldError {
    FieldError::new(field, format!("{what}. {remedy}"))
}

/// A file to keep, never one to open inside the page.
fn sent_file(file: Content) -> Response {
    let head = [
        (header::CONTENT_TYPE, file.media_type),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
    ];
    (head, file.content).into_response()
}
