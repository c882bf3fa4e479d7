//! The roll-up: province → district → commune → rows, and the same by day and by decision.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::asked::{Asked, Ground, Level, ground};
use crate::database::Conn;
use crate::identity::Scope;
use crate::relief::payments::{Status, percent};
use crate::relief::reports::rules::{
    Bar, By, Material, Measure, bars, finding, lines, share, slowest, sum, thousandths,
};
use crate::relief::reports::store;
use crate::relief::reports::types::{DecisionName, Filter, Line};
use crate::web::{Desk, Error, FieldError, Page, html};

/// A number and the rows it was added up from.
#[derive(Debug, Clone)]
struct Num {
    text: String,
    href: String,
}

#[derive(Debug, Clone)]
struct LineView {
    name: String,
    href: String,
    share: String,
    nums: Vec<Num>,
    period: Vec<Num>,
}

#[derive(Debug, Clone)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// The form of filters over every report.
#[derive(Debug, Clone)]
struct FilterForm {
    errors: Vec<FieldError>,
    huyen: String,
    xa: String,
    groups: Vec<Choice>,
    decisions: Vec<Choice>,
    from: String,
    to: String,
    action: &'static str,
    hidden_so: String,
}

#[derive(Debug, Clone)]
struct Link {
    label: String,
    href: String,
}

#[derive(Debug, Clone)]
struct ReasonView {
    label: String,
    items: Num,
    dong: String,
    share: String,
    width: String,
}

#[derive(Debug, Clone)]
struct PivotLine {
    name: String,
    nums: Vec<Num>,
    all: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/rollup.html")]
struct RollupPage {
    page: Page,
    form: FilterForm,
    up: Vec<Link>,
    approved: Num,
    approved_dong: String,
    paid: Num,
    paid_dong: String,
    paid_share: String,
    today: Num,
    today_dong: String,
    open: Num,
    open_dong: String,
    people: String,
    units: Vec<LineView>,
    groups: Vec<LineView>,
    total: LineView,
    has_period: bool,
    chart_title: String,
    bars: Vec<Bar>,
    chart_height: i64,
    pivot_heads: Vec<String>,
    pivot: Vec<PivotLine>,
    pivot_sums: Vec<String>,
    pivot_sum: String,
    measures: Vec<Choice>,
    reasons: Vec<ReasonView>,
    reasons_title: String,
    sound: bool,
    book_sum: String,
    sums_words: String,
    files: Files,
}

/// The same report elsewhere.
#[derive(Debug, Clone)]
struct Files {
    csv: String,
    xlsx: String,
    by_day: String,
    by_decision: String,
    daily: String,
    builder: String,
}

impl Files {
    fn of(asked: &Asked) -> Self {
        let at = |path: &str| asked.address(path, &[("so", "")]);
        Self {
            csv: at("/bao-cao/tep/tong-hop.csv"),
            xlsx: at("/bao-cao/tep/tong-hop.xlsx"),
            by_day: at("/bao-cao/ngay"),
            by_decision: at("/bao-cao/quyet-dinh"),
            builder: at("/bao-cao/tu-lap"),
            daily: asked.address("/bao-cao/hang-ngay", &[("so", ""), ("tu", ""), ("den", "")]),
        }
    }
}

/// `GET /bao-cao`.
pub(super) async fn rollup(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let at = ground(&desk, &asked)?;
    // One moment for all: a payment between two readings would look like a difference.
    let conn = &desk.app.db.snapshot().await?;
    let scope = &desk.actor.scope;
    let today = desk.app.clock.today();
    let only_today = Filter { from: Some(today), to: Some(today), ..at.filter.clone() };
    let all_days = Filter { from: None, to: None, ..at.filter.clone() };
    let (material, today_sum, book, reasons, decisions) = tokio::try_join!(
        material(conn, scope, &at.filter),
        async { Ok::<_, Error>(store::net(conn, scope, &only_today).await?) },
        async { Ok::<_, Error>(store::net(conn, scope, &all_days).await?.dong) },
        async { Ok::<_, Error>(store::reasons(conn, scope, &at.filter).await?) },
        async { Ok::<_, Error>(store::decisions(conn, scope).await?) },
    )?;

    let units = known_units(&desk, &at);
    let by = if at.level == Level::Province && has_districts(&desk, &at) {
        By::District
    } else {
        By::Commune
    };
    let unit_lines = lines(&material, by, &units);
    let group_lines: Vec<Line> = lines(&material, By::Group, &known_groups(&desk))
        .into_iter()
        .filter(|line| line.approved().items + line.declined.items + line.period.items != 0)
        .collect();
    let all = sum(&unit_lines);
    let measure = Measure::from_code(&asked.so);
    let pivot = pivot(&asked, &material, by, &unit_lines, &group_lines, measure);
    let today_text = vi_date(today);
    let book_address = |from: &str, to: &str| {
        asked.address("/bao-cao/so-chi", &[("so", ""), ("tu", from), ("den", to)])
    };
    let (drawn, height) = chart(&unit_lines);
    let view = RollupPage {
        page: desk.page(finding(&at.name, &all), "bao-cao"),
        form: filter_form(&asked, &at, &known_groups(&desk), &decisions, "/bao-cao"),
        up: up_links(&desk, &asked, &at),
        approved: num(all.approved().items, rows(&asked, &[])),
        approved_dong: Dong(all.approved().dong).with_unit(),
        paid: num(all.paid.items, rows(&asked, &[("tinh-trang", Status::Paid.code())])),
        paid_dong: Dong(all.paid.dong).with_unit(),
        paid_share: share(&all),
        today: num(today_sum.items, book_address(&today_text, &today_text)),
        today_dong: Dong(today_sum.dong).with_unit(),
        open: num(all.open.items, rows(&asked, &[("tinh-trang", Status::Open.code())])),
        open_dong: Dong(all.open.dong).with_unit(),
        people: Dong(all.approved().people).to_string(),
        units: unit_lines.iter().map(|line| line_view(&asked, line, by, &at)).collect(),
        groups: group_lines.iter().map(|line| line_view(&asked, line, By::Group, &at)).collect(),
        total: LineView { name: at.name.clone(), ..view_of(&asked, &all, &[]) },
        has_period: at.filter.from.is_some() || at.filter.to.is_some(),
        chart_title: slowest(&unit_lines),
        bars: drawn,
        chart_height: height,
        pivot_heads: group_lines.iter().map(|line| line.name.clone()).collect(),
        pivot_sums: group_lines.iter().map(|line| Dong(measure.of(line)).to_string()).collect(),
        pivot_sum: Dong(measure.of(&all)).to_string(),
        pivot,
        measures: measures(measure),
        reasons_title: format!("{} khoản không chi được", Dong(all.not_paid.items)),
        reasons: reason_views(&desk, &asked, &reasons),
        sound: book == all.paid.dong,
        book_sum: Dong(book).with_unit(),
        sums_words: Dong(all.paid.dong).in_words(),
        files: Files::of(&asked),
    };
    html(&view)
}

/// Reads what a roll-up is added up from.
///
/// # Errors
/// The engine's.
pub(in crate::relief::reports) async fn material<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
) -> Result<Material, Error> {
    let period = if filter.from.is_some() || filter.to.is_some() {
        store::period(conn, scope, filter).await?
    } else {
        vec![]
    };
    Ok(Material {
        cells: store::cells(conn, scope, filter).await?,
        declined: store::declined(conn, scope, filter).await?,
        period,
    })
}

fn has_districts(desk: &Desk, at: &Ground) -> bool {
    !desk.app.areas.districts(desk.actor.scope.province(), at.day).is_empty()
}

/// Units of the report in their order: districts of the province, communes of a district, or the
/// commune itself.
pub(in crate::relief::reports) fn known_units(desk: &Desk, at: &Ground) -> Vec<(String, String)> {
    let (areas, province) = (&desk.app.areas, desk.actor.scope.province());
    let place = &at.filter.place;
    let units = match at.level {
        Level::Province if has_districts(desk, at) => areas.districts(province, at.day),
        Level::Province => areas.communes_of(province, at.day),
        Level::District => areas.communes_of(&place.district, at.day),
        Level::Commune => return vec![(place.commune.clone(), at.name.clone())],
    };
    units.into_iter().map(|unit| (unit.code, unit.full_name)).collect()
}

/// Groups of the officer's era in the order of their rank.
pub(in crate::relief::reports) fn known_groups(desk: &Desk) -> Vec<(String, String)> {
    let today = desk.app.clock.today();
    let groups = desk.app.catalogue.groups_begun(desk.actor.tiers, today).into_iter();
    groups.map(|group| (group.code.clone(), group.short_name().to_owned())).collect()
}

fn filter_form(
    asked: &Asked,
    at: &Ground,
    groups: &[(String, String)],
    decisions: &[DecisionName],
    action: &'static str,
) -> FilterForm {
    let choice = |value: &str, label: String, chosen: &str| Choice {
        value: value.to_owned(),
        label,
        chosen: value == chosen,
    };
    FilterForm {
        errors: at.errors.clone(),
        huyen: asked.huyen.clone(),
        xa: asked.xa.clone(),
        groups: groups.iter().map(|(code, name)| choice(code, name.clone(), &asked.nhom)).collect(),
        decisions: decisions
            .iter()
            .map(|one| {
                let label = format!("{} ngày {}", one.number, vi_date(one.decided_on));
                choice(&one.id.to_string(), label, &asked.quyet_dinh)
            })
            .collect(),
        from: asked.tu.clone(),
        to: asked.den.clone(),
        action,
        hidden_so: asked.so.clone(),
    }
}

/// The way up: from a commune to its district, from there to the province, as far as the scope goes.
fn up_links(desk: &Desk, asked: &Asked, at: &Ground) -> Vec<Link> {
    let scope = &desk.actor.scope;
    let mut links = Vec::new();
    if at.level != Level::Province && scope.district().is_empty() && scope.commune().is_empty() {
        let href = asked.address("/bao-cao", &[("huyen", ""), ("xa", "")]);
        links.push(Link { label: format!("Tỉnh {}", desk.app.config.province_name), href });
    }
    let district = &at.filter.place.district;
    if at.level == Level::Commune && scope.commune().is_empty() && !district.is_empty() {
        let href = asked.address("/bao-cao", &[("huyen", district), ("xa", "")]);
        links.push(Link { label: desk.app.areas.district_name(district, at.day), href });
    }
    links
}

fn num(value: i64, href: String) -> Num {
    Num { text: Dong(value).to_string(), href }
}

fn plain(value: i64) -> Num {
    num(value, String::new())
}

/// The rows behind a number of this report.
fn rows(asked: &Asked, changes: &[(&str, &str)]) -> String {
    let mut all = vec![("so", ""), ("tu", ""), ("den", "")];
    all.extend_from_slice(changes);
    asked.address("/bao-cao/doi-tuong", &all)
}

fn place_of(line: &Line, by: By) -> (&'static str, &str) {
    let name = match by {
        By::District => "huyen",
        By::Commune => "xa",
        By::Group => "nhom",
    };
    (name, line.key.as_str())
}

fn line_view(asked: &Asked, line: &Line, by: By, at: &Ground) -> LineView {
    let place = place_of(line, by);
    let href = match by {
        By::Group if at.level == Level::Commune => rows(asked, &[place]),
        _ => asked.address("/bao-cao", &[place]),
    };
    let mut view = view_of(asked, line, &[place]);
    view.href = href;
    view
}

fn view_of(asked: &Asked, line: &Line, place: &[(&str, &str)]) -> LineView {
    let link = |status: Status| {
        let mut changes = place.to_vec();
        changes.push(("tinh-trang", status.code()));
        rows(asked, &changes)
    };
    let approved = line.approved();
    let mut book = place.to_vec();
    book.push(("so", ""));
    LineView {
        name: line.name.clone(),
        href: String::new(),
        share: share(line),
        nums: vec![
            num(approved.items, rows(asked, place)),
            plain(approved.people),
            plain(approved.dong),
            num(line.paid.items, link(Status::Paid)),
            plain(line.paid.dong),
            num(line.open.items, link(Status::Open)),
            plain(line.open.dong),
            num(line.not_paid.items, link(Status::NotPaid)),
            plain(line.not_paid.dong),
            num(line.held.items, link(Status::Held)),
            plain(line.held.dong),
            plain(line.declined.people),
        ],
        period: vec![
            num(line.period.items, asked.address("/bao-cao/so-chi", &book)),
            plain(line.period.dong),
        ],
    }
}

/// Bars of the share paid, slowest first, units with anything approved only.
fn chart(unit_lines: &[Line]) -> (Vec<Bar>, i64) {
    let mut known: Vec<&Line> = unit_lines.iter().filter(|l| l.approved().items > 0).collect();
    known.sort_by_key(|line| thousandths(line));
    let drawn =
        bars(known.iter().map(|line| (line.name.clone(), thousandths(line), share(line))), 1000);
    let height = 16 + 27 * i64::try_from(drawn.len()).unwrap_or(0);
    (drawn, height)
}

fn pivot(
    asked: &Asked,
    material: &Material,
    by: By,
    unit_lines: &[Line],
    group_lines: &[Line],
    measure: Measure,
) -> Vec<PivotLine> {
    unit_lines
        .iter()
        .filter(|line| measure.of(line) != 0)
        .map(|unit| {
            let of_unit = material.of_unit(by, &unit.key);
            let known: Vec<(String, String)> =
                group_lines.iter().map(|g| (g.key.clone(), g.name.clone())).collect();
            let of_groups = lines(&of_unit, By::Group, &known);
            let nums = of_groups
                .iter()
                .map(|line| {
                    let value = measure.of(line);
                    let mut changes = vec![place_of(unit, by), ("nhom", line.key.as_str())];
                    changes.push(("tinh-trang", measure.status().map_or("", Status::code)));
                    let linked = value != 0 && measure != Measure::Declined;
                    num(value, if linked { rows(asked, &changes) } else { String::new() })
                })
                .collect();
            PivotLine { name: unit.name.clone(), nums, all: Dong(measure.of(unit)).to_string() }
        })
        .collect()
}

fn measures(chosen: Measure) -> Vec<Choice> {
    Measure::ALL
        .into_iter()
        .map(|m| Choice {
            value: m.code().to_owned(),
            label: m.label().to_owned(),
            chosen: m == chosen,
        })
        .collect()
}

fn reason_views(
    desk: &Desk,
    asked: &Asked,
    found: &[crate::relief::reports::types::ReasonCount],
) -> Vec<ReasonView> {
    let all: i64 = found.iter().map(|one| one.items).sum();
    let known = desk.app.catalogue.reasons().known();
    known
        .filter_map(|reason| {
            let one = found.iter().find(|one| one.reason_code == reason.code())?;
            let changes = [("tinh-trang", Status::NotPaid.code()), ("ly-do", reason.code())];
            let tenths = if all > 0 { one.items * 1000 / all } else { 0 };
            Some(ReasonView {
                label: reason.label().to_owned(),
                items: num(one.items, rows(asked, &changes)),
                dong: Dong(one.dong).to_string(),
                share: percent(one.items, all),
                width: format!("{}.{}", tenths / 10, tenths % 10),
            })
        })
        .collect()
}

mod times;

pub(super) use times::{days, decisions};
