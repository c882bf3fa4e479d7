//! The form before recording: who, how much, how, and one button that says what it does. The act
//! ids are made here, so that pressing the button twice writes once.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{ReasonChoice, Row, note_claims_seen, parse_day, way_back};
use crate::clock::new_id;
use crate::duties::reason_missing;
use crate::identity::Role;
use crate::relief::payments::acts::{ORDERS_MAX, record};
use crate::relief::payments::reasons::Reason;
use crate::relief::payments::rules::{TEXT_MAX, day_against_today, ordered};
use crate::relief::payments::store::claims_by_id;
use crate::relief::payments::types::{Channel, Claim, Deed, Order, Outcome, Payee};
use crate::web::{Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

/// A row of the form.
#[derive(Debug, Clone)]
struct Line {
    row: Row,
    /// `entitlement.act.amount`: what this line will do, once.
    token: String,
    proxy_name: String,
    proxy_paper: String,
    proxy_error: String,
}

/// One of several.
#[derive(Debug, Clone)]
struct Choice {
    code: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/pay.html")]
struct PayPage {
    page: Page,
    errors: Vec<FieldError>,
    lines: Vec<Line>,
    left_out: Vec<Row>,
    items: usize,
    sum: String,
    sum_words: String,
    channels: Vec<Choice>,
    day: String,
    day_error: String,
    today: String,
    note: String,
    back: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/not_paid.html")]
struct NotPaidPage {
    page: Page,
    errors: Vec<FieldError>,
    lines: Vec<Line>,
    items: usize,
    sum: String,
    reasons: Vec<ReasonChoice>,
    reason_error: String,
    day: String,
    day_error: String,
    today: String,
    note: String,
    back: String,
}

/// A row of the answer.
#[derive(Debug, Clone)]
struct Answered {
    row: Row,
    sign: &'static str,
    word: &'static str,
    amount: String,
    text: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/recorded.html")]
struct RecordedPage {
    page: Page,
    answers: Vec<Answered>,
    refused: usize,
    sum: String,
    sum_words: String,
    back: String,
}

/// `POST /chi-tra/xac-nhan`: the ticked rows, ready to be recorded as paid.
pub(super) async fn pay_form(form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    desk.actor.require(&[Role::Commune], "ghi chi trả")?;
    let back = way_back(form.fields.get("ve"));
    let ids = ticked(&form.fields);
    if ids.is_empty() {
        let what = "Chưa đánh dấu ai. Đánh dấu những người đã nhận tiền rồi bấm lại.";
        return Ok(redirect_with(&back, "canh", what));
    }
    let claims = claims(desk, &ids).await?;
    let mut tokens = Vec::with_capacity(claims.len());
    for claim in &claims {
        tokens.push((claim.id, new_id(desk.app.clock.now())?, claim.open_dong()));
    }
    show_pay_form(desk, &form.fields, &claims, &tokens, vec![]).await
}

/// `POST /chi-tra/ghi`.
pub(super) async fn pay(form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    desk.actor.require(&[Role::Commune], "ghi chi trả")?;
    let fields = &form.fields;
    let tokens = tokens(fields)?;
    let ids: Vec<Uuid> = tokens.iter().map(|(claim, ..)| *claim).collect();
    let claims = claims(desk, &ids).await?;
    let mut errors = Vec::new();
    let Some(channel) = Channel::from_code(fields.get("kenh")) else {
        errors.push(FieldError::new("kenh", "Chọn hình thức chi."));
        return show_pay_form(desk, fields, &claims, &tokens, errors).await;
    };
    let today = desk.app.clock.today();
    let day = read_day(fields, today, &mut errors);
    read_lateness(desk, day, fields.get("ghi_chu"), &mut errors).await?;
    let mut orders = Vec::with_capacity(tokens.len());
    for (claim, act_id, amount) in &tokens {
        let payee = read_payee(fields, *claim, &claims, &mut errors);
        orders.push(Order {
            act_id: *act_id,
            entitlement_id: *claim,
            deed: Deed::Pay { amount: *amount, channel, payee },
            business_day: day,
            note: fields.get("ghi_chu").to_owned(),
        });
    }
    if !errors.is_empty() {
        return show_pay_form(desk, fields, &claims, &tokens, errors).await;
    }
    let outcomes = record(&desk.app, &desk.actor, &orders).await?;
    show_recorded(desk, fields, &orders, &outcomes, "khoản đã chi").await
}

/// `POST /chi-tra/khong-chi`: the ticked rows, ready to be recorded as not paid.
pub(super) async fn not_paid_form(form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    desk.actor.require(&[Role::Commune], "ghi không chi được")?;
    let back = way_back(form.fields.get("ve"));
    let ids = ticked(&form.fields);
    if ids.is_empty() {
        return Ok(redirect_with(&back, "canh", "Chưa đánh dấu ai. Đánh dấu rồi bấm lại."));
    }
    let claims = claims(desk, &ids).await?;
    let mut tokens = Vec::with_capacity(claims.len());
    for claim in &claims {
        tokens.push((claim.id, new_id(desk.app.clock.now())?, 0));
    }
    show_not_paid_form(desk, &form.fields, &claims, &tokens, vec![]).await
}

/// `POST /chi-tra/ghi-khong-chi`.
pub(super) async fn not_paid(form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    desk.actor.require(&[Role::Commune], "ghi không chi được")?;
    let fields = &form.fields;
    let tokens = tokens(fields)?;
    let ids: Vec<Uuid> = tokens.iter().map(|(claim, ..)| *claim).collect();
    let claims = claims(desk, &ids).await?;
    let mut errors = Vec::new();
    let day = read_day(fields, desk.app.clock.today(), &mut errors);
    let note = fields.get("ghi_chu");
    let reason = desk.app.catalogue.reasons().chosen(fields.get("ly_do"));
    let in_words = reason.as_ref().is_some_and(Reason::needs_note);
    if !in_words {
        read_lateness(desk, day, note, &mut errors).await?;
    }
    match &reason {
        None => errors.push(FieldError::new("ly_do", "Chọn lý do không chi được.")),
        Some(reason) if in_words && note.is_empty() => {
            let told = format!("{}: ghi rõ bằng chữ.", reason.label());
            errors.push(FieldError::new("ghi_chu", told));
        }
        Some(_) => {}
    }
    let (true, Some(reason)) = (errors.is_empty(), reason) else {
        return show_not_paid_form(desk, fields, &claims, &tokens, errors).await;
    };
    let orders: Vec<Order> = tokens
        .iter()
        .map(|(claim, act_id, _)| Order {
            act_id: *act_id,
            entitlement_id: *claim,
            deed: Deed::NotPaid { reason: reason.clone() },
            business_day: day,
            note: note.to_owned(),
        })
        .collect();
    let outcomes = record(&desk.app, &desk.actor, &orders).await?;
    show_recorded(desk, fields, &orders, &outcomes, "khoản không chi được").await
}

fn ticked(fields: &Fields) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = fields.all("chon").filter_map(|id| Uuid::parse_str(id).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The lines of a form: (entitlement, act, amount).
fn tokens(fields: &Fields) -> Result<Vec<(Uuid, Uuid, i64)>, Error> {
    let tokens: Option<Vec<_>> = fields
        .all("khoan")
        .map(|token| {
            let mut parts = token.split('.');
            let claim = Uuid::parse_str(parts.next()?).ok()?;
            let act = Uuid::parse_str(parts.next()?).ok()?;
            Some((claim, act, parts.next()?.parse().ok()?))
        })
        .collect();
    match tokens {
        Some(tokens) if !tokens.is_empty() => Ok(tokens),
        _ => Err(Error::refused(
            "Biểu mẫu gửi lên thiếu các khoản cần ghi",
            "Về trang Chi trả, đánh dấu lại và thử lại. Chưa có gì được ghi.",
        )),
    }
}

/// The claims of these ids, all inside the scope or none.
pub(super) async fn claims(desk: &Desk, ids: &[Uuid]) -> Result<Vec<Claim>, Error> {
    if ids.len() > ORDERS_MAX {
        return Err(Error::refused(
            format!("Mỗi lần chỉ ghi được {ORDERS_MAX} khoản"),
            "Đánh dấu ít hơn rồi ghi thành nhiều lần.",
        ));
    }
    let found = claims_by_id(desk.app.db.read(), &desk.actor.scope, ids).await?;
    if ids.iter().any(|id| !found.iter().any(|claim| claim.id == *id)) {
        return Err(Error::NotFound);
    }
    Ok(found)
}

pub(super) fn read_day(
    fields: &Fields,
    today: NaiveDate,
    errors: &mut Vec<FieldError>,
) -> NaiveDate {
    let note = fields.get("ghi_chu");
    if note.chars().count() > TEXT_MAX {
        let text = format!("Ghi chú dài quá {TEXT_MAX} ký tự. Hãy rút gọn.");
        errors.push(FieldError::new("ghi_chu", text));
    }
    let typed = fields.get("ngay");
    let day = if typed.is_empty() { Some(today) } else { parse_day(typed) };
    let Some(day) = day else {
        let text = format!("Ngày “{typed}” không đọc được. Ghi như {}.", vi_date(today));
        errors.push(FieldError::new("ngay", text));
        return today;
    };
    if let Some(text) = day_against_today(day, today) {
        errors.push(FieldError::new("ngay", text));
    }
    day
}

/// A closed day asks for a reason.
async fn read_lateness(
    desk: &Desk,
    day: NaiveDate,
    note: &str,
    errors: &mut Vec<FieldError>,
) -> Result<(), Error> {
    if let Some(text) = reason_missing(&desk.app, &desk.actor, day, note).await? {
        errors.push(FieldError::new("ghi_chu", text));
    }
    Ok(())
}

fn read_payee(
    fields: &Fields,
    claim: Uuid,
    claims: &[Claim],
    errors: &mut Vec<FieldError>,
) -> Payee {
    let (name_field, paper_field) = (format!("thay_{claim}"), format!("giay_{claim}"));
    let (name, paper) = (fields.get(&name_field), fields.get(&paper_field));
    let person = claims.iter().find(|c| c.id == claim).map_or("", |c| c.full_name.as_str());
    if name.is_empty() && paper.is_empty() {
        return Payee::Person;
    }
    if name.is_empty() {
        let text = format!("{person}: có giấy tờ nhưng thiếu họ tên người nhận thay.");
        errors.push(FieldError::new(name_field, text));
    } else if paper.is_empty() {
        let text = format!(
            "{person}: người nhận thay {name} chưa có giấy tờ. Ghi giấy ủy quyền, giấy khai sinh hoặc “chủ hộ”."
        );
        errors.push(FieldError::new(paper_field, text));
    } else if name.chars().count().max(paper.chars().count()) > TEXT_MAX {
        let text = format!("{person}: họ tên hoặc giấy tờ dài quá {TEXT_MAX} ký tự.");
        errors.push(FieldError::new(name_field, text));
    }
    Payee::Proxy {
        name: name.to_owned(),
        paper: paper.to_owned(),
        relation: String::new(),
        day: None,
    }
}

async fn lines(
    desk: &Desk,
    fields: &Fields,
    claims: &[Claim],
    tokens: &[(Uuid, Uuid, i64)],
    errors: &[FieldError],
) -> Result<Vec<Line>, Error> {
    note_claims_seen(&desk.app, &desk.actor, "chi-tra/xac-nhan", claims).await?;
    let mut lines = Vec::with_capacity(claims.len());
    for claim in claims {
        let Some((_, act, amount)) = tokens.iter().find(|(id, ..)| *id == claim.id) else {
            continue;
        };
        let (name, paper) = (format!("thay_{}", claim.id), format!("giay_{}", claim.id));
        let wrong = errors.iter().find(|error| error.field == name || error.field == paper);
        lines.push(Line {
            row: Row::new(&desk.app, &desk.actor, claim),
            token: format!("{}.{act}.{amount}", claim.id),
            proxy_name: fields.get(&name).to_owned(),
            proxy_paper: fields.get(&paper).to_owned(),
            proxy_error: wrong.map_or_else(String::new, |error| error.message.clone()),
        });
    }
    Ok(lines)
}

async fn show_pay_form(
    desk: &Desk,
    fields: &Fields,
    claims: &[Claim],
    tokens: &[(Uuid, Uuid, i64)],
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let all = lines(desk, fields, claims, tokens, &errors).await?;
    let (lines, rest): (Vec<Line>, Vec<Line>) = all.into_iter().partition(|line| line.row.payable);
    let left_out: Vec<Row> = rest.into_iter().map(|line| line.row).collect();
    let sum: i64 = tokens
        .iter()
        .filter(|(id, ..)| lines.iter().any(|line| line.row.id == id.to_string()))
        .map(|(.., amount)| amount)
        .sum();
    let today = desk.app.clock.today();
    let chosen = Channel::from_code(fields.get("kenh")).unwrap_or_default();
    let items = lines.len();
    let view = PayPage {
        page: desk.page(format!("Ghi {items} khoản đã chi, {}", Dong(sum).with_unit()), "chi-tra"),
        lines,
        left_out,
        items,
        sum: Dong(sum).with_unit(),
        sum_words: Dong(sum).in_words(),
        channels: Channel::ALL
            .into_iter()
            .map(|c| Choice { code: c.code(), label: c.label(), chosen: c == chosen })
            .collect(),
        day: typed_day(fields, today),
        day_error: message(&errors, "ngay"),
        today: vi_date(today),
        note: fields.get("ghi_chu").to_owned(),
        back: way_back(fields.get("ve")),
        errors,
    };
    answer(&view, view.errors.is_empty())
}

async fn show_not_paid_form(
    desk: &Desk,
    fields: &Fields,
    claims: &[Claim],
    tokens: &[(Uuid, Uuid, i64)],
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let lines = lines(desk, fields, claims, tokens, &errors).await?;
    let today = desk.app.clock.today();
    let items = lines.len();
    let view = NotPaidPage {
        page: desk.page(format!("Ghi {items} khoản không chi được"), "chi-tra"),
        lines,
        items,
        sum: Dong(claims.iter().map(Claim::open_dong).sum()).with_unit(),
        reasons: ReasonChoice::offered(&desk.app, fields.get("ly_do")),
        reason_error: message(&errors, "ly_do"),
        day: typed_day(fields, today),
        day_error: message(&errors, "ngay"),
        today: vi_date(today),
        note: fields.get("ghi_chu").to_owned(),
        back: way_back(fields.get("ve")),
        errors,
    };
    answer(&view, view.errors.is_empty())
}

fn typed_day(fields: &Fields, today: NaiveDate) -> String {
    if fields.has("ngay") { fields.get("ngay").to_owned() } else { vi_date(today) }
}

fn message(errors: &[FieldError], field: &str) -> String {
    let wrong = errors.iter().find(|error| error.field == field);
    wrong.map_or_else(String::new, |error| error.message.clone())
}

/// A page, or the same page as a refused form.
fn answer(view: &impl Template, fine: bool) -> Result<Response, Error> {
    let mut response = html(view)?;
    if !fine {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn show_recorded(
    desk: &Desk,
    fields: &Fields,
    orders: &[Order],
    outcomes: &[Outcome],
    what: &str,
) -> Result<Response, Error> {
    let ids: Vec<Uuid> = orders.iter().map(|order| order.entitlement_id).collect();
    let claims = claims_by_id(desk.app.db.read(), &desk.actor.scope, &ids).await?;
    note_claims_seen(&desk.app, &desk.actor, "chi-tra/ghi", &claims).await?;
    let (mut created, mut sum, mut answers) = (0usize, 0i64, Vec::new());
    for claim in &claims {
        let at = orders.iter().position(|order| order.entitlement_id == claim.id);
        let Some(outcome) = at.and_then(|at| outcomes.get(at)) else { continue };
        let row = Row::new(&desk.app, &desk.actor, claim);
        let (sign, word, amount, text) = match outcome {
            Outcome::Created { amount } => {
                created += 1;
                sum += amount;
                ("that", "Đã ghi", Dong(*amount).to_string(), String::new())
            }
            Outcome::Exists { amount } => {
                let text = "Lượt này đã ghi từ trước, không ghi thêm.".to_owned();
                ("mien", "Đã có", Dong(*amount).to_string(), text)
            }
            Outcome::Refused { what, remedy } => {
                let typed = at.map_or_else(String::new, |at| ordered(&orders[at]));
                let text = format!("{what}. {remedy} Anh/chị đã nhập: {typed}.");
                ("ko", "Không ghi", String::new(), text)
            }
        };
        answers.push(Answered { row, sign, word, amount, text });
    }
    let refused = outcomes.iter().filter(|o| matches!(o, Outcome::Refused { .. })).count();
    let mut title = format!("Đã ghi {created} {what}");
    if refused > 0 {
        title = format!("{title}, {refused} khoản không ghi được");
    }
    let view = RecordedPage {
        page: desk.page(title, "chi-tra"),
        answers,
        refused,
        sum: Dong(sum).with_unit(),
        sum_words: Dong(sum).in_words(),
        back: way_back(fields.get("ve")),
    };
    html(&view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_form_are_read_or_refused_as_a_whole() {
        let (claim, act) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let good = Fields::from_pairs(vec![("khoan".into(), format!("{claim}.{act}.1500000"))]);
        assert_eq!(tokens(&good).unwrap(), [(claim, act, 1_500_000)]);
        for bad in ["", "x", "1.2.3", &format!("{claim}.{act}"), &format!("{claim}.{act}.đồng")]
        {
            let fields = Fields::from_pairs(vec![("khoan".into(), bad.to_owned())]);
            assert!(matches!(tokens(&fields), Err(Error::Refused { .. })), "{bad}");
        }
    }
}
