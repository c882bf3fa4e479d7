//! One demand: what came back, what was waived, and the acts under it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{answer, read_amount, read_day, said};
use crate::clock::{local, new_id};
use crate::identity::{Role, account_names};
use crate::relief::payments::unit_day;
use crate::relief::recovery::acts::{Order, record};
use crate::relief::recovery::rules::{Deed, TEXT_MAX, kind_label, status};
use crate::relief::recovery::store::{self, Entry, Recovery};
use crate::web::{Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

struct EntryRow {
    id: String,
    no: i32,
    kind: &'static str,
    amount: String,
    day: String,
    paper: String,
    note: String,
    by: String,
    reversed: bool,
    receipt: bool,
}

#[derive(Template)]
#[template(path = "relief/recovery/templates/one.html")]
struct OnePage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    entitlement: String,
    name: String,
    place: String,
    number: String,
    demanded: String,
    due: String,
    reason: String,
    amount: String,
    returned: String,
    waived: String,
    open: String,
    mark: &'static str,
    status: String,
    entries: Vec<EntryRow>,
    may_part: bool,
    may_waive: bool,
    /// The entry that may be reversed; empty when there is none for this officer.
    top: String,
    act: String,
    day: String,
    typed_amount: String,
    paper: String,
    note: String,
}

/// `GET /thu-hoi/{id}`.
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let recovery = found(&desk, &id).await?;
    page(&desk, &recovery, &Fields::default(), vec![]).await
}

async fn found(desk: &Desk, id: &str) -> Result<Recovery, Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    store::recovery(desk.app.db.read(), &desk.actor.scope, id).await?.ok_or(Error::NotFound)
}

async fn page(
    desk: &Desk,
    recovery: &Recovery,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let conn = app.db.read();
    let entries = store::entries(conn, recovery.id).await?;
    let writers: Vec<Uuid> = entries.iter().map(|entry| entry.recorded_by).collect();
    let names = account_names(conn, &writers).await?;
    let (mark, text) = status(recovery, app.clock.today());
    let commune = actor.role == Role::Commune;
    let above = matches!(actor.role, Role::District | Role::Province);
    let live = |entry: &&Entry| {
        entry.kind != "reversal" && !entries.iter().any(|one| one.reverses_id == Some(entry.id))
    };
    let top =
        entries.iter().rfind(live).filter(|top| if top.kind == "part" { commune } else { above });
    let typed = |name: &str| fields.get(name).to_owned();
    let rows = entries.iter().map(|entry| entry_row(entry, &entries, &names)).collect();
    let open = recovery.open_dong();
    let place = app.areas.commune_name(&recovery.commune_code, unit_day(app, recovery.tiers));
    let view = OnePage {
        page: desk.page(format!("Thu hồi theo quyết định {}", recovery.number), "chi-tra"),
        id: recovery.id.to_string(),
        entitlement: recovery.entitlement_id.to_string(),
        name: recovery.full_name.clone(),
        place: format!("{}, {place}", recovery.hamlet).trim_start_matches(", ").to_owned(),
        number: recovery.number.clone(),
        demanded: vi_date(recovery.demanded_on),
        due: vi_date(recovery.due_on),
        reason: recovery.reason.clone(),
        amount: Dong(recovery.amount_dong).with_unit(),
        returned: Dong(recovery.returned_dong).with_unit(),
        waived: Dong(recovery.waived_dong).with_unit(),
        open: Dong(open).with_unit(),
        mark,
        status: text,
        entries: rows,
        may_part: commune && open > 0,
        may_waive: above && open > 0 && actor.account_id != recovery.demanded_by,
        top: top.map_or_else(String::new, |top| top.id.to_string()),
        act: match fields.get("ma") {
            "" => new_id(app.clock.now())?.to_string(),
            act => act.to_owned(),
        },
        day: match fields.get("ngay") {
            "" => vi_date(app.clock.today()),
            day => day.to_owned(),
        },
        typed_amount: typed("so_tien"),
        paper: typed("giay_to"),
        note: typed("ghi_chu"),
        errors,
    };
    answer(&view, view.errors.is_empty())
}

fn entry_row(entry: &Entry, entries: &[Entry], names: &HashMap<Uuid, (String, Role)>) -> EntryRow {
    let (day, time) = local(entry.recorded_at);
    let who = names.get(&entry.recorded_by).map_or("", |(name, _)| name.as_str());
    let reversed = entries.iter().any(|one| one.reverses_id == Some(entry.id));
    EntryRow {
        id: entry.id.to_string(),
        no: entry.seq,
        kind: kind_label(&entry.kind),
        amount: Dong(entry.amount_dong).to_string(),
        day: vi_date(entry.business_day),
        paper: entry.paper.clone(),
        note: entry.note.clone(),
        by: format!("{who}, {} {}", time.format("%-H giờ %M"), vi_date(day)),
        reversed,
        receipt: entry.kind == "part" && !reversed,
    }
}

/// `POST /thu-hoi/{id}/nop`: money came back.
pub(super) async fn part(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let mut errors = Vec::new();
    let amount = read_amount(&form.fields, &mut errors);
    let paper = form.fields.get("giay_to").to_owned();
    settle(&id, &form, amount.map(|amount| Deed::Part { amount, paper }), errors).await
}

/// `POST /thu-hoi/{id}/mien`: the rest is not asked for any more.
pub(super) async fn waive(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let mut errors = Vec::new();
    let amount = read_amount(&form.fields, &mut errors);
    let basis = form.fields.get("giay_to").to_owned();
    if basis.is_empty() {
        let text = "Ghi căn cứ pháp lý: số, ngày văn bản cho miễn thu hồi.";
        errors.push(FieldError::new("giay_to", text));
    }
    settle(&id, &form, amount.map(|amount| Deed::Waive { amount, basis }), errors).await
}

/// `POST /thu-hoi/{id}/dao`: the last entry was a mistake.
pub(super) async fn reverse(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let mut errors = Vec::new();
    if form.fields.get("ghi_chu").is_empty() {
        errors.push(FieldError::new("ghi_chu", "Ghi lý do đảo: bút toán sai ở đâu."));
    }
    let entry = Uuid::parse_str(form.fields.get("but_toan")).map_err(|_| Error::NotFound)?;
    settle(&id, &form, Some(Deed::Reverse { entry }), errors).await
}

async fn settle(
    id: &str,
    form: &SignedForm,
    deed: Option<Deed>,
    mut errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let recovery = found(desk, id).await?;
    for name in ["giay_to", "ghi_chu"] {
        if fields.get(name).chars().count() > TEXT_MAX {
            errors.push(FieldError::new(name, format!("Dài quá {TEXT_MAX} ký tự. Hãy rút gọn.")));
        }
    }
    let day = read_day(fields, "ngay", &mut errors);
    let (Some(deed), Some(day), true) = (deed, day, errors.is_empty()) else {
        return page(desk, &recovery, fields, errors).await;
    };
    let order = Order {
        act: fields.act_id()?,
        recovery: recovery.id,
        deed,
        day,
        note: fields.get("ghi_chu").to_owned(),
    };
    match record(&desk.app, &desk.actor, &order).await {
        Err(Error::Refused { what, remedy }) => {
            let field = if fields.has("so_tien") { "so_tien" } else { "ghi_chu" };
            let errors = vec![FieldError::new(field, format!("{what}. {remedy}"))];
            page(desk, &recovery, fields, errors).await
        }
        outcome => Ok(redirect_with(&format!("/thu-hoi/{id}"), "xong", said(outcome?))),
    }
}

#[derive(Template)]
#[template(path = "relief/recovery/templates/receipt.html")]
struct ReceiptPage {
    page: Page,
    unit: String,
    name: String,
    place: String,
    number: String,
    demanded: String,
    reason: String,
    amount: String,
    words: String,
    paper: String,
    day: String,
    receipt: String,
    open: String,
    back: String,
    reversed: bool,
}

/// `GET /thu-hoi/{id}/phieu/{entry}`: the receipt of one part.
pub(super) async fn receipt(
    desk: Desk,
    Path((id, entry)): Path<(String, String)>,
) -> Result<Response, Error> {
    let recovery = found(&desk, &id).await?;
    let entry = Uuid::parse_str(&entry).map_err(|_| Error::NotFound)?;
    let entries = store::entries(desk.app.db.read(), recovery.id).await?;
    let part = entries.iter().find(|one| one.id == entry && one.kind == "part");
    let part = part.ok_or(Error::NotFound)?;
    let place =
        desk.app.areas.commune_name(&recovery.commune_code, unit_day(&desk.app, recovery.tiers));
    html(&ReceiptPage {
        page: desk.page("Biên nhận tiền thu hồi", "chi-tra"),
        unit: format!("ỦY BAN NHÂN DÂN {}", place.to_uppercase()),
        name: recovery.full_name.clone(),
        place: format!("{}, {place}", recovery.hamlet).trim_start_matches(", ").to_owned(),
        number: recovery.number.clone(),
        demanded: vi_date(recovery.demanded_on),
        reason: recovery.reason.clone(),
        amount: Dong(part.amount_dong).with_unit(),
        words: Dong(part.amount_dong).in_words(),
        paper: part.paper.clone(),
        day: vi_date(part.business_day),
        receipt: part.id.simple().to_string()[24..].to_uppercase(),
        open: Dong(recovery.open_dong()).with_unit(),
        back: format!("/thu-hoi/{}", recovery.id),
        reversed: entries.iter().any(|one| one.reverses_id == Some(part.id)),
    })
}
