//! Pages of recovery: what is open by unit, a new demand, one demand with its parts, a receipt.

mod one;

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::{Dong, parse_amount};

use super::acts::{Asked, Written, demand};
use super::rules::{TEXT_MAX, status};
use super::store;
use crate::clock::new_id;
use crate::identity::Role;
use crate::relief::payments::{parse_day, unit_day};
use crate::web::{
    App, Desk, Error, FieldError, Fields, PAGE_SIZE, Page, Pager, SignedForm, html, redirect_with,
};

/// Routes of recovery.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/thu-hoi", get(list))
        .route("/thu-hoi/moi", get(new_form).post(create))
        .route("/thu-hoi/{id}", get(one::show))
        .route("/thu-hoi/{id}/nop", post(one::part))
        .route("/thu-hoi/{id}/mien", post(one::waive))
        .route("/thu-hoi/{id}/dao", post(one::reverse))
        .route("/thu-hoi/{id}/phieu/{entry}", get(one::receipt))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    hien: String,
    sau: String,
    khoan: String,
}

struct Row {
    id: String,
    name: String,
    place: String,
    number: String,
    due: String,
    amount: String,
    back: String,
    open: String,
    mark: &'static str,
    status: String,
}

struct Sum {
    place: String,
    items: i64,
    amount: String,
    returned: String,
    waived: String,
    open: String,
}

#[derive(Template)]
#[template(path = "relief/recovery/templates/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    sums: Vec<Sum>,
    all: bool,
    may_demand: bool,
    pager: Pager,
}

/// `GET /thu-hoi`.
async fn list(desk: Desk, Query(wanted): Query<Wanted>) -> Result<Response, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let conn = app.db.read();
    let all = wanted.hien == "tat-ca";
    let after = Uuid::parse_str(&wanted.sau).ok();
    let mut found = store::recoveries(conn, scope, !all, after, PAGE_SIZE + 1).await?;
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let units = store::unit_sums(conn, scope).await?;
    let place = |code: &str, tiers: i16| app.areas.commune_name(code, unit_day(app, tiers));
    let today = app.clock.today();
    let open: i64 = units.iter().map(|u| u.amount - u.returned - u.waived).sum();
    let rows: Vec<Row> = found
        .iter()
        .map(|one| {
            let (mark, text) = status(one, today);
            Row {
                id: one.id.to_string(),
                name: one.full_name.clone(),
                place: place(&one.commune_code, one.tiers),
                number: one.number.clone(),
                due: vi_date(one.due_on),
                amount: Dong(one.amount_dong).to_string(),
                back: Dong(one.returned_dong).to_string(),
                open: Dong(one.open_dong()).to_string(),
                mark,
                status: text,
            }
        })
        .collect();
    let here = if all { "/thu-hoi?hien=tat-ca" } else { "/thu-hoi" };
    let joint = if all { '&' } else { '?' };
    let last = rows.last().map_or_else(String::new, |row| row.id.clone());
    let title = match open {
        0 => "Thu hồi: không còn khoản nào phải thu".to_owned(),
        open => format!("Thu hồi: còn phải thu {}", Dong(open).with_unit()),
    };
    html(&ListPage {
        page: desk.page(title, "chi-tra"),
        pager: Pager {
            next: more.then(|| format!("{here}{joint}sau={last}")),
            first: after.map(|_| here.to_owned()),
        },
        rows,
        sums: units
            .iter()
            .map(|unit| Sum {
                place: place(&unit.commune_code, unit.tiers),
                items: unit.items,
                amount: Dong(unit.amount).to_string(),
                returned: Dong(unit.returned).to_string(),
                waived: Dong(unit.waived).to_string(),
                open: Dong(unit.amount - unit.returned - unit.waived).to_string(),
            })
            .collect(),
        all,
        may_demand: matches!(desk.actor.role, Role::District | Role::Province),
    })
}

#[derive(Template)]
#[template(path = "relief/recovery/templates/new.html")]
struct NewPage {
    page: Page,
    errors: Vec<FieldError>,
    act: String,
    entitlement: String,
    name: String,
    place: String,
    paid: String,
    typed: HashMap<&'static str, String>,
}

impl NewPage {
    fn typed(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }
}

const FIELDS: [&str; 5] = ["so", "ngay_qd", "han", "so_tien", "ly_do"];

/// `GET /thu-hoi/moi?khoan=…`: a demand on one paid entitlement.
async fn new_form(desk: Desk, Query(wanted): Query<Wanted>) -> Result<Response, Error> {
    desk.actor.require(&[Role::District, Role::Province], "yêu cầu thu hồi")?;
    if wanted.khoan.is_empty() {
        let what = "Mở sổ chi của người đã nhận tiền rồi chọn “Yêu cầu thu hồi”.";
        return Ok(redirect_with("/thu-hoi", "canh", what));
    }
    let fields = Fields::from_pairs(vec![
        ("khoan".to_owned(), wanted.khoan),
        ("ma".to_owned(), new_id(desk.app.clock.now())?.to_string()),
    ]);
    show_new(&desk, &fields, vec![]).await
}

async fn show_new(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let app = &desk.app;
    let id = Uuid::parse_str(fields.get("khoan")).map_err(|_| Error::NotFound)?;
    let paid = store::paid(app.db.read(), &desk.actor.scope, id).await?.ok_or(Error::NotFound)?;
    let open = paid.paid_dong - paid.recovering_dong;
    let mut typed: HashMap<&'static str, String> = HashMap::new();
    for name in FIELDS {
        typed.insert(name, fields.get(name).to_owned());
    }
    if !fields.has("so_tien") {
        typed.insert("so_tien", Dong(open.max(0)).to_string());
    }
    let view = NewPage {
        page: desk.page("Yêu cầu thu hồi tiền đã chi", "chi-tra"),
        errors,
        act: fields.get("ma").to_owned(),
        entitlement: id.to_string(),
        name: paid.full_name.clone(),
        place: app.areas.commune_name(&paid.commune_code, unit_day(app, paid.tiers)),
        paid: Dong(open).with_unit(),
        typed,
    };
    answer(&view, view.errors.is_empty())
}

/// `POST /thu-hoi/moi`.
async fn create(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::District, Role::Province], "yêu cầu thu hồi")?;
    let mut errors = Vec::new();
    for name in ["so", "ly_do"] {
        if fields.get(name).is_empty() {
            let what =
                if name == "so" { "số quyết định thu hồi" } else { "lý do thu hồi" };
            errors.push(FieldError::new(name, format!("Ghi {what}.")));
        } else if fields.get(name).chars().count() > TEXT_MAX {
            errors.push(FieldError::new(name, format!("Dài quá {TEXT_MAX} ký tự.")));
        }
    }
    let today = desk.app.clock.today();
    let demanded_on = read_day(fields, "ngay_qd", &mut errors);
    let due_on = read_day(fields, "han", &mut errors);
    if demanded_on.is_some_and(|day| day > today) {
        errors.push(FieldError::new("ngay_qd", "Ngày quyết định ở tương lai."));
    }
    if let (Some(demanded), Some(due)) = (demanded_on, due_on)
        && due < demanded
    {
        errors.push(FieldError::new("han", "Hạn nộp trước ngày quyết định."));
    }
    let amount = read_amount(fields, &mut errors);
    let (Some(demanded_on), Some(due_on), Some(amount), true) =
        (demanded_on, due_on, amount, errors.is_empty())
    else {
        return show_new(desk, fields, errors).await;
    };
    let asked = Asked {
        act: fields.act_id()?,
        entitlement: Uuid::parse_str(fields.get("khoan")).map_err(|_| Error::NotFound)?,
        number: fields.get("so").to_owned(),
        demanded_on,
        due_on,
        reason: fields.get("ly_do").to_owned(),
        amount,
    };
    match demand(&desk.app, &desk.actor, &asked).await {
        Err(Error::Refused { what, remedy }) => {
            let errors = vec![FieldError::new("so_tien", format!("{what}. {remedy}"))];
            show_new(desk, fields, errors).await
        }
        outcome => Ok(redirect_with(&format!("/thu-hoi/{}", asked.act), "xong", said(outcome?))),
    }
}

fn said(written: Written) -> &'static str {
    match written {
        Written::Created => "Đã ghi.",
        Written::Exists => "Lượt này đã ghi từ trước, không ghi thêm.",
    }
}

fn read_day(
    fields: &Fields,
    name: &str,
    errors: &mut Vec<FieldError>,
) -> Option<chrono::NaiveDate> {
    let day = parse_day(fields.get(name));
    if day.is_none() {
        errors.push(FieldError::new(name, "Ngày không đọc được. Ghi như 19/6/2020."));
    }
    day
}

/// A positive amount of whole đồng, in any of the ways people write it.
fn read_amount(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<i64> {
    let amount = parse_amount(fields.get("so_tien")).map(|read| read.dong.0);
    let amount = amount.filter(|amount| *amount > 0);
    if amount.is_none() {
        let text = "Số tiền không đọc được. Ghi số đồng lớn hơn 0, như 1.500.000.";
        errors.push(FieldError::new("so_tien", text));
    }
    amount
}

/// A page, or the same page as a refused form.
fn answer(view: &impl Template, fine: bool) -> Result<Response, Error> {
    let mut response = html(view)?;
    if !fine {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
