//! The list to pay from.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::identity::IdNumber;
use vietnam::money::Dong;
use vietnam::text::fold;

use super::{Row, note_claims_seen, unit_day, way_back};
use crate::areas::in_sentence;
use crate::identity::Role;
use crate::relief::payments::store::{
    ClaimFilter, Counted, Place, Totals, claims_page, group_counts, hamlets, totals,
};
use crate::relief::payments::types::{Claim, Status};
use crate::web::{
    Desk, Error, Pager, SignedForm, encode, html, page_size, redirect, redirect_with,
};

/// Filters of the list, as they stand in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::relief::payments) struct Asked {
    thon: String,
    nhom: String,
    hien: String,
    xa: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: String,
}

/// A choice of a filter.
#[derive(Debug, Clone)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/list.html")]
struct ListPage {
    page: crate::web::Page,
    rows: Vec<Row>,
    may_pay: bool,
    any_payable: bool,
    items: String,
    sum: String,
    sum_words: String,
    hamlets: Vec<Choice>,
    groups: Vec<Choice>,
    statuses: Vec<Choice>,
    commune: String,
    back: String,
    signing: String,
    xlsx: String,
    csv: String,
    pager: Pager,
    searched: String,
    search_after: String,
    full_ids: bool,
}

impl Asked {
    /// `/chi-tra?…` with these filters and without the place in the list.
    fn address(&self) -> String {
        let fields = [
            ("xa", &self.xa),
            ("thon", &self.thon),
            ("nhom", &self.nhom),
            ("hien", &self.hien),
            ("so-dong", &self.so_dong),
        ];
        let parts: Vec<String> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if parts.is_empty() {
            "/chi-tra".to_owned()
        } else {
            format!("/chi-tra?{}", parts.join("&"))
        }
    }

    /// The filters without the path: what goes on record of an export.
    pub(in crate::relief::payments) fn filter_text(&self) -> String {
        self.address().trim_start_matches("/chi-tra").to_owned()
    }

    /// The address of the same list as a file.
    fn file(&self, ending: &str) -> String {
        format!("/chi-tra/tep/chi-tra.{ending}{}", self.filter_text())
    }

    pub(in crate::relief::payments) fn filter(&self, desk: &Desk) -> ClaimFilter {
        let own = desk.actor.scope.commune();
        let commune = if own.is_empty() { self.xa.clone() } else { own.to_owned() };
        let status = match self.hien.as_str() {
            "" => Some(Status::Open),
            other => Status::from_code(other),
        };
        ClaimFilter {
            place: Place { tiers: desk.actor.tiers, district: String::new(), commune },
            hamlet: (!self.thon.is_empty()).then(|| self.thon.clone()),
            group: self.nhom.clone(),
            status,
            ..ClaimFilter::default()
        }
    }
}

/// `GET /chi-tra`.
pub(super) async fn list(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    if desk.actor.level() != Role::Commune && asked.xa.is_empty() {
        // Above the commune one reads: first the sums, then a commune's rows.
        return Ok(redirect("/bao-cao"));
    }
    let filter = asked.filter(&desk);
    let after = Uuid::parse_str(&asked.sau).ok();
    show(&desk, &asked, filter, after, "").await
}

/// `POST /chi-tra/tim`: names and numbers never stand in an address.
pub(super) async fn search(form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let fields = &form.fields;
    let asked = Asked {
        xa: fields.get("xa").to_owned(),
        thon: fields.get("thon").to_owned(),
        nhom: fields.get("nhom").to_owned(),
        hien: "tat-ca".to_owned(),
        ..Asked::default()
    };
    let typed = fields.get("tim");
    if typed.is_empty() || (desk.actor.level() != Role::Commune && asked.xa.is_empty()) {
        return Ok(redirect(&way_back(fields.get("ve"))));
    }
    let mut filter = asked.filter(desk);
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let other = typed.chars().any(char::is_alphabetic);
    if !other && digits.len() >= 4 {
        let key = IdNumber::parse(&digits).map(|id| id.match_key().to_owned());
        filter.id_key = Some(key.unwrap_or_else(|_| digits.trim_start_matches('0').to_owned()));
    } else {
        filter.words = words(typed);
        if filter.words.is_empty() {
            let what = "Hãy gõ ít nhất một chữ của họ tên, hoặc đủ số giấy tờ.";
            return Ok(redirect_with(&way_back(fields.get("ve")), "canh", what));
        }
    }
    let after = Uuid::parse_str(fields.get("sau")).ok();
    show(desk, &asked, filter, after, typed).await
}

/// Folded words of a typed name, without what LIKE would take for a pattern.
fn words(typed: &str) -> Vec<String> {
    let plain: String = fold(typed)
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' })
        .collect();
    plain.split_whitespace().take(8).map(str::to_owned).collect()
}

async fn show(
    desk: &Desk,
    asked: &Asked,
    filter: ClaimFilter,
    after: Option<Uuid>,
    searched: &str,
) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let conn = app.db.read();
    let size = page_size(Some(asked.so_dong.as_str()));
    let mut claims = claims_page(conn, &actor.scope, &filter, after, size + 1).await?;
    let more = claims.len() as u64 > size;
    claims.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let sums = totals(conn, &actor.scope, &filter).await?;
    let places = hamlets(conn, &actor.scope, &filter).await?;
    let groups = group_counts(conn, &actor.scope, &filter).await?;
    note_claims_seen(app, actor, "chi-tra", &claims).await?;

    let back = asked.address();
    let last = claims.last().map_or_else(String::new, |claim| claim.id.to_string());
    let next = |more: bool| more.then(|| with(&back, "sau", &last));
    let pager = Pager {
        next: next(more && searched.is_empty()),
        first: after.filter(|_| searched.is_empty()).map(|_| back.clone()),
    };
    let rows: Vec<Row> = claims.iter().map(|claim| Row::new(app, actor, claim)).collect();
    let may_pay = actor.role == Role::Commune;
    let commune = app.areas.commune_name(&filter.place.commune, unit_day(app, actor.tiers));
    let view = ListPage {
        page: desk.page(title(asked, &filter, &sums, &commune, searched), "chi-tra"),
        any_payable: may_pay && rows.iter().any(|row| row.payable),
        rows,
        may_pay,
        items: Dong(sums.items).to_string(),
        sum: Dong(sums.amount).to_string(),
        sum_words: Dong(sums.amount).in_words(),
        hamlets: choices(&places, &asked.thon, |name| name.to_owned()),
        groups: choices(&groups, &asked.nhom, |code| group_name(desk, &claims, code)),
        statuses: statuses(filter.status),
        commune: if actor.level() == Role::Commune {
            String::new()
        } else {
            filter.place.commune.clone()
        },
        signing: signing_address(asked),
        xlsx: asked.file("xlsx"),
        csv: asked.file("csv"),
        back,
        pager,
        search_after: if more && !searched.is_empty() { last } else { String::new() },
        searched: searched.to_owned(),
        full_ids: super::sees_ids(actor),
    };
    html(&view)
}

/// The finding in the title. Never a person's name, nor what was searched for.
fn title(
    asked: &Asked,
    filter: &ClaimFilter,
    sums: &Totals,
    commune: &str,
    searched: &str,
) -> String {
    let place = in_sentence(if asked.thon.is_empty() { commune } else { &asked.thon });
    let items = Dong(sums.items);
    if !searched.is_empty() {
        return format!("Tìm trong {place}: {items} khoản");
    }
    let what = filter.status.map_or("trong danh sách được duyệt", |status| match status {
        Status::Open => "chưa chi",
        Status::Paid => "đã chi",
        Status::NotPaid => "không chi được",
        Status::Held => "tạm giữ",
    });
    match sums.items {
        0 if filter.status == Some(Status::Open) => {
            format!("Chi trả {place}: không còn khoản nào chờ chi")
        }
        0 => format!("Chi trả {place}: không có khoản nào {what}"),
        _ => format!("Chi trả {place}: {items} khoản {what}, {}", Dong(sums.amount).with_unit()),
    }
}

fn choices(counted: &[Counted], chosen: &str, label: impl Fn(&str) -> String) -> Vec<Choice> {
    let known = counted.iter().filter(|one| !one.name.is_empty());
    let mut all: Vec<Choice> = known
        .map(|one| Choice {
            value: one.name.clone(),
            label: format!("{} ({})", label(&one.name), Dong(one.items)),
            chosen: one.name == chosen,
        })
        .collect();
    if !chosen.is_empty() && !all.iter().any(|choice| choice.chosen) {
        // The filter stays visible even when nothing is left in it.
        all.push(Choice {
            value: chosen.to_owned(),
            label: format!("{} (0)", label(chosen)),
            chosen: true,
        });
    }
    all
}

fn statuses(chosen: Option<Status>) -> Vec<Choice> {
    let order = [Status::Open, Status::Paid, Status::NotPaid, Status::Held];
    let mut all: Vec<Choice> = order
        .into_iter()
        .map(|status| Choice {
            value: status.code().to_owned(),
            label: status.label().to_owned(),
            chosen: chosen == Some(status),
        })
        .collect();
    all.push(Choice {
        value: "tat-ca".to_owned(),
        label: "Tất cả".to_owned(),
        chosen: chosen.is_none(),
    });
    all
}

fn group_name(desk: &Desk, claims: &[Claim], code: &str) -> String {
    let of = claims.iter().find(|claim| claim.group_code == code);
    let groups = desk.app.catalogue.groups(Some(desk.actor.tiers));
    match (of, groups.into_iter().find(|group| group.code == code)) {
        (Some(claim), _) => desk.app.catalogue.group_name(&claim.programme_code, code),
        (None, Some(group)) => group.name.clone(),
        (None, None) => code.to_owned(),
    }
}

fn signing_address(asked: &Asked) -> String {
    let mut address = "/chi-tra/ky-nhan".to_owned();
    for (name, value) in [("thon", &asked.thon), ("nhom", &asked.nhom)] {
        if !value.is_empty() {
            address = with(&address, name, value);
        }
    }
    address
}

/// An address with one more field.
fn with(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{name}={}", encode(value))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_search_forgives_marks_and_patterns() {
        assert_eq!(words("  BÌNH hồ%_ thanh "), ["binh", "ho", "thanh"]);
        assert_eq!(words("H'Wưn"), ["h'wun"]);
        assert!(words("%%%___").is_empty());
    }
}
