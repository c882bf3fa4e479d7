//! `/noi-chua-co-song`: places without internet, for everybody, on a map and in a table. Only what the
//! level above the commune has confirmed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use maps::{Class, Extent, Fill, Map, Part, Picture, Unit, draw, schematic};
use sheets::ColumnKind;
use vietnam::money::Dong;
use vietnam::text::compare_vi;

use super::cover::{Row, commune, row};
use crate::areas::{UnitRow, tiers_on};
use crate::identity::Scope;
use crate::portal::for_a_minute;
use crate::steering::rules;
use crate::steering::store::places::{self, Sum};
use crate::steering::types::{Place, lack_label};
use crate::web::export::{Format, Ready, Sheet, Value, column, export_public};
use crate::web::{App, Error, Page, Visitor, html};

/// Most places on the page; the file has all.
const ROWS_MAX: usize = 300;
/// Most places of a province that are published at all: more is a broken review.
const PLACES_MAX: u64 = 50_000;

#[derive(Template)]
#[template(path = "steering/templates/public.html")]
struct PublicPage {
    page: Page,
    finding: String,
    left: i64,
    people: String,
    sent: i64,
    done: i64,
    svg: String,
    told: String,
    rows: Vec<Row>,
    rest: usize,
}

fn whole(app: &App) -> Scope {
    Scope::Province { province: app.config.province.clone() }
}

/// Confirmed places: those still without a signal first, then those that have one now.
async fn confirmed(app: &App) -> Result<Vec<Place>, Error> {
    let (conn, scope) = (app.db.read(), whole(app));
    let mut found = places::all(conn, &scope, "", None, PLACES_MAX).await?;
    found.retain(|place| place.state != "proposed");
    found.extend(places::all(conn, &scope, "done", None, PLACES_MAX).await?);
    Ok(found)
}

/// `GET /noi-chua-co-song`
pub(super) async fn show(visitor: Visitor) -> Result<Response, Error> {
    let app = &visitor.app;
    let found = confirmed(app).await?;
    let mut sums = places::sums(app.db.read(), &whole(app)).await?;
    sums.retain(|sum| sum.state != "proposed");
    let left = |sum: &&Sum| sum.state != "done";
    let places: i64 = sums.iter().filter(left).map(|sum| sum.places).sum();
    let people: i64 = sums.iter().filter(left).map(|sum| sum.people).sum();
    let count = |state: &str| found.iter().filter(|place| place.state == state).count() as i64;
    let finding = match places {
        0 => "Không còn nơi nào chưa có sóng được xác nhận".to_owned(),
        places => format!("{places} nơi chưa có sóng, {} người ở đó", Dong(people)),
    };
    let (svg, told) = drawn(app, &sums, &finding).await?;
    let view = PublicPage {
        page: visitor.page("Nơi chưa có sóng, chưa có Internet", "noi-chua-co-song"),
        left: places,
        people: Dong(people).to_string(),
        sent: count("sent"),
        done: count("done"),
        svg,
        told,
        rest: found.len().saturating_sub(ROWS_MAX),
        rows: found.iter().take(ROWS_MAX).map(|place| row(app, place)).collect(),
        finding,
    };
    Ok(for_a_minute(html(&view)?))
}

/// Upper ends of the classes of people without a signal, and how they are named.
const CLASSES: [(i64, &str); 4] = [
    (0, "Không có nơi nào được xác nhận"),
    (99, "Dưới 100 người"),
    (499, "100 đến dưới 500 người"),
    (i64::MAX, "Từ 500 người trở lên"),
];

/// The picture by communes of today, and what stands under it.
async fn drawn(app: &App, sums: &[Sum], finding: &str) -> Result<(String, String), Error> {
    let today = app.clock.today();
    let tiers = tiers_on(today);
    let day = app.catalogue.units_day(tiers, today);
    let mut people: BTreeMap<&str, i64> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| sum.state != "done" && sum.tiers == tiers) {
        *people.entry(&sum.commune_code).or_default() += sum.people;
    }
    let mut communes = app.areas.communes(&app.config.province, day);
    let above = |row: &UnitRow| app.areas.district_name(&row.parent_code, day);
    communes.sort_by(|a, b| {
        compare_vi(&above(a), &above(b)).then_with(|| compare_vi(&a.full_name, &b.full_name))
    });
    let unit = |row: &UnitRow| {
        let count = people.get(row.code.as_str()).copied().unwrap_or(0);
        Unit {
            code: row.code.clone(),
            title: format!("{}: {} người ở nơi chưa có sóng", row.full_name, Dong(count)),
            label: String::new(),
            value: String::new(),
            group: above(row),
            class: CLASSES.iter().position(|(most, _)| count <= *most).unwrap_or(0),
        }
    };
    let units: Vec<Unit> = communes.iter().map(unit).collect();
    let class = |(at, (_, label)): (usize, &(i64, &str))| Class {
        fill: match at {
            0 => Fill::Neutral,
            1 => Fill::Step(1),
            2 => Fill::Step(2),
            _ => Fill::Step(4),
        },
        label: format!("{label}: {} xã", units.iter().filter(|unit| unit.class == at).count()),
    };
    let classes: Vec<Class> = CLASSES.iter().enumerate().map(class).collect();
    let map = Map { id: "phu-song", title: finding, units: &units, classes: &classes, remark: "" };
    let set = app.areas.boundaries(app.db.read(), &app.config.province, day, 3).await?;
    let parts: Vec<Part<'_>> = match &set {
        Some(set) => units
            .iter()
            .filter_map(|unit| {
                let shape = set.shape(3, &unit.code)?;
                Some(Part { code: &unit.code, group: &unit.group, shape })
            })
            .collect(),
        None => vec![],
    };
    let (Some(set), false) = (&set, parts.is_empty()) else {
        let told = "Tỉnh chưa nhập ranh giới của các xã, nên đây là sơ đồ: mỗi ô là một xã, vị trí \
                    của ô không phải vị trí trên đất.";
        let remark = "Sơ đồ, không phải bản đồ: mỗi ô là một xã.";
        return Ok((schematic(&Map { remark, ..map }), told.to_owned()));
    };
    let told = format!("Ranh giới chỉ để minh họa. Nguồn: {} ({}).", set.source, set.licence);
    Ok((draw(&map, &Picture::of(&parts, Extent::Units)), told))
}

/// `GET /noi-chua-co-song/tai-ve.csv`
pub(super) async fn csv(State(app): State<App>) -> Result<Response, Error> {
    use ColumnKind::{Date, Number, Text};
    let found = confirmed(&app).await?;
    let sheet = Sheet {
        file: "noi-chua-co-song".to_owned(),
        tab: "Nơi chưa có sóng",
        columns: vec![
            column("Mã huyện", 9.0, Text),
            column("Mã xã", 9.0, Text),
            column("Xã", 22.0, Text),
            column("Thôn, xóm", 24.0, Text),
            column("Số hộ", 9.0, Number),
            column("Số người", 9.0, Number),
            column("Thiếu", 26.0, Text),
            column("Đề xuất", 40.0, Text),
            column("Tình trạng", 26.0, Text),
            column("Nhà mạng", 16.0, Text),
            column("Hạn", 12.0, Date),
        ],
    };
    let today = app.clock.today();
    let row = |place: &Place| {
        vec![
            Value::text(&place.district_code),
            Value::text(&place.commune_code),
            Value::text(commune(&app, place)),
            Value::text(&place.hamlet),
            Value::Whole(place.households.into()),
            Value::Whole(place.people.into()),
            Value::text(lack_label(&place.lack)),
            Value::text(&place.proposal),
            Value::text(rules::place_status(place, today).1),
            Value::text(&place.operator),
            Value::day(place.due_on),
        ]
    };
    let rows: Vec<Vec<Value>> = found.iter().map(row).collect();
    let response = export_public(&app, sheet, Format::Csv, Ready(rows)).await?;
    Ok(for_a_minute(response))
}
