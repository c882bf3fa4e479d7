//! The daily report of a commune, a district, the province: what was decided, paid that day, paid so
//! far, and what is left and why; on paper and as a workbook. Every number comes from the ledger.

mod sheet;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::pages::{Asked, Ground, Level, ground, known_groups, known_units};
use super::store;
use super::store::daily::{self, NotPaid};
use super::types::{Aside, Counts, Filter};
use crate::areas::in_sentence;
use crate::audit::{self, Head};
use crate::relief::payments::{long_day, parse_day, percent, short_name};
use crate::transparency;
use crate::web::{Desk, Error, Page, encode, html};

pub(super) use sheet::file;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AskedDay {
    ngay: String,
    huyen: String,
    xa: String,
}

/// One line of the report: a unit, a group, or the sum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DayLine {
    pub name: String,
    pub approved: Counts,
    pub today: Counts,
    pub so_far: Counts,
    pub not_paid: Counts,
}

impl DayLine {
    fn add(&mut self, other: &Self) {
        self.approved.add(other.approved);
        self.today.add(other.today);
        self.so_far.add(other.so_far);
        self.not_paid.add(other.not_paid);
    }

    /// Approved and not paid: items and đồng.
    fn left(&self) -> (i64, i64) {
        (self.approved.items - self.so_far.items, self.approved.dong - self.so_far.dong)
    }

    fn is_empty(&self) -> bool {
        Self { name: String::new(), ..self.clone() } == Self::default()
    }
}

/// What a day's report is added up from, by commune and group.
#[derive(Debug, Clone, Default)]
struct Material {
    approved: Vec<Aside>,
    today: Vec<Aside>,
    so_far: Vec<Aside>,
    not_paid: Vec<NotPaid>,
}

/// The report of a day.
pub(super) struct Report {
    pub at: Ground,
    pub day: NaiveDate,
    pub groups: Vec<DayLine>,
    pub units: Vec<DayLine>,
    pub sum: DayLine,
    /// Reason, items, đồng.
    pub reasons: Vec<(String, i64, i64)>,
    /// End of the audit chain at the close of the day, or now when the day is today.
    pub audit: Head,
    /// The root of the public log at the close of the day, in groups; empty when it was not published.
    pub root: String,
}

/// By what a line is keyed.
#[derive(Debug, Clone, Copy)]
enum By {
    District,
    Commune,
    Group,
}

/// Adds up by the keys in `known`, in their order, then the others.
fn lines(material: &Material, by: By, known: &[(String, String)]) -> Vec<DayLine> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines: Vec<DayLine> = Vec::new();
    for (key, name) in known {
        places.insert(key.clone(), lines.len());
        lines.push(DayLine { name: name.clone(), ..DayLine::default() });
    }
    let mut line = |district: &str, commune: &str, group: &str| -> usize {
        let key = match by {
            By::District => district,
            By::Commune => commune,
            By::Group => group,
        };
        *places.entry(key.to_owned()).or_insert_with(|| {
            lines.push(DayLine { name: key.to_owned(), ..DayLine::default() });
            lines.len() - 1
        })
    };
    let mut found: Vec<(usize, DayLine)> = Vec::new();
    let counts = |a: &Aside| Counts { items: a.items, people: a.people, dong: a.dong };
    for a in &material.approved {
        let at = line(&a.district_code, &a.commune_code, &a.group_code);
        found.push((at, DayLine { approved: counts(a), ..DayLine::default() }));
    }
    for a in &material.today {
        let at = line(&a.district_code, &a.commune_code, &a.group_code);
        found.push((at, DayLine { today: counts(a), ..DayLine::default() }));
    }
    for a in &material.so_far {
        let at = line(&a.district_code, &a.commune_code, &a.group_code);
        found.push((at, DayLine { so_far: counts(a), ..DayLine::default() }));
    }
    for n in &material.not_paid {
        let at = line(&n.district_code, &n.commune_code, &n.group_code);
        let not_paid = Counts { items: n.items, people: 0, dong: n.dong };
        found.push((at, DayLine { not_paid, ..DayLine::default() }));
    }
    for (at, part) in found {
        lines[at].add(&part);
    }
    lines
}

/// Reads the report of a day.
///
/// # Errors
/// [`Error::NotFound`] for another's place; a refusal for a day that cannot be read or is to come.
pub(super) async fn report(desk: &Desk, asked: &AskedDay) -> Result<Report, Error> {
    let today = desk.app.clock.today();
    let remedy = "Ghi ngày như 19/6/2020, không sau hôm nay.";
    let day = match asked.ngay.trim() {
        "" => today,
        typed => parse_day(typed)
            .ok_or_else(|| Error::refused("Ngày của báo cáo không đọc được", remedy))?,
    };
    if day > today {
        return Err(Error::refused(format!("Ngày {} chưa tới", vi_date(day)), remedy));
    }
    let place = Asked { huyen: asked.huyen.clone(), xa: asked.xa.clone(), ..Asked::default() };
    let at = ground(desk, &place)?;
    let material = read(desk, &at, day).await?;
    let by = match at.level {
        Level::Province
            if !desk.app.areas.districts(desk.actor.scope.province(), at.day).is_empty() =>
        {
            By::District
        }
        _ => By::Commune,
    };
    let groups: Vec<DayLine> = lines(&material, By::Group, &known_groups(desk))
        .into_iter()
        .filter(|l| !l.is_empty())
        .collect();
    let units = match at.level {
        Level::Commune => vec![],
        _ => lines(&material, by, &known_units(desk, &at)),
    };
    let mut sum = DayLine { name: "Tổng cộng".to_owned(), ..DayLine::default() };
    for line in &groups {
        sum.add(line);
    }
    let reasons = desk
        .app
        .catalogue
        .reasons()
        .known()
        .filter_map(|reason| {
            let of = material.not_paid.iter().filter(|n| n.reason_code == reason.code());
            let (items, dong) = of.fold((0, 0), |(i, d), n| (i + n.items, d + n.dong));
            (items > 0).then(|| (reason.label().to_owned(), items, dong))
        })
        .collect();
    let audit = audit::head(desk.app.db.read(), day).await?;
    let root =
        transparency::printed_root(desk.app.db.read(), &desk.app.config.province, day).await?;
    Ok(Report { at, day, groups, units, sum, reasons, audit, root })
}

/// "42137: 3f2a0c11 …", as `ansinh audit verify --expect` takes it; empty while nothing is sealed.
/// On paper it pins everything before it (docs/AUDIT.md).
pub(super) fn audit_words(report: &Report) -> String {
    if report.audit == Head::EMPTY {
        return String::new();
    }
    format!("{}: {}", report.audit.seq, report.audit.grouped())
}

async fn read(desk: &Desk, at: &Ground, day: NaiveDate) -> Result<Material, Error> {
    // One snapshot: the parts of a report must not come from different moments.
    let snapshot = desk.app.db.snapshot().await?;
    let scope = &desk.actor.scope;
    let until = Filter { from: None, to: Some(day), ..at.filter.clone() };
    let only = Filter { from: Some(day), ..until.clone() };
    let not_paid = if day == desk.app.clock.today() {
        daily::not_paid_now(&snapshot, scope, &until).await?
    } else {
        daily::not_paid_by(&snapshot, scope, &until, day).await?
    };
    Ok(Material {
        approved: daily::approved_by(&snapshot, scope, &until, day).await?,
        today: store::period(&snapshot, scope, &only).await?,
        so_far: store::period(&snapshot, scope, &until).await?,
        not_paid,
    })
}

/// Words and numbers of a line, finished.
#[derive(Debug, Clone)]
struct LineView {
    name: String,
    cells: Vec<String>,
    share: String,
}

impl LineView {
    fn of(line: &DayLine) -> Self {
        let (items, dong) = line.left();
        let numbers = [
            line.approved.items,
            line.approved.dong,
            line.today.items,
            line.today.dong,
            line.so_far.items,
            line.so_far.dong,
            items,
            dong,
            line.not_paid.items,
        ];
        Self {
            name: line.name.clone(),
            cells: numbers.map(|number| Dong(number).to_string()).to_vec(),
            // Of nothing there is no share.
            share: match line.approved.items {
                0 => "–".to_owned(),
                all => percent(line.so_far.items, all),
            },
        }
    }
}

#[derive(Debug, Clone)]
struct ReasonView {
    name: String,
    items: String,
    dong: String,
}

/// Head of an official paper (Nghị định 30/2020/NĐ-CP, phụ lục I).
#[derive(Debug, Clone)]
pub(super) struct PaperHead {
    pub above: String,
    pub office: String,
    pub place: String,
    pub date: String,
    /// To whom the report goes.
    pub to: String,
}

pub(super) fn head(desk: &Desk, report: &Report) -> PaperHead {
    let (areas, at) = (&desk.app.areas, &report.at);
    let province = &desk.app.config.province_name;
    let district = areas.district_name(&at.filter.place.district, at.day);
    let (above, to) = match at.level {
        Level::Commune if !district.is_empty() => (
            format!("UBND {}", district.to_uppercase()),
            format!("UBND {}", in_sentence(&district)),
        ),
        Level::Commune | Level::District => {
            (format!("UBND TỈNH {}", province.to_uppercase()), format!("UBND tỉnh {province}"))
        }
        Level::Province => (String::new(), "Bộ Lao động - Thương binh và Xã hội".to_owned()),
    };
    PaperHead {
        above,
        office: format!("ỦY BAN NHÂN DÂN {}", at.name.to_uppercase()),
        place: short_name(&at.name),
        date: long_day(report.day),
        to,
    }
}

#[derive(Template)]
#[template(path = "relief/reports/templates/daily.html")]
struct DailyPage {
    page: Page,
    head: PaperHead,
    day: String,
    finding: String,
    groups: Vec<LineView>,
    units: Vec<LineView>,
    sum: LineView,
    reasons: Vec<ReasonView>,
    audit: String,
    root: String,
    today_words: String,
    so_far_words: String,
    huyen: String,
    xa: String,
    before: String,
    after: String,
    xlsx: String,
    back: String,
}

fn address(path: &str, asked: &AskedDay, day: NaiveDate) -> String {
    let mut text = format!("{path}?ngay={day}");
    for (name, value) in [("huyen", &asked.huyen), ("xa", &asked.xa)] {
        if !value.is_empty() {
            text.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    text
}

/// "Trong ngày 19/6/2020 đã chi 12 khoản, 18.000.000 đồng."
pub(super) fn finding(report: &Report) -> String {
    let (sum, day) = (&report.sum, vi_date(report.day));
    let share = percent(sum.so_far.items, sum.approved.items);
    let today = match sum.today {
        Counts { items: 0, dong: 0, .. } => format!("Trong ngày {day} không chi khoản nào"),
        today => format!(
            "Trong ngày {day} đã chi {} khoản, {}",
            Dong(today.items),
            Dong(today.dong).with_unit()
        ),
    };
    format!(
        "{today}. Tính đến hết ngày đã chi {}/{} khoản được duyệt ({share}).",
        Dong(sum.so_far.items),
        Dong(sum.approved.items)
    )
}

/// `GET /bao-cao/hang-ngay`.
pub(super) async fn show(desk: Desk, Query(asked): Query<AskedDay>) -> Result<Response, Error> {
    let report = report(&desk, &asked).await?;
    let day = report.day;
    let next = day + Days::new(1);
    let path = "/bao-cao/hang-ngay";
    let place = Asked { huyen: asked.huyen.clone(), xa: asked.xa.clone(), ..Asked::default() };
    let title = format!("Báo cáo ngày {}, {}", vi_date(day), report.at.name);
    html(&DailyPage {
        page: desk.page(title, "bao-cao"),
        head: head(&desk, &report),
        day: day.to_string(),
        finding: finding(&report),
        groups: report.groups.iter().map(LineView::of).collect(),
        units: report.units.iter().map(LineView::of).collect(),
        sum: LineView::of(&report.sum),
        reasons: report
            .reasons
            .iter()
            .map(|(name, items, dong)| ReasonView {
                name: name.clone(),
                items: Dong(*items).to_string(),
                dong: Dong(*dong).to_string(),
            })
            .collect(),
        audit: audit_words(&report),
        root: report.root.clone(),
        today_words: Dong(report.sum.today.dong).in_words(),
        so_far_words: Dong(report.sum.so_far.dong).in_words(),
        before: address(path, &asked, day - Days::new(1)),
        after: if next > desk.app.clock.today() {
            String::new()
        } else {
            address(path, &asked, next)
        },
        xlsx: address("/bao-cao/hang-ngay/tep", &asked, day),
        back: place.address("/bao-cao", &[]),
        huyen: asked.huyen,
        xa: asked.xa,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aside(commune: &str, group: &str, items: i64, dong: i64) -> Aside {
        Aside {
            district_code: "439".into(),
            commune_code: commune.into(),
            group_code: group.into(),
            items,
            people: items,
            dong,
        }
    }

    #[test]
    fn however_it_is_cut_the_sum_is_the_same() {
        let material = Material {
            approved: vec![aside("1", "NCC", 10, 100), aside("2", "HN", 5, 50)],
            today: vec![aside("1", "NCC", 2, 20)],
            so_far: vec![aside("1", "NCC", 7, 70), aside("2", "HN", 1, 10)],
            not_paid: vec![],
        };
        let sum = |by| {
            let mut all = DayLine::default();
            for line in lines(&material, by, &[("NCC".into(), "Người có công".into())]) {
                all.add(&line);
            }
            all
        };
        assert_eq!(sum(By::District), sum(By::Group));
        assert_eq!(sum(By::Commune), sum(By::Group));
        assert_eq!(sum(By::Group).left(), (7, 70));
    }
}
