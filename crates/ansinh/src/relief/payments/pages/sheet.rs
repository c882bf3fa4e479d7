//! The sheet of a hamlet: everybody who waits for money on one page, ticked by keyboard while they
//! queue. Looked over once, then recorded; the act of each row is made when the sheet is made, so
//! that a sheet sent twice writes once.

mod view;

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::confirm::{claims, read_day};
use super::parse_day;
use crate::clock::new_id;
use crate::duties::reason_missing;
use crate::identity::Role;
use crate::relief::payments::acts::{ORDERS_MAX, record};
use crate::relief::payments::reasons::Reasons;
use crate::relief::payments::rules::TEXT_MAX;
use crate::relief::payments::store::{ClaimFilter, Place, claims_page};
use crate::relief::payments::types::{Channel, Claim, Deed, Order, Payee, Status};
use crate::web::{Desk, Error, FieldError, Fields, SignedForm};

/// Which sheet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    thon: String,
    nhom: String,
}

/// In an address: rows without a hamlet.
const NO_HAMLET: &str = "-";

/// What was typed in a row.
#[derive(Debug, Clone, Default)]
struct Typed {
    claim: Uuid,
    act: Uuid,
    /// Đồng, as the clerk saw it.
    amount: i64,
    /// Ticked: the money was handed over.
    paid: bool,
    /// Code of a reason, or empty.
    reason: String,
    /// Who came instead: name, relation, paper, its day.
    proxy: [String; 4],
    note: String,
}

impl Typed {
    /// Something happened to this row.
    fn says(&self) -> bool {
        self.paid || !self.reason.is_empty()
    }

    fn has_proxy(&self) -> bool {
        self.proxy.iter().any(|part| !part.is_empty())
    }
}

/// `GET /chi-tra/phieu`: the hamlets, or the sheet of one.
pub(super) async fn sheet(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    desk.actor.require(&[Role::Commune], "mở phiếu chi")?;
    if asked.thon.is_empty() {
        return view::hamlet_choice(&desk).await;
    }
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let rows_max = ORDERS_MAX as u64;
    let filter = filter(&desk, &asked.thon, &asked.nhom);
    let mut claims = claims_page(conn, scope, &filter, None, rows_max + 1).await?;
    let more = claims.len() > ORDERS_MAX;
    claims.truncate(ORDERS_MAX);
    let mut typed = Vec::with_capacity(claims.len());
    for claim in &claims {
        let act = new_id(desk.app.clock.now())?;
        let amount = claim.open_dong();
        typed.push(Typed { claim: claim.id, act, amount, ..Typed::default() });
    }
    let fields = Fields::from_pairs(vec![
        ("thon".to_owned(), asked.thon),
        ("nhom".to_owned(), asked.nhom),
        ("con_nua".to_owned(), if more { "1".to_owned() } else { String::new() }),
    ]);
    view::sheet(&desk, &fields, &claims, &typed, vec![]).await
}

/// `POST /chi-tra/phieu`: look over, go back to the sheet, or record.
pub(super) async fn act(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Commune], "ghi chi trả")?;
    let typed = read(fields)?;
    let ids: Vec<Uuid> = typed.iter().map(|row| row.claim).collect();
    let claims = claims(desk, &ids).await?;
    if fields.get("buoc") == "sua" {
        return view::sheet(desk, fields, &claims, &typed, vec![]).await;
    }
    let mut errors = Vec::new();
    let day = read_day(fields, desk.app.clock.today(), &mut errors);
    let channel = Channel::from_code(fields.get("kenh"));
    if channel.is_none() {
        errors.push(FieldError::new("kenh", "Chọn hình thức chi."));
    }
    for row in &typed {
        let name = claims.iter().find(|claim| claim.id == row.claim);
        let name = name.map_or("", |claim| claim.full_name.as_str());
        errors.extend(objection(desk.app.catalogue.reasons(), row, name, day));
    }
    // A closed day asks for a reason: the sheet's, or each row's own.
    if typed.iter().any(|row| row.says() && row.note.is_empty())
        && let Some(text) =
            reason_missing(&desk.app, &desk.actor, day, fields.get("ghi_chu")).await?
    {
        errors.push(FieldError::new("ghi_chu", text));
    }
    if !typed.iter().any(Typed::says) {
        let text = "Chưa đánh dấu ai. Đánh dấu người đã nhận, hoặc chọn lý do không chi được.";
        errors.push(FieldError::new("phieu", text));
    }
    let (Some(channel), true) = (channel, errors.is_empty()) else {
        return view::sheet(desk, fields, &claims, &typed, errors).await;
    };
    if fields.get("buoc") != "ghi" {
        return view::check(desk, fields, &claims, &typed, day, channel).await;
    }
    let said: Vec<Typed> = typed.into_iter().filter(Typed::says).collect();
    let reasons = desk.app.catalogue.reasons();
    let orders: Vec<Order> =
        said.iter().map(|row| order(reasons, row, day, channel, fields.get("ghi_chu"))).collect();
    let outcomes = record(&desk.app, &desk.actor, &orders).await?;
    view::done(desk, fields, &said, &outcomes).await
}

fn filter(desk: &Desk, hamlet: &str, group: &str) -> ClaimFilter {
    let commune = desk.actor.scope.commune().to_owned();
    let hamlet = if hamlet == NO_HAMLET { "" } else { hamlet };
    ClaimFilter {
        place: Place { tiers: desk.actor.tiers, district: String::new(), commune },
        hamlet: Some(hamlet.to_owned()),
        group: group.to_owned(),
        status: Some(Status::Open),
        ..ClaimFilter::default()
    }
}

/// The rows of a posted sheet.
fn read(fields: &Fields) -> Result<Vec<Typed>, Error> {
    let mut named: HashMap<&str, &str> = HashMap::new();
    for (name, value) in fields.pairs() {
        named.entry(name).or_insert(value.trim());
    }
    let ticked: Vec<&str> = fields.all("chi").collect();
    let ticked: std::collections::HashSet<&str> = ticked.into_iter().collect();
    let rows: Option<Vec<Typed>> = fields
        .all("khoan")
        .map(|token| {
            let mut parts = token.split('.');
            let claim = Uuid::parse_str(parts.next()?).ok()?;
            let act = Uuid::parse_str(parts.next()?).ok()?;
            let amount = parts.next()?.parse().ok()?;
            let key = claim.to_string();
            let typed = |field: &str| {
                let value = named.get(format!("{field}_{key}").as_str());
                value.map_or_else(String::new, |value| (*value).to_owned())
            };
            Some(Typed {
                claim,
                act,
                amount,
                paid: ticked.contains(key.as_str()),
                reason: typed("ld"),
                proxy: [typed("tn"), typed("qh"), typed("gt"), typed("ng")],
                note: typed("gc"),
            })
        })
        .collect();
    match rows {
        Some(rows) if !rows.is_empty() => Ok(rows),
        _ => Err(Error::refused(
            "Phiếu gửi lên thiếu các dòng cần ghi",
            "Mở lại phiếu của thôn và thử lại. Chưa có gì được ghi.",
        )),
    }
}

/// What is wrong with a row, at the field to correct.
fn objection(reasons: &Reasons, row: &Typed, name: &str, day: NaiveDate) -> Option<FieldError> {
    let key = row.claim;
    let wrong = |field: &str, text: String| Some(FieldError::new(format!("{field}_{key}"), text));
    let long = row.proxy.iter().chain([&row.note]).any(|text| text.chars().count() > TEXT_MAX);
    if long {
        return wrong("tn", format!("{name}: có ô dài quá {TEXT_MAX} ký tự. Hãy rút gọn."));
    }
    let reason = reasons.chosen(&row.reason);
    if !row.reason.is_empty() {
        if row.paid {
            let text = "vừa đánh dấu đã chi vừa chọn lý do không chi. Bỏ một trong hai.";
            return wrong("ld", format!("{name}: {text}"));
        }
        match reason {
            None => return wrong("ld", format!("{name}: chọn một lý do trong danh sách.")),
            Some(reason) if reason.needs_note() && row.note.is_empty() => {
                let label = reason.label().to_lowercase();
                return wrong("gc", format!("{name}: {label} thì ghi rõ bằng chữ."));
            }
            Some(_) => {}
        }
    }
    if !row.has_proxy() {
        return None;
    }
    if !row.paid {
        return wrong("tn", format!("{name}: có người nhận thay nhưng chưa đánh dấu đã chi."));
    }
    let words = ["họ tên người nhận thay", "quan hệ với người hưởng", "số giấy tờ", "ngày giấy tờ"];
    let fields = ["tn", "qh", "gt", "ng"];
    if let Some(at) = row.proxy.iter().position(String::is_empty) {
        return wrong(fields[at], format!("{name}: thiếu {}.", words[at]));
    }
    match parse_day(&row.proxy[3]) {
        None => wrong("ng", format!("{name}: ngày giấy tờ không đọc được. Ghi như 19/6/2020.")),
        Some(signed) if signed > day => wrong(
            "ng",
            format!("{name}: giấy tờ đề ngày {} sau ngày chi {}.", vi_date(signed), vi_date(day)),
        ),
        Some(_) => None,
    }
}

fn order(
    reasons: &Reasons,
    row: &Typed,
    day: NaiveDate,
    channel: Channel,
    sheet_note: &str,
) -> Order {
    let [name, relation, paper, signed] = row.proxy.clone();
    let payee = if row.has_proxy() {
        Payee::Proxy { name, paper, relation, day: parse_day(&signed) }
    } else {
        Payee::Person
    };
    let deed = match reasons.chosen(&row.reason) {
        Some(reason) => Deed::NotPaid { reason },
        None => Deed::Pay { amount: row.amount, channel, payee },
    };
    let note: &str = if row.note.is_empty() { sheet_note } else { &row.note };
    Order {
        act_id: row.act,
        entitlement_id: row.claim,
        deed,
        business_day: day,
        note: note.to_owned(),
    }
}

/// Đồng of the ticked rows.
fn ticked_sum(typed: &[Typed]) -> i64 {
    typed.iter().filter(|row| row.paid).map(|row| row.amount).sum()
}

/// The claim of a row.
fn claim_of<'a>(claims: &'a [Claim], row: &Typed) -> Option<&'a Claim> {
    claims.iter().find(|claim| claim.id == row.claim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons() -> Reasons {
        Reasons::new(std::iter::empty()).unwrap()
    }

    fn row(paid: bool, reason: &str, proxy: [&str; 4], note: &str) -> Typed {
        let proxy = proxy.map(str::to_owned);
        Typed { paid, reason: reason.into(), proxy, note: note.into(), ..Typed::default() }
    }

    #[test]
    fn each_row_says_one_thing_and_a_proxy_has_a_paper() {
        let day = NaiveDate::from_ymd_opt(2020, 6, 19).unwrap();
        let none = ["", "", "", ""];
        let whole = ["Hồ Thị Na", "con", "UQ 12", "18/6/2020"];
        let fine =
            [row(true, "", none, ""), row(true, "", whole, ""), row(false, "dead", none, "")];
        for one in fine {
            assert!(objection(&reasons(), &one, "A", day).is_none(), "{one:?}");
        }
        let wrong = [
            (row(true, "dead", none, ""), "ld"),
            (row(false, "x", none, ""), "ld"),
            (row(false, "other", none, ""), "gc"),
            (row(false, "", whole, ""), "tn"),
            (row(true, "", ["Na", "", "UQ 12", "18/6/2020"], ""), "qh"),
            (row(true, "", ["Na", "con", "UQ 12", "31/6/2020"], ""), "ng"),
            (row(true, "", ["Na", "con", "UQ 12", "20/6/2020"], ""), "ng"),
        ];
        for (one, field) in wrong {
            let error = objection(&reasons(), &one, "A", day).unwrap();
            assert!(error.field.starts_with(field), "{error:?}");
        }
    }
}
