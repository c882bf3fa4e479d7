//! Policies by group, from the programmes' data.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use crate::portal::show;
use crate::relief::{DayKind, PolicyGroup, Programme, Step};
use crate::web::{App, Error, Page, Visitor, html};

/// One line of "who gets how much".
pub struct Offer {
    /// Address of the policy's page.
    pub href: String,
    /// Name of the group.
    pub name: String,
    /// "500.000 đồng một người một tháng, nhiều nhất 3 tháng".
    pub rate: String,
    /// "nhiều nhất 1.500.000 đồng một người".
    pub most: String,
    /// First condition.
    pub condition: String,
}

struct StepLine {
    who: &'static str,
    what: &'static str,
    days: String,
    source: String,
    unsure: bool,
}

#[derive(Template)]
#[template(path = "portal/templates/policies.html")]
struct Policies {
    page: Page,
    offers: Vec<Offer>,
    overlaps: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "portal/templates/policy.html")]
struct Policy {
    page: Page,
    programme: String,
    name: String,
    rate: String,
    most: String,
    conditions: Vec<String>,
    papers: Vec<String>,
    steps: Vec<StepLine>,
    total: String,
    legal: String,
    legal_unsure: bool,
    basis: Vec<String>,
    period: String,
    no_application: bool,
    payer: String,
    overlap: String,
}

/// The words by which the data mark what nobody has seen in a document yet.
const UNSURE: &str = "cần xác nhận";

/// Groups of the programmes that have begun by today; of all when none has.
fn offers(app: &App) -> Vec<Offer> {
    let today = app.clock.today();
    let begun = offers_of(app, |programme| programme.valid_from <= today);
    if begun.is_empty() { offers_of(app, |_| true) } else { begun }
}

/// What somebody who belongs to several groups of a programme in force receives.
pub fn overlaps_today(app: &App) -> Vec<String> {
    let today = app.clock.today();
    let in_force = app.catalogue.programmes().iter().filter(|programme| programme.in_force(today));
    let told = in_force.filter(|programme| !programme.overlap.is_empty());
    told.map(|programme| programme.overlap.clone()).collect()
}

/// Groups of the programmes in force today; of those that have begun when none is.
pub fn offers_today(app: &App) -> Vec<Offer> {
    let today = app.clock.today();
    let in_force = offers_of(app, |programme| programme.in_force(today));
    if in_force.is_empty() { offers(app) } else { in_force }
}

fn offers_of(app: &App, wanted: impl Fn(&Programme) -> bool) -> Vec<Offer> {
    let programmes = app.catalogue.programmes().iter().filter(|programme| wanted(programme));
    let pairs = programmes.flat_map(|p| p.groups.iter().map(move |group| (p, group)));
    pairs.map(|(programme, group)| offer(app, programme, group)).collect()
}

fn offer(app: &App, programme: &Programme, group: &PolicyGroup) -> Offer {
    Offer {
        href: format!("/chinh-sach/{}", code(app, programme, group)),
        name: group.name.clone(),
        rate: show::rate(group),
        most: most(group),
        condition: group.conditions.first().cloned().unwrap_or_default(),
    }
}

fn most(group: &PolicyGroup) -> String {
    format!("nhiều nhất {} một {}", show::money(group.most_dong()), show::unit_word(group.unit))
}

/// `NCC`, or `NQ68.NCC` when an earlier programme has a group of that code.
fn code(app: &App, programme: &Programme, group: &PolicyGroup) -> String {
    match find(app, &group.code) {
        Some((first, _)) if first.code == programme.code => group.code.clone(),
        _ => format!("{}.{}", programme.code, group.code),
    }
}

fn find<'a>(app: &'a App, code: &str) -> Option<(&'a Programme, &'a PolicyGroup)> {
    let mut programmes = app.catalogue.programmes().iter();
    if let Some((programme, group)) = code.split_once('.') {
        let programme = programmes.find(|p| p.code.eq_ignore_ascii_case(programme))?;
        return Some((programme, group_of(programme, group)?));
    }
    programmes.find_map(|programme| Some((programme, group_of(programme, code)?)))
}

fn group_of<'a>(programme: &'a Programme, code: &str) -> Option<&'a PolicyGroup> {
    programme.groups.iter().find(|group| group.code.eq_ignore_ascii_case(code))
}

/// Addresses of the policies that are offered.
pub fn addresses(app: &App) -> Vec<String> {
    offers(app).into_iter().map(|offer| offer.href).collect()
}

/// The policy of an address.
pub fn offer_of(app: &App, ma: &str) -> Option<Offer> {
    find(app, ma).map(|(programme, group)| offer(app, programme, group))
}

/// `GET /chinh-sach`
pub async fn policies(visitor: Visitor) -> Result<Response, Error> {
    let page = visitor.page("Ai được hỗ trợ, bao nhiêu", "chinh-sach");
    let today = visitor.app.clock.today();
    let begun = visitor.app.catalogue.programmes().iter().filter(|p| p.valid_from <= today);
    let told = begun.filter(|programme| !programme.overlap.is_empty());
    let overlaps = told.map(|p| (p.name.clone(), p.overlap.clone())).collect();
    let view = Policies { page, offers: offers(&visitor.app), overlaps };
    Ok(show::for_a_minute(html(&view)?))
}

/// `GET /chinh-sach/{ma}`
pub async fn policy(visitor: Visitor, Path(ma): Path<String>) -> Result<Response, Error> {
    let (programme, group) = find(&visitor.app, &ma).ok_or(Error::NotFound)?;
    let view = Policy {
        page: visitor.page(&group.name, "chinh-sach"),
        programme: programme.name.clone(),
        name: group.name.clone(),
        rate: show::rate(group),
        most: most(group),
        conditions: group.conditions.clone(),
        papers: group.papers.clone(),
        steps: group.steps.iter().map(step_line).collect(),
        total: total(&group.steps),
        legal: group.legal.clone(),
        legal_unsure: group.legal.contains(UNSURE),
        basis: programme.legal.clone(),
        period: period(programme),
        no_application: group.papers.first().is_some_and(|p| p.starts_with("Không phải nộp")),
        payer: programme.payer.clone(),
        overlap: programme.overlap.clone(),
    };
    Ok(show::for_a_minute(html(&view)?))
}

fn step_line(step: &Step) -> StepLine {
    let posting = if step.posting_days > 0 {
        format!(", trong đó niêm yết {} ngày", step.posting_days)
    } else {
        String::new()
    };
    StepLine {
        who: match step.role.as_str() {
            "commune" => "UBND xã, phường, thị trấn",
            "district" => "UBND huyện, thị xã, thành phố",
            _ => "UBND tỉnh",
        },
        what: match step.action.as_str() {
            "prepare" => "Rà soát, lập danh sách",
            "appraise" => "Thẩm định",
            _ => "Phê duyệt danh sách và kinh phí",
        },
        days: format!("{} {}{posting}", step.days, day_word(step.day_kind)),
        unsure: step.source.contains(UNSURE),
        source: step.source.clone(),
    }
}

fn day_word(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Working => "ngày làm việc",
        DayKind::Calendar => "ngày",
    }
}

/// "13 ngày làm việc", or both kinds when the steps count differently.
fn total(steps: &[Step]) -> String {
    let sum = |kind| steps.iter().filter(|s| s.day_kind == kind).map(|s| s.days).sum::<u32>();
    let parts = [DayKind::Calendar, DayKind::Working].map(|kind| (sum(kind), day_word(kind)));
    let said = parts.iter().filter(|(days, _)| *days > 0);
    said.map(|(days, word)| format!("{days} {word}")).collect::<Vec<_>>().join(" và ")
}

fn period(programme: &Programme) -> String {
    let from = vietnam::date::vi_date(programme.valid_from);
    match programme.valid_to {
        Some(to) => format!("từ {from} đến {}", vietnam::date::vi_date(to)),
        None => format!("từ {from}"),
    }
}
