//! What is printed: the receipt of a payment, and what every paper of a commune begins with.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{Row, note_claims_seen, unit_day};
use crate::clock::local;
use crate::relief::payments::rules::standing;
use crate::relief::payments::store::ledgers;
use crate::relief::payments::types::{Channel, Claim, EntryKind};
use crate::transparency::slip_of;
use crate::web::{App, Desk, Error, Page, html, qr};

/// Head of an official paper (Nghị định 30/2020/NĐ-CP, phụ lục I).
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub above: String,
    pub office: String,
    pub place: String,
    pub day: String,
    pub commune: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/receipt.html")]
struct ReceiptPage {
    page: Page,
    head: Head,
    row: Row,
    amount: String,
    words: String,
    channel: String,
    proxy_name: String,
    proxy_paper: String,
    proxy_relation: String,
    proxy_day: String,
    content: String,
    decision: String,
    address: String,
    paid_on: String,
    number: String,
    back: String,
    reversed: bool,
    /// Path, width in squares and text of the code by which the payee finds her line in the public log.
    code: Option<(String, usize, String)>,
}

/// `GET /chi-tra/{id}/phieu/{entry}`: the receipt of one payment.
pub(super) async fn receipt(
    desk: Desk,
    Path((id, entry)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let claim = super::ledger::claim(&desk, &id).await?;
    let entry = Uuid::parse_str(&entry).map_err(|_| Error::NotFound)?;
    let ledger = ledgers(app.db.read(), &actor.scope, &[claim.id]).await?.remove(&claim.id);
    let ledger = ledger.unwrap_or_default();
    let found = ledger.iter().find(|e| e.id == entry && e.kind == EntryKind::Paid.code());
    let paid = found.ok_or(Error::NotFound)?;
    note_claims_seen(app, actor, "chi-tra/phieu", std::slice::from_ref(&claim)).await?;
    let channel = Channel::from_code(&paid.channel).map_or("", Channel::label);
    let in_force = standing(&ledger).top.is_some_and(|at| ledger[at].id == paid.id);
    let slip = slip_of(app, actor, paid.id).await?;
    let code = slip.and_then(|slip| qr(&slip).map(|(path, width)| (path, width, slip)));
    let view = ReceiptPage {
        page: desk.page("Phiếu chi tiền hỗ trợ", "chi-tra"),
        head: head(&desk),
        row: Row::new(app, actor, &claim),
        amount: Dong(paid.amount_dong).with_unit(),
        words: Dong(paid.amount_dong).in_words(),
        channel: channel.to_lowercase(),
        proxy_name: paid.proxy_name.clone(),
        proxy_paper: paid.proxy_paper.clone(),
        proxy_relation: paid.proxy_relation.clone(),
        proxy_day: paid.proxy_day.map_or_else(String::new, vi_date),
        content: content(&desk.app, &claim),
        decision: format!("{} ngày {}", claim.decision_number, vi_date(claim.decided_on)),
        address: address(&claim),
        paid_on: long_day(paid.business_day),
        number: paid.id.simple().to_string()[24..].to_uppercase(),
        back: format!("/chi-tra/{}", claim.id),
        reversed: !in_force,
        code,
    };
    html(&view)
}

fn address(claim: &Claim) -> String {
    if claim.address.is_empty() { claim.hamlet.clone() } else { claim.address.clone() }
}

pub(super) fn content(app: &App, claim: &Claim) -> String {
    let period = app.catalogue.period(&claim.programme_code, &claim.group_code);
    let purpose = period.purpose(claim.months);
    if claim.people > 1 { format!("{purpose}, {} khẩu", claim.people) } else { purpose }
}

/// The decisions that the rows stem from: "số 1502/QĐ-UBND ngày 18/5/2020, số …".
pub(super) fn decisions(claims: &[Claim]) -> String {
    let mut known: Vec<(chrono::NaiveDate, &str)> =
        claims.iter().map(|claim| (claim.decided_on, claim.decision_number.as_str())).collect();
    known.sort_unstable();
    known.dedup();
    let texts: Vec<String> =
        known.iter().map(|(day, number)| format!("số {number} ngày {}", vi_date(*day))).collect();
    texts.join(", ")
}

pub(super) fn head(desk: &Desk) -> Head {
    let (app, actor) = (&desk.app, &desk.actor);
    let day = unit_day(app, actor.tiers);
    let district = app.areas.district_name(actor.scope.district(), day);
    let above = if district.is_empty() {
        format!("UBND TỈNH {}", app.config.province_name.to_uppercase())
    } else {
        format!("UBND {}", district.to_uppercase())
    };
    let commune = match actor.scope.commune() {
        "" => actor.display_name.clone(),
        code => app.areas.commune_name(code, day),
    };
    Head {
        above,
        office: format!("ỦY BAN NHÂN DÂN {}", commune.to_uppercase()),
        place: short_name(&commune),
        day: long_day(app.clock.today()),
        commune,
    }
}

/// "Xã Sơn Kim 1" → "Sơn Kim 1": the place in a paper's date line.
pub(in crate::relief) fn short_name(commune: &str) -> String {
    ["Xã ", "Phường ", "Thị trấn ", "Huyện ", "Thị xã ", "Thành phố ", "Tỉnh "]
        .iter()
        .find_map(|kind| commune.strip_prefix(kind))
        .unwrap_or(commune)
        .to_owned()
}

/// "ngày 05 tháng 6 năm 2020": days below 10 and January, February with a zero (Nghị định 30).
pub(in crate::relief) fn long_day(day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    let month = if day.month() < 3 { format!("0{}", day.month()) } else { day.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
}

pub(super) fn made(desk: &Desk) -> String {
    let (day, time) = local(desk.app.clock.now());
    format!("{} ngày {}", time.format("%-H giờ %M"), vi_date(day))
}

#[cfg(test)]
mod tests {
    use super::{long_day, short_name};
    use chrono::NaiveDate;

    #[test]
    fn days_are_written_as_decree_30_wants() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(long_day(day(2020, 6, 5)), "ngày 05 tháng 6 năm 2020");
        assert_eq!(long_day(day(2020, 1, 15)), "ngày 15 tháng 01 năm 2020");
        assert_eq!(short_name("Thị trấn Tây Sơn"), "Tây Sơn");
    }
}
