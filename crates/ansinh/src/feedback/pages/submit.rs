//! Sending a question, a remark or a complaint.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{Group, communes, tiers_now, with_status};
use crate::feedback::citizen::{FormSecret, Receipt, Submission, submit};
use crate::feedback::link::open_record;
use crate::feedback::memory::Memory;
use crate::feedback::types::Kind;
use crate::feedback::words::{NAME_MAX, TEXT_MAX, read_text};
use crate::portal::Network;
use crate::relief::{ContestedRow, contested_row};
use crate::web::{App, Choice, Error, FieldError, Fields, Page, Visitor, html, redirect};

/// Least letters of a text.
const TEXT_MIN: usize = 10;
/// Value of the choice "I do not know which commune".
const PROVINCE: &str = "tinh";

#[derive(Template)]
#[template(path = "feedback/templates/send.html")]
struct FormPage {
    page: Page,
    errors: Vec<FieldError>,
    /// The contested payment in words; empty without one.
    record: String,
    token: String,
    secret: String,
    kinds: Vec<Choice>,
    place: String,
    groups: Vec<Group>,
    body: String,
    sender: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "feedback/templates/sent.html")]
struct SentPage {
    page: Page,
    code: String,
    unit: String,
    kind: &'static str,
    due: String,
    taken_up_first: bool,
    other_text: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    loai: String,
    xa: String,
}

/// `GET /hoi-dap/gui`
pub(super) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let fields = vec![("loai".to_owned(), asked.loai), ("xa".to_owned(), asked.xa)];
    html(&form_page(&visitor, &Fields::from_pairs(fields), None, vec![])?)
}

/// `GET /hoi-dap/khoan-chi`: a complaint about a payment begins with one's own look-up.
pub(super) async fn look_up_first() -> Response {
    redirect("/tra-cuu")
}

/// `POST /hoi-dap/khoan-chi`: from the result of a look-up, with the sealed row.
pub(super) async fn contest(visitor: Visitor, body: Bytes) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let Some(row) = record(&visitor.app, fields.get("ho_so")).await? else {
        return Err(Error::refused(
            "Đã quá 30 phút từ lúc tra cứu",
            "Tra cứu lại khoản của ông/bà rồi bấm nút khiếu nại lần nữa.",
        ));
    };
    let mut filled = vec![("ho_so".to_owned(), fields.get("ho_so").to_owned())];
    if row.paid_dong.unwrap_or(0) > 0 {
        let text = "Trang tra cứu ghi đã chi nhưng tôi chưa nhận được khoản tiền này.";
        filled.push(("noi_dung".to_owned(), text.to_owned()));
    }
    html(&form_page(&visitor, &Fields::from_pairs(filled), Some(&row), vec![])?)
}

async fn record(app: &App, token: &str) -> Result<Option<ContestedRow>, Error> {
    let Some(entry) = open_record(token, app.clock.now()) else { return Ok(None) };
    Ok(contested_row(app.db.read(), &app.config.province, entry).await?)
}

/// `POST /hoi-dap/gui`
pub(super) async fn send(
    visitor: Visitor,
    network: Network,
    Extension(memory): Extension<Arc<Memory>>,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let app = &visitor.app;
    let token = fields.get("ho_so");
    let row = record(app, token).await?;
    let read = read(app, &fields, row.clone());
    let new = match read {
        Ok(new) => new,
        Err(errors) => {
            let view = form_page(&visitor, &fields, row.as_ref(), errors)?;
            return with_status(&view, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    if !memory.sent.take(network.key(), app.config.lookups_per_network, app.clock.now()) {
        let text = "Mạng này vừa gửi rất nhiều phiếu nên phiếu chưa được nhận. Chờ mười phút rồi bấm \
                    gửi lại; nội dung vẫn còn ở dưới.";
        let errors = vec![FieldError::new("noi_dung", text)];
        let view = form_page(&visitor, &fields, row.as_ref(), errors)?;
        return with_status(&view, StatusCode::TOO_MANY_REQUESTS);
    }
    sent(&visitor, submit(app, &new).await?)
}

fn sent(visitor: &Visitor, receipt: Receipt) -> Result<Response, Error> {
    let case = receipt.case;
    html(&SentPage {
        page: visitor.page("Đã nhận phiếu của ông/bà", "hoi-dap"),
        code: receipt.code.to_string(),
        unit: format!("UBND {}", visitor.app.unit_name(case.desk(), case.tiers)),
        kind: case.kind().label(),
        due: vi_date(case.due_on),
        taken_up_first: matches!(case.kind(), Kind::Complaint),
        other_text: receipt.other_text,
    })
}

/// What was typed, or what is wrong with it.
fn read(
    app: &App,
    fields: &Fields,
    record: Option<ContestedRow>,
) -> Result<Submission, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, text: &str| errors.push(FieldError::new(field, text));
    // Nobody sees this field; programs that fill in every field do.
    if !fields.get("trang_web").is_empty() {
        wrong("noi_dung", "Phiếu này giống do máy tự điền nên chưa nhận. Ông/bà bấm gửi lại.");
    }
    if !fields.get("ho_so").is_empty() && record.is_none() {
        wrong(
            "noi_dung",
            "Đã quá 30 phút từ lúc tra cứu nên phiếu không còn gắn với khoản hỗ trợ. Tra cứu lại rồi \
             khiếu nại, hoặc chọn loại và xã rồi gửi như phiếu thường.",
        );
    }
    let kind = match &record {
        Some(_) => Some(Kind::Complaint),
        None => Kind::from_slug(fields.get("loai")).filter(|kind| *kind != Kind::Help),
    };
    if kind.is_none() {
        wrong("loai", "Chọn ông/bà muốn gửi điều gì.");
    }
    let place = place(app, fields.get("xa"));
    if record.is_none() && place.is_none() {
        wrong("xa", "Chọn xã. Không rõ xã nào thì chọn “Không rõ, gửi tỉnh”.");
    }
    let missing = "Viết rõ điều muốn hỏi hoặc phản ánh, ít nhất vài chữ.";
    let body = read_text(fields.get("noi_dung"), TEXT_MIN, missing);
    if let Err(text) = &body {
        wrong("noi_dung", text);
    }
    let name = vietnam::text::clean(&vietnam::text::nfc(fields.get("ten")));
    if name.chars().count() > NAME_MAX {
        wrong("ten", &format!("Tên dài quá {NAME_MAX} ký tự."));
    }
    let phone = match fields.get("dien_thoai") {
        "" => Ok(String::new()),
        typed => vietnam::phone::repair(typed).map(|repaired| repaired.number),
    };
    if let Err(error) = &phone {
        wrong(
            "dien_thoai",
            &format!("Số vừa nhập: {error}. Xem lại, hoặc để trống; có mã là xem được trả lời."),
        );
    }
    let secret = FormSecret::read(fields.get("phieu"));
    if secret.is_none() {
        wrong("noi_dung", "Trang này mở đã lâu. Bấm gửi lại lần nữa; nội dung vẫn còn ở dưới.");
    }
    // One message a field: the first.
    let mut known: Vec<String> = Vec::new();
    errors.retain(|error| {
        let first = !known.contains(&error.field);
        known.push(error.field.clone());
        first
    });
    match (kind, body, phone, secret, errors.is_empty()) {
        (Some(kind), Ok(body), Ok(phone), Some(secret), true) => {
            let place = place.unwrap_or_default();
            Ok(Submission { secret, kind, place, record, body, name, phone })
        }
        _ => Err(errors),
    }
}

/// District, commune and tiers of a choice.
fn place(app: &App, chosen: &str) -> Option<(String, String, i16)> {
    let tiers = tiers_now(app);
    if chosen == PROVINCE {
        return Some((String::new(), String::new(), tiers));
    }
    let day = app.catalogue.units_day(tiers, app.clock.today());
    let commune = app.areas.unit(3, chosen, day)?;
    let parent = commune.parent_code.clone();
    let district = app.areas.unit(2, &parent, day).filter(|_| tiers == 3);
    let province = district.map_or(&parent, |district| &district.parent_code);
    if *province != app.config.province {
        return None;
    }
    let district = district.map_or_else(String::new, |district| district.code.clone());
    Some((district, commune.code.clone(), tiers))
}

fn form_page(
    visitor: &Visitor,
    fields: &Fields,
    record: Option<&ContestedRow>,
    errors: Vec<FieldError>,
) -> Result<FormPage, Error> {
    let app = &visitor.app;
    let short =
        |name: &str, length: usize| -> String { fields.get(name).chars().take(length).collect() };
    // The same form keeps its secret, so that what was refused and mended is one submission.
    let secret = match FormSecret::read(fields.get("phieu")) {
        Some(secret) => secret,
        None => FormSecret::fresh()?,
    };
    let kind = kinds(fields.get("loai"));
    let place = if record.is_some() { String::new() } else { short("xa", 10) };
    Ok(FormPage {
        page: visitor.page("Gửi câu hỏi, phản ánh, khiếu nại", "hoi-dap"),
        errors,
        record: record.map_or_else(String::new, |row| record_words(app, row)),
        token: record.map_or_else(String::new, |_| fields.get("ho_so").to_owned()),
        secret: secret.text().to_owned(),
        kinds: kind,
        groups: if record.is_some() { vec![] } else { communes(app, &place) },
        place,
        body: short("noi_dung", TEXT_MAX),
        sender: short("ten", NAME_MAX),
        phone: short("dien_thoai", 30),
    })
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let choice =
        |kind: Kind| Choice { hint: kind.hint(), ..Choice::new(kind.slug(), kind.label(), chosen) };
    Kind::OF_CITIZENS.into_iter().map(choice).collect()
}

/// "Hộ nghèo, 1.500.000 đồng, UBND xã Sơn Kim 1, ghi đã chi ngày 15/5/2020".
pub(super) fn record_words(app: &App, row: &ContestedRow) -> String {
    let group = app.catalogue.group_name(&row.programme_code, &row.group_code);
    let place = (row.district_code.as_str(), row.commune_code.as_str());
    let mut words = group;
    if let Some(amount) = row.amount_dong {
        words.push_str(&format!(", {}", Dong(amount).with_unit()));
    }
    words.push_str(&format!(", UBND {}", app.unit_name(place, row.tiers)));
    match (row.paid_dong.unwrap_or(0), row.last_day) {
        (paid, Some(day)) if paid > 0 => {
            words.push_str(&format!(
                ", ghi đã chi {} ngày {}",
                Dong(paid).with_unit(),
                vi_date(day)
            ));
        }
        _ => words.push_str(", ghi chưa chi"),
    }
    words
}
