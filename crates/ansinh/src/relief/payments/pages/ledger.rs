//! A person's ledger: every entry, who, when, how; returning and correcting by counter-entry.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{ReasonChoice, Row, note_claims_seen, parse_day, unit_day};
use crate::clock::{local, new_id};
use crate::duties::reason_missing;
use crate::feedback;
use crate::identity::Role;
use crate::relief::payments::acts::{record, unit_names};
use crate::relief::payments::rules::{TEXT_MAX, day_against_today, standing};
use crate::relief::payments::store::{claims_by_id, ledgers};
use crate::relief::payments::types::{
    Channel, Claim, Deed, EntryKind, LedgerEntry, Order, Outcome, PayState, Status,
};
use crate::web::{App, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

/// An entry on the screen.
#[derive(Debug, Clone)]
struct EntryRow {
    id: String,
    no: i32,
    kind: &'static str,
    amount: String,
    day: String,
    recorded: String,
    by: String,
    how: String,
    note: String,
    reversed: bool,
    /// Money went out: a receipt can be printed.
    receipt: bool,
}

/// A complaint that is open on the payment.
struct Complaint {
    id: Uuid,
    due: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/ledger.html")]
struct LedgerPage {
    page: Page,
    errors: Vec<FieldError>,
    row: Row,
    /// The row of the list, with its access list.
    entry: String,
    place: String,
    group: String,
    decision: String,
    sums: String,
    paid: String,
    left: String,
    head: String,
    entries: Vec<EntryRow>,
    /// The entry on top, which may be reversed; empty when there is none.
    top: String,
    top_words: String,
    may_return: bool,
    /// A district or the province may demand the money back.
    may_demand: bool,
    recovering: String,
    /// Complaints that are open on it.
    complaints: Vec<Complaint>,
    return_amount: i64,
    return_text: String,
    may_write: bool,
    act_id: String,
    reasons: Vec<ReasonChoice>,
    day: String,
    return_note: String,
    reverse_note: String,
    open: bool,
}

/// `GET /chi-tra/{id}`.
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let claim = claim(&desk, &id).await?;
    page(&desk, &claim, &Fields::default(), vec![]).await
}

/// `POST /chi-tra/{id}/hoan-tra`: the money came back.
pub(super) async fn give_back(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Commune], "ghi hoàn trả")?;
    let claim = claim(desk, &id).await?;
    let mut errors = note_errors(fields, "ghi_chu");
    let today = desk.app.clock.today();
    let typed = fields.get("ngay");
    let day = if typed.is_empty() { Some(today) } else { parse_day(typed) };
    match day {
        None => errors.push(FieldError::new("ngay", "Ngày không đọc được. Ghi như 19/6/2020.")),
        Some(day) => {
            if let Some(text) = day_against_today(day, today) {
                errors.push(FieldError::new("ngay", text));
            }
            let note = fields.get("ghi_chu");
            if let Some(text) = reason_missing(&desk.app, &desk.actor, day, note).await? {
                errors.push(FieldError::new("ghi_chu", text));
            }
        }
    }
    let reason = desk.app.catalogue.reasons().chosen(fields.get("ly_do"));
    if reason.is_none() {
        errors.push(FieldError::new("ly_do", "Chọn lý do hoàn trả."));
    }
    let (Some(day), Some(reason), true) = (day, reason, errors.is_empty()) else {
        return page(desk, &claim, fields, errors).await;
    };
    let order = Order {
        act_id: fields.act_id()?,
        entitlement_id: claim.id,
        deed: Deed::Return { amount: fields.get("so_tien").parse().unwrap_or(0), reason },
        business_day: day,
        note: fields.get("ghi_chu").to_owned(),
    };
    settle(desk, &claim, fields, order, "ghi_chu").await
}

/// `POST /chi-tra/{id}/dinh-chinh`: the last entry was a mistake.
pub(super) async fn reverse(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Commune], "đảo bút toán")?;
    let claim = claim(desk, &id).await?;
    let mut errors = note_errors(fields, "ly_do_dao");
    if fields.get("ly_do_dao").is_empty() {
        errors.push(FieldError::new("ly_do_dao", "Ghi lý do đảo bút toán: bút toán sai ở đâu."));
    }
    let Ok(entry_id) = Uuid::parse_str(fields.get("but_toan")) else {
        return Err(Error::NotFound);
    };
    if !errors.is_empty() {
        return page(desk, &claim, fields, errors).await;
    }
    let order = Order {
        act_id: fields.act_id()?,
        entitlement_id: claim.id,
        deed: Deed::Reverse { entry_id },
        // A correction belongs to the day on which it is made, or a reload at midnight would be
        // another order: the form carries its day.
        business_day: parse_day(fields.get("ngay")).unwrap_or_else(|| desk.app.clock.today()),
        note: fields.get("ly_do_dao").to_owned(),
    };
    settle(desk, &claim, fields, order, "ly_do_dao").await
}

async fn settle(
    desk: &Desk,
    claim: &Claim,
    fields: &Fields,
    order: Order,
    field: &str,
) -> Result<Response, Error> {
    let outcomes = record(&desk.app, &desk.actor, std::slice::from_ref(&order)).await?;
    let address = format!("/chi-tra/{}", claim.id);
    match outcomes.into_iter().next() {
        Some(Outcome::Created { .. }) => Ok(redirect_with(&address, "xong", "Đã ghi.")),
        Some(Outcome::Exists { .. }) => {
            let text = "Lượt này đã ghi từ trước, không ghi thêm.";
            Ok(redirect_with(&address, "xong", text))
        }
        Some(Outcome::Refused { what, remedy }) => {
            let errors = vec![FieldError::new(field, format!("{what}. {remedy}"))];
            let claim = self::claim(desk, &claim.id.to_string()).await?;
            page(desk, &claim, fields, errors).await
        }
        None => Err(Error::internal("payments.settle", "an order without an answer")),
    }
}

fn note_errors(fields: &Fields, field: &str) -> Vec<FieldError> {
    if fields.get(field).chars().count() <= TEXT_MAX {
        return vec![];
    }
    vec![FieldError::new(field, format!("Dài quá {TEXT_MAX} ký tự. Hãy rút gọn."))]
}

/// The claim of an address, inside the scope.
pub(super) async fn claim(desk: &Desk, id: &str) -> Result<Claim, Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    let found = claims_by_id(desk.app.db.read(), &desk.actor.scope, &[id]).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

async fn page(
    desk: &Desk,
    claim: &Claim,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let conn = app.db.read();
    let ledger = ledgers(conn, &actor.scope, &[claim.id]).await?.remove(&claim.id);
    let ledger = ledger.unwrap_or_default();
    let writers: Vec<Uuid> = ledger.iter().map(|entry| entry.recorded_by).collect();
    let names = unit_names(conn, &writers).await?;
    note_claims_seen(app, actor, "chi-tra/so", std::slice::from_ref(claim)).await?;
    let now = standing(&ledger);
    let top = now.top.map(|at| &ledger[at]);
    let row = Row::new(app, actor, claim);
    let day = unit_day(app, claim.tiers);
    let typed = |name: &str| fields.get(name).to_owned();
    let may_write = actor.role == Role::Commune;
    let view = LedgerPage {
        // No name in the title: it stands in the browser's history.
        page: desk.page(format!("Sổ chi của một người: {}", row.status.to_lowercase()), "chi-tra"),
        place: [claim.hamlet.clone(), app.areas.commune_name(&claim.commune_code, day)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        group: app.catalogue.group_name(&claim.programme_code, &claim.group_code),
        decision: format!("{} ngày {}", claim.decision_number, vi_date(claim.decided_on)),
        sums: sums(app, claim),
        paid: Dong(claim.paid_dong).with_unit(),
        left: Dong(claim.open_dong()).with_unit(),
        head: claim.household_head.clone().unwrap_or_default(),
        entry: claim.entry_id.to_string(),
        entries: ledger.iter().map(|entry| entry_row(app, entry, &ledger, &names)).collect(),
        top: top.map_or_else(String::new, |entry| entry.id.to_string()),
        top_words: top.map_or_else(String::new, |entry| {
            let kind = EntryKind::from_code(&entry.kind).map_or("", EntryKind::label);
            format!("bút toán {}: {}", entry.seq, kind.to_lowercase())
        }),
        may_return: may_write && now.state == PayState::Paid && claim.recovering_dong == 0,
        may_demand: matches!(actor.role, Role::District | Role::Province)
            && claim.paid_dong > claim.recovering_dong,
        recovering: match claim.recovering_dong {
            0 => String::new(),
            dong => Dong(dong).with_unit(),
        },
        complaints: complaints(desk, claim.id).await?,
        return_amount: claim.paid_dong,
        return_text: Dong(claim.paid_dong).with_unit(),
        may_write,
        act_id: fields_or(fields, "ma", || Ok(new_id(app.clock.now())?.to_string()))?,
        reasons: ReasonChoice::offered(app, fields.get("ly_do")),
        day: fields_or(fields, "ngay", || Ok(vi_date(app.clock.today())))?,
        return_note: typed("ghi_chu"),
        reverse_note: typed("ly_do_dao"),
        open: may_write && row.payable && claim.status() != Status::Paid,
        row,
        errors,
    };
    let fine = view.errors.is_empty();
    let mut response = html(&view)?;
    if !fine {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn complaints(desk: &Desk, claim: Uuid) -> Result<Vec<Complaint>, Error> {
    let found = feedback::open_on(desk.app.db.read(), &desk.actor.scope, claim).await?;
    let complaint =
        |one: feedback::OpenComplaint| Complaint { id: one.id, due: vi_date(one.due_on) };
    Ok(found.into_iter().map(complaint).collect())
}

fn fields_or(
    fields: &Fields,
    name: &str,
    fresh: impl FnOnce() -> Result<String, Error>,
) -> Result<String, Error> {
    if fields.has(name) { Ok(fields.get(name).to_owned()) } else { fresh() }
}

/// "3 tháng × 500.000 đồng = 1.500.000 đồng".
fn sums(app: &App, claim: &Claim) -> String {
    let people =
        if claim.people > 1 { format!("{} khẩu × ", claim.people) } else { String::new() };
    let period = app.catalogue.period(&claim.programme_code, &claim.group_code);
    let product = period.product_text(claim.months, claim.monthly_dong);
    format!("{people}{product} = {}", Dong(claim.amount_dong).with_unit())
}

fn entry_row(
    app: &App,
    entry: &LedgerEntry,
    ledger: &[LedgerEntry],
    names: &HashMap<Uuid, String>,
) -> EntryRow {
    let kind = EntryKind::from_code(&entry.kind);
    let (day, time) = local(entry.recorded_at);
    let reversed = ledger.iter().any(|other| other.reverses_id == Some(entry.id));
    EntryRow {
        id: entry.id.to_string(),
        no: entry.seq,
        kind: kind.map_or("", EntryKind::label),
        amount: Dong(entry.amount_dong).to_string(),
        day: vi_date(entry.business_day),
        recorded: format!("{} {}", time.format("%-H giờ %M"), vi_date(day)),
        by: names.get(&entry.recorded_by).cloned().unwrap_or_default(),
        how: how(app, entry, ledger),
        note: entry.note.clone(),
        reversed,
        receipt: kind == Some(EntryKind::Paid) && !reversed,
    }
}

/// Channel and payee, reason, or what is reversed.
fn how(app: &App, entry: &LedgerEntry, ledger: &[LedgerEntry]) -> String {
    if let Some(reversed) = entry.reverses_id {
        let seq = ledger.iter().find(|other| other.id == reversed).map_or(0, |other| other.seq);
        return format!("đảo bút toán {seq}");
    }
    let channel = Channel::from_code(&entry.channel).map_or("", Channel::label);
    match (entry.payee.as_str(), entry.reason_code.as_str()) {
        ("proxy", _) => {
            let by = [&entry.proxy_relation, &entry.proxy_paper].map(String::as_str);
            let mut by: Vec<&str> = by.into_iter().filter(|part| !part.is_empty()).collect();
            let day =
                entry.proxy_day.map_or_else(String::new, |day| format!("ngày {}", vi_date(day)));
            if !day.is_empty() {
                by.push(&day);
            }
            format!("{channel}; nhận thay: {} ({})", entry.proxy_name, by.join(", "))
        }
        (_, reason) if !reason.is_empty() => app.catalogue.reasons().label(reason).to_owned(),
        _ => format!("{channel}; chính người hưởng nhận"),
    }
}
