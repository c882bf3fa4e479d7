//! The rows behind the numbers: entitlements, and entries of the ledger.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::asked::{Asked, Ground, ground};
use super::rollup::known_groups;
use crate::clock::local;
use crate::relief::payments::{
    Channel, Claim, ClaimFilter, EntryKind, Status, birth_text, claims_page, id_text, totals,
};
use crate::relief::reports::store;
use crate::relief::reports::types::BookEntry;
use crate::web::{Desk, Error, FieldError, Page, Pager, html, page_size};

#[derive(Debug, Clone)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Clone)]
struct ClaimView {
    id: String,
    name: String,
    birth: String,
    masked: String,
    hamlet: String,
    commune: String,
    group: String,
    decision: String,
    amount: String,
    paid: String,
    status: &'static str,
    sign: &'static str,
    remark: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/claims.html")]
struct ClaimsPage {
    page: Page,
    errors: Vec<FieldError>,
    asked: Asked,
    groups: Vec<Choice>,
    statuses: Vec<Choice>,
    reasons: Vec<Choice>,
    decisions: Vec<Choice>,
    rows: Vec<ClaimView>,
    items: String,
    people: String,
    amount: String,
    paid: String,
    words: String,
    pager: Pager,
    rollup: String,
    csv: String,
    xlsx: String,
}

#[derive(Debug, Clone)]
struct BookView {
    entitlement: String,
    day: String,
    recorded: String,
    name: String,
    hamlet: String,
    commune: String,
    group: String,
    kind: &'static str,
    amount: String,
    how: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/book.html")]
struct BookPage {
    page: Page,
    errors: Vec<FieldError>,
    asked: Asked,
    groups: Vec<Choice>,
    decisions: Vec<Choice>,
    rows: Vec<BookView>,
    net_items: String,
    net_dong: String,
    words: String,
    pager: Pager,
    rollup: String,
    csv: String,
    xlsx: String,
}

/// The filter of the rows of a report.
pub(in crate::relief::reports) fn claim_filter(asked: &Asked, at: &Ground) -> ClaimFilter {
    ClaimFilter {
        place: at.filter.place.clone(),
        hamlet: (!asked.thon.is_empty()).then(|| asked.thon.clone()),
        group: at.filter.group.clone(),
        decision: at.filter.decision,
        status: Status::from_code(&asked.tinh_trang),
        reason: asked.ly_do.clone(),
        ..ClaimFilter::default()
    }
}

/// `GET /bao-cao/doi-tuong`.
pub(super) async fn claims(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let at = ground(&desk, &asked)?;
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let filter = claim_filter(&asked, &at);
    let size = page_size(Some(asked.so_dong.as_str()));
    let after = Uuid::parse_str(&asked.sau).ok();
    let mut found = claims_page(conn, scope, &filter, after, size + 1).await?;
    let sums = totals(conn, scope, &filter).await?;
    let decisions = store::decisions(conn, scope).await?;
    let last = cut(&mut found, size).map(|claim| claim.id);
    let what = filter.status.map_or("được duyệt", status_words);
    let path = "/bao-cao/doi-tuong";
    let view = ClaimsPage {
        page: desk.page(format!("{}: {} khoản {what}", at.name, Dong(sums.items)), "bao-cao"),
        groups: groups(&desk, &asked),
        statuses: Status::ALL
            .into_iter()
            .map(|s| choice(s.code(), s.label().to_owned(), &asked.tinh_trang))
            .collect(),
        reasons: desk
            .app
            .catalogue
            .reasons()
            .known()
            .filter(|r| r.offered() || r.code() == asked.ly_do)
            .map(|r| choice(r.code(), r.label().to_owned(), &asked.ly_do))
            .collect(),
        decisions: decision_choices(&decisions, &asked),
        rows: found.iter().map(|claim| claim_view(&desk, &at, claim)).collect(),
        items: Dong(sums.items).to_string(),
        people: Dong(sums.people).to_string(),
        amount: Dong(sums.amount).to_string(),
        paid: Dong(sums.paid).to_string(),
        words: Dong(sums.amount).in_words(),
        pager: pager(&asked, path, last, after),
        rollup: asked.address("/bao-cao", &[("tinh-trang", ""), ("ly-do", ""), ("thon", "")]),
        csv: asked.address("/bao-cao/tep/doi-tuong.csv", &[]),
        xlsx: asked.address("/bao-cao/tep/doi-tuong.xlsx", &[]),
        errors: at.errors,
        asked,
    };
    html(&view)
}

/// Cuts a page to its size; the last row when more follow.
fn cut<T>(found: &mut Vec<T>, size: u64) -> Option<&T> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if found.len() <= size {
        return None;
    }
    found.truncate(size);
    found.last()
}

fn pager(asked: &Asked, path: &str, last: Option<Uuid>, after: Option<Uuid>) -> Pager {
    Pager {
        next: last.map(|id| asked.address(path, &[("sau", &id.to_string())])),
        first: after.map(|_| asked.address(path, &[])),
    }
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Paid => "đã chi",
        Status::Open => "chưa chi",
        Status::NotPaid => "không chi được",
        Status::Held => "tạm giữ",
    }
}

fn choice(value: &str, label: String, chosen: &str) -> Choice {
    Choice { value: value.to_owned(), label, chosen: value == chosen }
}

fn groups(desk: &Desk, asked: &Asked) -> Vec<Choice> {
    known_groups(desk).into_iter().map(|(code, name)| choice(&code, name, &asked.nhom)).collect()
}

fn decision_choices(
    decisions: &[crate::relief::reports::types::DecisionName],
    asked: &Asked,
) -> Vec<Choice> {
    decisions
        .iter()
        .map(|one| {
            let label = format!("{} ngày {}", one.number, vi_date(one.decided_on));
            choice(&one.id.to_string(), label, &asked.quyet_dinh)
        })
        .collect()
}

fn claim_view(desk: &Desk, at: &Ground, claim: &Claim) -> ClaimView {
    let status = claim.status();
    let reason = Some(desk.app.catalogue.reasons().label(&claim.reason_code));
    let reason = reason.filter(|label| !label.is_empty());
    let day = claim.last_day.map(|day| format!("ngày {}", vi_date(day)));
    let remark: Vec<String> = reason.map(str::to_owned).into_iter().chain(day).collect();
    ClaimView {
        id: claim.id.to_string(),
        name: claim.full_name.clone(),
        birth: birth_text(claim.birth_year),
        masked: id_text(claim.id_number.as_deref(), false),
        hamlet: claim.hamlet.clone(),
        commune: desk.app.areas.commune_name(&claim.commune_code, at.day),
        group: desk.app.catalogue.group_short(&claim.programme_code, &claim.group_code),
        decision: claim.decision_number.clone(),
        amount: Dong(claim.amount_dong).to_string(),
        paid: Dong(claim.paid_dong).to_string(),
        status: status.label(),
        sign: status.sign(),
        remark: remark.join(", "),
    }
}

/// `GET /bao-cao/so-chi`: every entry, newest day first.
pub(super) async fn book(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let at = ground(&desk, &asked)?;
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let size = page_size(Some(asked.so_dong.as_str()));
    let after = Uuid::parse_str(&asked.sau).ok();
    let mut found = store::book(conn, scope, &at.filter, after, size + 1).await?;
    let net = store::net(conn, scope, &at.filter).await?;
    let decisions = store::decisions(conn, scope).await?;
    let last = cut(&mut found, size).map(|entry| entry.id);
    let path = "/bao-cao/so-chi";
    let view = BookPage {
        page: desk.page(
            format!(
                "{}: sổ chi, {} khoản, {}",
                at.name,
                Dong(net.items),
                Dong(net.dong).with_unit()
            ),
            "bao-cao",
        ),
        groups: groups(&desk, &asked),
        decisions: decision_choices(&decisions, &asked),
        rows: found.iter().map(|entry| book_view(&desk, &at, entry)).collect(),
        net_items: Dong(net.items).to_string(),
        net_dong: Dong(net.dong).to_string(),
        words: Dong(net.dong).in_words(),
        pager: pager(&asked, path, last, after),
        rollup: asked.address("/bao-cao", &[]),
        csv: asked.address("/bao-cao/tep/so-chi.csv", &[]),
        xlsx: asked.address("/bao-cao/tep/so-chi.xlsx", &[]),
        errors: at.errors,
        asked,
    };
    html(&view)
}

fn book_view(desk: &Desk, at: &Ground, entry: &BookEntry) -> BookView {
    let (day, time) = local(entry.recorded_at);
    BookView {
        entitlement: entry.entitlement_id.to_string(),
        day: vi_date(entry.business_day),
        recorded: format!("{} {}", time.format("%-H giờ %M"), vi_date(day)),
        name: entry.full_name.clone(),
        hamlet: entry.hamlet.clone(),
        commune: desk.app.areas.commune_name(&entry.commune_code, at.day),
        group: desk.app.catalogue.group_short(&entry.programme_code, &entry.group_code),
        kind: EntryKind::from_code(&entry.kind).map_or("", EntryKind::label),
        amount: Dong(entry.amount_dong).to_string(),
        how: how(desk, entry),
    }
}

/// Channel and proxy, reason, or note.
pub(in crate::relief::reports) fn how(desk: &Desk, entry: &BookEntry) -> String {
    let channel = Channel::from_code(&entry.channel).map(|c| c.label().to_owned());
    let proxy = (!entry.proxy_name.is_empty()).then(|| format!("nhận thay: {}", entry.proxy_name));
    let reason = desk.app.catalogue.reasons().label(&entry.reason_code);
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    let note = (!entry.note.is_empty()).then(|| entry.note.clone());
    let parts: Vec<String> = channel.into_iter().chain(proxy).chain(reason).chain(note).collect();
    parts.join("; ")
}
