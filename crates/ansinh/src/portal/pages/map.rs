//! `/ban-do`: how far the province is, on a map, with the same numbers in a table.

mod picture;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use sheets::ColumnKind;
use vietnam::text::compare_vi;

use super::{Era, era, slug, two_tiers};
use crate::areas::UnitRow;
use crate::clock::local;
use crate::portal::measures::{Count, MEASURES, Measure, finding};
use crate::portal::memory::{Memory, Totals};
use crate::portal::show;
use crate::web::export::{Format, Ready, Sheet as Table, Value, column, export_public};
use crate::web::{App, Error, Fields, Page, Visitor, html};

/// Which units the map shows.
#[derive(Debug, Clone)]
enum View {
    /// The province by district: the light first view.
    Districts,
    /// The province by commune.
    Communes,
    /// The communes of one district.
    Within(UnitRow),
}

/// What was asked for.
struct Asked {
    era: Era,
    view: View,
    measure: Measure,
}

/// A unit with its numbers.
struct Place {
    unit: UnitRow,
    /// Name of the district, where the view spans several.
    above: String,
    count: Count,
}

struct Line {
    id: String,
    href: String,
    name: String,
    above: String,
    approved: String,
    paid: String,
    percent: String,
    money: String,
}

struct Link {
    href: String,
    label: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "portal/templates/map.html")]
struct MapPage {
    page: Page,
    finding: String,
    lead: String,
    at: String,
    svg: String,
    told: String,
    measures: Vec<Link>,
    views: Vec<Link>,
    back: Option<String>,
    what: &'static str,
    lines: Vec<Line>,
    sum: Line,
    csv: String,
}

fn read(app: &App, query: Option<String>) -> Result<Asked, Error> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let era = era(app, &fields);
    let view = match fields.get("huyen") {
        _ if era.tiers == 2 => View::Communes,
        "" if fields.get("xem") == "xa" => View::Communes,
        "" => View::Districts,
        code => {
            let unit = app.areas.unit(2, code, era.date);
            let own = unit.filter(|unit| unit.parent_code == app.config.province);
            View::Within(own.cloned().ok_or(Error::NotFound)?)
        }
    };
    Ok(Asked { era, view, measure: Measure::of(fields.get("do")) })
}

impl Asked {
    fn address(&self, path: &str, view: &View, measure: Measure) -> String {
        let mut parts = vec![format!("do={}", measure.word())];
        match view {
            View::Within(unit) => parts.push(format!("huyen={}", unit.code)),
            View::Communes if self.era.tiers == 3 => parts.push("xem=xa".to_owned()),
            _ => {}
        }
        parts.push(format!("tu={}", if self.era.tiers == 2 { "2025" } else { "2020" }));
        format!("{path}?{}", parts.join("&"))
    }

    /// What a unit of the view is called.
    fn what(&self) -> &'static str {
        match (&self.view, self.era.tiers) {
            (View::Districts, _) => "Huyện, thị xã, thành phố",
            (_, 2) => "Xã, phường",
            _ => "Xã, phường, thị trấn",
        }
    }

    fn places(&self, app: &App, totals: &Totals) -> Vec<Place> {
        let (province, day) = (&app.config.province, self.era.date);
        let units = match &self.view {
            View::Districts => app.areas.districts(province, day),
            View::Communes => app.areas.communes(province, day),
            View::Within(unit) => app.areas.communes_of(&unit.code, day),
        };
        let place = |unit: UnitRow| Place {
            above: match &self.view {
                View::Communes => app.areas.district_name(&unit.parent_code, day),
                _ => String::new(),
            },
            count: self.count(totals, &unit),
            unit,
        };
        let mut places: Vec<Place> = units.into_iter().map(place).collect();
        places.sort_by(|a, b| {
            compare_vi(&a.above, &b.above)
                .then_with(|| compare_vi(&a.unit.full_name, &b.unit.full_name))
        });
        places
    }

    fn count(&self, totals: &Totals, unit: &UnitRow) -> Count {
        let mut count = Count::default();
        let district = matches!(self.view, View::Districts);
        for approved in &totals.progress.approved {
            let of_era = approved.district_code.is_empty() == (self.era.tiers == 2);
            let code = if district { &approved.district_code } else { &approved.commune_code };
            if of_era && *code == unit.code {
                count.add(Count {
                    people: approved.people,
                    paid: approved.paid_people,
                    paid_dong: approved.paid_dong,
                });
            }
        }
        count
    }

    fn line(&self, place: &Place) -> Line {
        let unit = &place.unit;
        let href = match self.view {
            View::Districts => self.address("/ban-do", &View::Within(unit.clone()), self.measure),
            _ => format!("/cong-khai/{}", slug(&unit.code, self.era.tiers)),
        };
        line(href, unit.code.clone(), unit.full_name.clone(), place.above.clone(), place.count)
    }
}

fn line(href: String, id: String, name: String, above: String, count: Count) -> Line {
    Line {
        id,
        href,
        name,
        above,
        approved: show::number(count.people),
        paid: show::number(count.paid),
        percent: show::percent(count.paid, count.people),
        money: show::number(count.paid_dong),
    }
}

/// `GET /ban-do?do=&huyen=&xem=&tu=`
pub async fn map(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    Ok(show::for_a_minute(html(&page_of(&visitor, query, &memory).await?)?))
}

#[derive(Template)]
#[template(path = "portal/templates/frame_map.html")]
struct MapFrame {
    page: Page,
    map: MapPage,
}

/// `GET /nhung/ban-do`, asked as the page is: the picture alone, for other portals.
pub async fn frame(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let map = page_of(&visitor, query, &memory).await?;
    let page = visitor.page("Bản đồ tiến độ chi hỗ trợ", "nhung");
    Ok(show::for_a_minute(html(&MapFrame { page, map })?))
}

async fn page_of(
    visitor: &Visitor,
    query: Option<String>,
    memory: &Memory,
) -> Result<MapPage, Error> {
    let app = &visitor.app;
    let asked = read(app, query)?;
    let totals = memory.totals(app).await?;
    let places = asked.places(app, &totals);
    let mut sum = Count::default();
    places.iter().for_each(|place| sum.add(place.count));
    let whole = match &asked.view {
        View::Within(unit) => unit.full_name.clone(),
        _ => "Toàn tỉnh".to_owned(),
    };
    let counts: Vec<(&str, Count)> =
        places.iter().map(|place| (place.unit.full_name.as_str(), place.count)).collect();
    let finding = finding(asked.measure, &whole, sum, &counts);
    let (day, time) = local(totals.at);
    let at = format!("{} ngày {}", time.format("%-H giờ %M"), vietnam::date::vi_date(day));
    let drawn = picture::drawn(app, memory, &asked, &places, &finding, &at).await?;
    Ok(MapPage {
        page: visitor.page("Bản đồ tiến độ chi hỗ trợ", "ban-do"),
        lead: lead(app, &asked),
        at,
        svg: drawn.svg,
        told: drawn.told,
        measures: measures(&asked),
        views: views(app, &asked),
        back: back(&asked),
        what: asked.what(),
        lines: places.iter().map(|place| asked.line(place)).collect(),
        sum: line(String::new(), String::new(), "Cộng".to_owned(), String::new(), sum),
        csv: asked.address("/ban-do/tai-ve.csv", &asked.view, asked.measure),
        finding,
    })
}

fn lead(app: &App, asked: &Asked) -> String {
    let told = match &asked.view {
        View::Districts => "theo huyện. Bấm một huyện trong bảng để xem từng xã",
        View::Communes => "theo xã. Bấm một xã trong bảng để xem danh sách của xã",
        View::Within(_) => "từng xã của huyện. Bấm một xã trong bảng để xem danh sách của xã",
    };
    let name = &app.config.province_name;
    format!("Tiến độ chi hỗ trợ cho người dân của tỉnh {name}, {told}.")
}

fn measures(asked: &Asked) -> Vec<Link> {
    let link = |(measure, _, name): &(Measure, &str, &str)| Link {
        href: asked.address("/ban-do", &asked.view, *measure),
        label: (*name).to_owned(),
        open: *measure == asked.measure,
    };
    MEASURES.iter().map(link).collect()
}

/// From communes to the districts.
fn back(asked: &Asked) -> Option<String> {
    let above = asked.era.tiers == 3 && !matches!(asked.view, View::Districts);
    above.then(|| asked.address("/ban-do", &View::Districts, asked.measure))
}

/// Ways to the other views.
fn views(app: &App, asked: &Asked) -> Vec<Link> {
    let link = |href: String, label: String| Link { href, label, open: false };
    let mut links = Vec::new();
    if asked.era.tiers == 3 && !matches!(asked.view, View::Communes) {
        let all = app.areas.communes(&app.config.province, asked.era.date).len();
        let href = asked.address("/ban-do", &View::Communes, asked.measure);
        links.push(link(href, format!("Cả tỉnh theo {all} xã, phường, thị trấn")));
    }
    let other = |tu: &str| format!("/ban-do?do={}&tu={tu}", asked.measure.word());
    if asked.era.tiers == 2 {
        links.push(link(other("2020"), "Các đợt trước 01/7/2025".to_owned()));
    } else if two_tiers(app) {
        links.push(link(other("2025"), "Xã, phường từ 01/7/2025".to_owned()));
    }
    links
}

/// `GET /ban-do/tai-ve.csv`: the table of the page.
pub async fn csv(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    use ColumnKind::{Money, Number, Text};
    let app = &visitor.app;
    let asked = read(app, query)?;
    let totals = memory.totals(app).await?;
    let sheet = Table {
        file: "ban-do-tien-do".to_owned(),
        tab: "Tiến độ",
        columns: vec![
            column("Mã đơn vị", 10.0, Text),
            column(asked.what(), 26.0, Text),
            column("Huyện", 22.0, Text),
            column("Số người được duyệt", 12.0, Number),
            column("Số người đã chi", 12.0, Number),
            column("Số tiền đã chi (đồng)", 16.0, Money),
        ],
    };
    let row = |place: &Place| {
        vec![
            Value::text(&place.unit.code),
            Value::text(&place.unit.full_name),
            Value::text(&place.above),
            Value::Whole(place.count.people),
            Value::Whole(place.count.paid),
            Value::Whole(place.count.paid_dong),
        ]
    };
    let rows = asked.places(app, &totals).iter().map(row).collect();
    let response = export_public(app, sheet, Format::Csv, Ready(rows)).await?;
    Ok(show::for_a_minute(response))
}
