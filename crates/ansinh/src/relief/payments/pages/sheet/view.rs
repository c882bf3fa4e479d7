//! What the sheet shows: hamlets, the sheet, the look before recording, the answer.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::super::ReasonChoice;
use super::{NO_HAMLET, Typed, claim_of, filter, ticked_sum};
use crate::relief::payments::acts::unit_names;
use crate::relief::payments::pages::{Row, note_claims_seen};
use crate::relief::payments::reasons::Reason;
use crate::relief::payments::rules::{in_words, standing};
use crate::relief::payments::store::{ClaimFilter, claims_by_id, hamlets, ledgers, totals};
use crate::relief::payments::types::{Channel, Claim, Outcome, Status};
use crate::web::{Desk, Error, FieldError, Fields, Page, encode, html};

/// A hamlet with what waits there.
struct Hamlet {
    label: String,
    href: String,
    items: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/sheet_hamlets.html")]
struct HamletsPage {
    page: Page,
    hamlets: Vec<Hamlet>,
}

/// A row of the sheet.
struct Line {
    row: Row,
    token: String,
    typed: Typed,
    amount_dong: i64,
    /// What happened to the row since the sheet was opened: who, when, what.
    changed: String,
    error: String,
    /// The part for exceptions is open.
    open: bool,
}

struct Choice {
    code: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/sheet.html")]
struct SheetPage {
    page: Page,
    errors: Vec<FieldError>,
    lines: Vec<Line>,
    items: usize,
    sum: String,
    reasons: Vec<ReasonChoice>,
    channels: Vec<Choice>,
    day: String,
    day_error: String,
    note_error: String,
    today: String,
    note: String,
    hamlet: String,
    group: String,
    more: String,
}

/// Hidden fields carry the whole sheet to the next step.
struct Hidden {
    name: String,
    value: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/sheet_check.html")]
struct CheckPage {
    page: Page,
    lines: Vec<Line>,
    hidden: Vec<Hidden>,
    paid: usize,
    sum: String,
    sum_words: String,
    unpaid: Vec<(String, usize)>,
    channel: String,
    day: String,
    left: usize,
    changed: usize,
}

/// A row that was not written.
struct Refused {
    row: Row,
    what: String,
    remedy: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/sheet_done.html")]
struct DonePage {
    page: Page,
    sum: String,
    sum_words: String,
    existed: usize,
    refused: Vec<Refused>,
    hidden: Vec<Hidden>,
    left: String,
    left_sum: String,
    any_left: bool,
    address: String,
}

/// The hamlets of the commune with what waits there.
pub(super) async fn hamlet_choice(desk: &Desk) -> Result<Response, Error> {
    let filter = ClaimFilter { hamlet: None, ..filter(desk, "", "") };
    let counted = hamlets(desk.app.db.read(), &desk.actor.scope, &filter).await?;
    let hamlets: Vec<Hamlet> = counted
        .into_iter()
        .map(|one| {
            let code: &str = if one.name.is_empty() { NO_HAMLET } else { &one.name };
            let label: &str = if one.name.is_empty() { "Chưa ghi thôn" } else { &one.name };
            Hamlet {
                href: format!("/chi-tra/phieu?thon={}", encode(code)),
                label: label.to_owned(),
                items: Dong(one.items).to_string(),
            }
        })
        .collect();
    let title = match hamlets.len() {
        0 => "Phiếu chi: không còn khoản nào chờ chi".to_owned(),
        count => format!("Phiếu chi: {count} thôn, khối còn khoản chờ chi"),
    };
    html(&HamletsPage { page: desk.page(title, "chi-tra"), hamlets })
}

async fn lines(
    desk: &Desk,
    claims: &[Claim],
    typed: &[Typed],
    errors: &[FieldError],
) -> Result<Vec<Line>, Error> {
    note_claims_seen(&desk.app, &desk.actor, "chi-tra/phieu", claims).await?;
    let changes = changes(desk, claims, typed).await?;
    let mut lines = Vec::with_capacity(typed.len());
    for one in typed {
        let Some(claim) = claim_of(claims, one) else { continue };
        let key = claim.id.to_string();
        let wrong = errors.iter().find(|error| error.field.ends_with(&key));
        let row = Row::new(&desk.app, &desk.actor, claim);
        // What is open now is what will be paid: the clerk sees the new sum and looks once more.
        let amount_dong = if row.payable { claim.open_dong() } else { one.amount };
        lines.push(Line {
            token: format!("{key}.{}.{amount_dong}", one.act),
            changed: changes.get(&claim.id).cloned().unwrap_or_default(),
            error: wrong.map_or_else(String::new, |error| error.message.clone()),
            open: one.has_proxy()
                || !one.reason.is_empty()
                || !one.note.is_empty()
                || wrong.is_some(),
            typed: one.clone(),
            amount_dong,
            row,
        });
    }
    Ok(lines)
}

/// What happened to rows since the sheet was opened, in words.
async fn changes(
    desk: &Desk,
    claims: &[Claim],
    typed: &[Typed],
) -> Result<HashMap<Uuid, String>, Error> {
    let moved: Vec<Uuid> = claims
        .iter()
        .filter(|claim| claim.entries > 0 && claim.status() != Status::Open)
        .map(|claim| claim.id)
        .collect();
    let conn = desk.app.db.read();
    let ledgers = ledgers(conn, &desk.actor.scope, &moved).await?;
    let writers: Vec<Uuid> = ledgers.values().flatten().map(|entry| entry.recorded_by).collect();
    let names = unit_names(conn, &writers).await?;
    let mut found = HashMap::new();
    for one in typed {
        let Some(claim) = claim_of(claims, one) else { continue };
        if let Some(ledger) = ledgers.get(&claim.id) {
            if let Some(top) = standing(ledger).top {
                found.insert(claim.id, in_words(&ledger[top], &names));
            }
        } else if claim.open_dong() != one.amount {
            let (then, now) = (Dong(one.amount).with_unit(), Dong(claim.open_dong()).with_unit());
            found.insert(claim.id, format!("số tiền đã đổi từ {then} thành {now}"));
        }
    }
    Ok(found)
}

pub(super) async fn sheet(
    desk: &Desk,
    fields: &Fields,
    claims: &[Claim],
    typed: &[Typed],
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let lines = lines(desk, claims, typed, &errors).await?;
    let payable = || lines.iter().filter(|line| line.row.payable);
    let items = payable().count();
    let sum: i64 = payable().map(|line| line.amount_dong).sum();
    let today = desk.app.clock.today();
    let chosen = Channel::from_code(fields.get("kenh")).unwrap_or_default();
    let hamlet = fields.get("thon").to_owned();
    let place: &str = if hamlet == NO_HAMLET { "chưa ghi thôn" } else { &hamlet };
    let title = format!("Phiếu chi {place}: {items} khoản, {}", Dong(sum).with_unit());
    let message = |field: &str| {
        let wrong = errors.iter().find(|error| error.field == field);
        wrong.map_or_else(String::new, |error| error.message.clone())
    };
    let view = SheetPage {
        page: desk.page(title, "chi-tra"),
        items,
        sum: Dong(sum).with_unit(),
        reasons: ReasonChoice::offered(&desk.app, ""),
        channels: Channel::ALL
            .into_iter()
            .map(|c| Choice { code: c.code(), label: c.label(), chosen: c == chosen })
            .collect(),
        day: match fields.get("ngay") {
            "" => vi_date(today),
            typed => typed.to_owned(),
        },
        day_error: message("ngay"),
        note_error: message("ghi_chu"),
        today: vi_date(today),
        note: fields.get("ghi_chu").to_owned(),
        group: fields.get("nhom").to_owned(),
        more: fields.get("con_nua").to_owned(),
        hamlet,
        lines,
        errors,
    };
    let mut response = html(&view)?;
    if !view.errors.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The look before recording.
pub(super) async fn check(
    desk: &Desk,
    fields: &Fields,
    claims: &[Claim],
    typed: &[Typed],
    day: NaiveDate,
    channel: Channel,
) -> Result<Response, Error> {
    let said: Vec<Typed> = typed.iter().filter(|row| row.says()).cloned().collect();
    let lines = lines(desk, claims, &said, &[]).await?;
    let sum = ticked_sum(&said);
    let count = |reason: &Reason| said.iter().filter(|row| row.reason == reason.code()).count();
    let unpaid: Vec<(String, usize)> = desk
        .app
        .catalogue
        .reasons()
        .offered()
        .map(|reason| (reason.label().to_owned(), count(reason)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let paid = said.iter().filter(|row| row.paid).count();
    let not_paid = said.len() - paid;
    let title = format!("Sắp ghi {paid} khoản đã chi, {not_paid} khoản không chi được");
    html(&CheckPage {
        page: desk.page(title, "chi-tra"),
        hidden: hidden(fields, |_| true),
        paid,
        sum: Dong(sum).with_unit(),
        sum_words: Dong(sum).in_words(),
        unpaid,
        channel: channel.label().to_lowercase(),
        day: vi_date(day),
        left: typed.len() - said.len(),
        changed: lines.iter().filter(|line| !line.changed.is_empty()).count(),
        lines,
    })
}

/// The posted fields as hidden fields, without what belongs to the step. `keep` chooses rows.
fn hidden(fields: &Fields, keep: impl Fn(&str) -> bool) -> Vec<Hidden> {
    let pairs = fields.pairs().iter().filter(|(name, value)| {
        let row = match name.as_str() {
            "csrf" | "buoc" => return false,
            "khoan" => value.split('.').next().unwrap_or(""),
            "chi" => value.as_str(),
            name => match name.split_once('_') {
                Some(("ld" | "tn" | "qh" | "gt" | "ng" | "gc", id)) => {
                    if value.is_empty() {
                        return false;
                    }
                    id
                }
                _ => return true,
            },
        };
        keep(row)
    });
    pairs.map(|(name, value)| Hidden { name: name.clone(), value: value.clone() }).collect()
}

/// The answer: recorded, refused and why, what is left.
pub(super) async fn done(
    desk: &Desk,
    fields: &Fields,
    said: &[Typed],
    outcomes: &[Outcome],
) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let ids: Vec<Uuid> = said.iter().map(|row| row.claim).collect();
    let claims = claims_by_id(conn, &desk.actor.scope, &ids).await?;
    let (mut created, mut sum, mut not_paid, mut existed) = (0_usize, 0_i64, 0_usize, 0_usize);
    let (mut refused, mut seen) = (Vec::new(), Vec::new());
    for (row, outcome) in said.iter().zip(outcomes) {
        match outcome {
            Outcome::Created { amount: 0 } => not_paid += 1,
            Outcome::Created { amount } => {
                created += 1;
                sum += *amount;
            }
            Outcome::Exists { .. } => existed += 1,
            Outcome::Refused { what, remedy } => {
                let Some(claim) = claim_of(&claims, row) else { continue };
                seen.push(claim.clone());
                refused.push(Refused {
                    row: Row::new(&desk.app, &desk.actor, claim),
                    what: what.clone(),
                    remedy: remedy.clone(),
                    typed: typed_words(desk, row),
                });
            }
        }
    }
    note_claims_seen(&desk.app, &desk.actor, "chi-tra/phieu", &seen).await?;
    let left = filter(desk, fields.get("thon"), fields.get("nhom"));
    let left = totals(conn, &desk.actor.scope, &left).await?;
    let again: Vec<String> = seen.iter().map(|claim| claim.id.to_string()).collect();
    let mut title = format!("Đã ghi {created} khoản đã chi, {not_paid} khoản không chi được");
    if !refused.is_empty() {
        title = format!("{title}; {} khoản không ghi được", refused.len());
    }
    html(&DonePage {
        page: desk.page(title, "chi-tra"),
        sum: Dong(sum).with_unit(),
        sum_words: Dong(sum).in_words(),
        existed,
        hidden: hidden(fields, |id| again.iter().any(|one| one == id)),
        refused,
        left: Dong(left.items).to_string(),
        left_sum: Dong(left.amount - left.paid).with_unit(),
        any_left: left.items > 0,
        address: format!("/chi-tra/phieu?thon={}", encode(fields.get("thon"))),
    })
}

/// What was typed in a refused row, so that it is not lost.
fn typed_words(desk: &Desk, row: &Typed) -> String {
    let mut parts = Vec::new();
    if row.paid {
        parts.push(format!("đã chi {}", Dong(row.amount).with_unit()));
    }
    if !row.reason.is_empty() {
        let label = desk.app.catalogue.reasons().label(&row.reason).to_lowercase();
        parts.push(format!("không chi được: {label}"));
    }
    if row.has_proxy() {
        let [name, relation, paper, day] = &row.proxy;
        parts.push(format!("nhận thay {name} ({relation}), {paper}, ngày {day}"));
    }
    if !row.note.is_empty() {
        parts.push(format!("ghi chú “{}”", row.note));
    }
    parts.join("; ")
}
