//! Choosing a commune: by district, or by a name without marks.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use vietnam::text::{compare_vi, fold};

use super::{Era, era, slug, two_tiers};
use crate::areas::{UnitRow, tiers_on};
use crate::portal::memory::{Memory, Totals};
use crate::portal::show;
use crate::web::{App, Error, Fields, Page, Visitor, html};

struct UnitLine {
    href: String,
    name: String,
    above: String,
    approved: String,
    paid: String,
    percent: String,
    width: String,
}

#[derive(Template)]
#[template(path = "portal/templates/communes.html")]
struct Communes {
    page: Page,
    heading: String,
    query: String,
    era: &'static str,
    lines: Vec<UnitLine>,
    what: &'static str,
    searched: bool,
    district: Option<String>,
    other_era: Option<(&'static str, &'static str)>,
}

/// Most results of a search: one that fits more is too short.
const FOUND_MAX: usize = 60;

/// `GET /cong-khai?huyen=&q=&tu=`: `tu` is 2025 or 2020; without it the era of today.
pub async fn communes(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let totals = memory.totals(app).await?;
    let era = era(app, &fields);
    let asked = fields.get("q").chars().take(80).collect::<String>();
    let district = district(app, fields.get("huyen"), &era)?;
    let (lines, what) = if !fold(&asked).is_empty() {
        (found(app, &totals, &era, &fold(&asked)), "Xã, phường, thị trấn")
    } else if let Some(district) = &district {
        (under(app, &totals, &era, &district.code), "Xã, phường, thị trấn")
    } else if era.tiers == 2 {
        (under(app, &totals, &era, &app.config.province), "Xã, phường")
    } else {
        (districts(app, &totals, &era), "Huyện, thị xã, thành phố")
    };
    let heading = match (&district, asked.is_empty()) {
        (_, false) => "Tìm xã trong danh sách công khai".to_owned(),
        (Some(district), _) => format!("{}: chọn xã", district.full_name),
        (None, _) => "Xem danh sách của xã tôi".to_owned(),
    };
    let has_new = totals.progress.approved.iter().any(|a| a.district_code.is_empty());
    let view = Communes {
        page: visitor.page(&heading, "cong-khai"),
        heading,
        searched: !asked.is_empty(),
        query: asked,
        era: match era.tiers {
            2 => "2025",
            _ if two_tiers(app) => "2020",
            _ => "",
        },
        lines,
        what,
        district: district.map(|district| district.full_name),
        other_era: match era.tiers {
            2 => Some(("/cong-khai?tu=2020", "Xã của các đợt trước 01/7/2025")),
            _ if has_new || tiers_on(app.clock.today()) == 2 => {
                Some(("/cong-khai?tu=2025", "Xã, phường từ 01/7/2025"))
            }
            _ => None,
        },
    };
    Ok(show::for_a_minute(html(&view)?))
}

/// The district asked for; one of another province is not there.
fn district(app: &App, code: &str, era: &Era) -> Result<Option<UnitRow>, Error> {
    if code.is_empty() {
        return Ok(None);
    }
    let unit = app.areas.unit(2, code, era.date).filter(|u| u.parent_code == app.config.province);
    unit.cloned().map(Some).ok_or(Error::NotFound)
}

fn districts(app: &App, totals: &Totals, era: &Era) -> Vec<UnitLine> {
    let districts = app.areas.districts(&app.config.province, era.date);
    let line = |unit: UnitRow| {
        let href = format!("/cong-khai?huyen={}", unit.code);
        let (people, paid) = people(totals, |district, _| district == unit.code);
        unit_line(href, unit.full_name, String::new(), people, paid)
    };
    districts.into_iter().map(line).collect()
}

fn under(app: &App, totals: &Totals, era: &Era, parent: &str) -> Vec<UnitLine> {
    let mut communes = app.areas.communes_of(parent, era.date);
    communes.sort_by(|a, b| compare_vi(&a.full_name, &b.full_name));
    communes.into_iter().map(|unit| commune_line(app, totals, era, unit)).collect()
}

fn found(app: &App, totals: &Totals, era: &Era, key: &str) -> Vec<UnitLine> {
    let communes = app.areas.communes(&app.config.province, era.date);
    let fits = |unit: &UnitRow| {
        let above = app.areas.district_name(&unit.parent_code, era.date);
        fold(&format!("{} {above}", unit.full_name)).contains(key)
    };
    let lines = communes.into_iter().filter(fits).take(FOUND_MAX);
    lines.map(|unit| commune_line(app, totals, era, unit)).collect()
}

fn commune_line(app: &App, totals: &Totals, era: &Era, unit: UnitRow) -> UnitLine {
    let above = app.areas.district_name(&unit.parent_code, era.date);
    let (people, paid) = people(totals, |district, commune| {
        commune == unit.code && district.is_empty() == (era.tiers == 2)
    });
    let href = format!("/cong-khai/{}", slug(&unit.code, era.tiers));
    unit_line(href, unit.full_name, above, people, paid)
}

fn people(totals: &Totals, wanted: impl Fn(&str, &str) -> bool) -> (i64, i64) {
    let approved = totals.progress.approved.iter();
    let within = approved.filter(|a| wanted(&a.district_code, &a.commune_code));
    within.fold((0, 0), |sum, a| (sum.0 + a.people, sum.1 + a.paid_people))
}

fn unit_line(href: String, name: String, above: String, approved: i64, paid: i64) -> UnitLine {
    UnitLine {
        href,
        name,
        above,
        approved: show::number(approved),
        paid: show::number(paid),
        percent: show::percent(paid, approved),
        width: show::width(paid, approved),
    }
}
