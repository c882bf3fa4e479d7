//! `/don-doc/don-vi-cham`: which units are late, with what, in all rooms.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use sheets::ColumnKind;
use vietnam::date::vi_date;
use vietnam::text::{capitalized, compare_vi};

use super::moment;
use crate::duties::chase::{self, HISTORY_DAYS};
use crate::duties::late::Overdue;
use crate::duties::rules::moment_words;
use crate::duties::types::Became;
use crate::web::export::{Format, Note, Ready, Sheet, Value, column, export};
use crate::web::{App, Desk, Error, Page, html};
use crate::{feedback, relief, steering};

/// Most units on the page; the file has all.
const UNITS_MAX: usize = 300;

/// One thing that is late.
struct Work {
    kind: &'static str,
    what: String,
    works: i64,
    due: NaiveDate,
    /// Working days since.
    days: i64,
    urged: Option<NaiveDate>,
    href: String,
}

/// Everything that one unit is late with, the longest first.
struct Slow {
    unit: String,
    works: Vec<Work>,
}

impl Slow {
    fn longest(&self) -> i64 {
        self.works.first().map_or(0, |work| work.days)
    }

    fn count(&self) -> i64 {
        self.works.iter().map(|work| work.works).sum()
    }
}

struct Line {
    kind: &'static str,
    what: String,
    due: String,
    days: i64,
    urged: String,
    href: String,
}

struct Unit {
    name: String,
    longest: i64,
    lines: Vec<Line>,
}

struct Figure {
    kind: &'static str,
    works: i64,
}

#[derive(Template)]
#[template(path = "duties/templates/slow.html")]
struct SlowPage {
    page: Page,
    heading: String,
    lead: String,
    figures: Vec<Figure>,
    units: Vec<Unit>,
    rest: usize,
}

/// The 17:30 updates that never came: one line for each unit.
async fn silent(desk: &Desk) -> Result<Vec<Overdue>, Error> {
    let (_, units) = chase::histories(&desk.app, &desk.actor.scope, HISTORY_DAYS).await?;
    let mut late = Vec::new();
    for (unit, (_, days)) in units {
        let missed = days.iter().filter(|day| day.became == Some(Became::Missed));
        let missed: Vec<NaiveDate> = missed.map(|day| day.slot.start).collect();
        let Some(first) = missed.first() else { continue };
        late.push(Overdue {
            kind: "Báo cáo ngày",
            what: match missed.len() {
                1 => format!("chưa gửi báo cáo ngày {}", vi_date(*first)),
                days => format!("{days} ngày chưa gửi báo cáo, từ {}", vi_date(*first)),
            },
            works: i64::try_from(missed.len()).unwrap_or(i64::MAX),
            due: *first,
            href: format!("/don-doc/{}", unit.commune),
            district: unit.district,
            commune: unit.commune,
            tiers: unit.tiers,
            department: String::new(),
            urged: None,
        });
    }
    Ok(late)
}

/// All units that are late with something, the slowest first.
async fn slow_units(desk: &Desk) -> Result<Vec<Slow>, Error> {
    let (app, scope, today) = (&desk.app, &desk.actor.scope, desk.app.clock.today());
    let mut late = silent(desk).await?;
    late.extend(relief::overdue(app, scope, today).await?);
    late.extend(feedback::overdue(app.db.read(), scope, today).await?);
    late.extend(steering::overdue(app, scope, today).await?);
    Ok(gathered(app, late, today))
}

fn gathered(app: &App, late: Vec<Overdue>, today: NaiveDate) -> Vec<Slow> {
    let calendar = app.areas.calendar();
    let mut units: BTreeMap<(String, String, i16, String), Vec<Work>> = BTreeMap::new();
    for one in late {
        // What fell due on a Saturday is late on Monday, and by a day.
        let days = calendar.working_days_between(one.due, today).max(1);
        let Overdue { kind, what, works, due, urged, href, .. } = one;
        let owner = (one.district, one.commune, one.tiers, one.department);
        units.entry(owner).or_default().push(Work { kind, what, works, due, days, urged, href });
    }
    let slow = |((district, commune, tiers, department), mut works): (_, Vec<Work>)| {
        works.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.what.cmp(&b.what)));
        let (district, commune): (String, String) = (district, commune);
        let unit = match department {
            none if String::is_empty(&none) => {
                capitalized(&app.unit_name((&district, &commune), tiers))
            }
            department => department,
        };
        Slow { unit, works }
    };
    let mut slow: Vec<Slow> = units.into_iter().map(slow).collect();
    slow.sort_by(|a, b| {
        let (more, less) = ((b.longest(), b.count()), (a.longest(), a.count()));
        more.cmp(&less).then_with(|| compare_vi(&a.unit, &b.unit))
    });
    slow
}

/// `GET /don-doc/don-vi-cham`
pub(super) async fn show(desk: Desk) -> Result<Response, Error> {
    let slow = slow_units(&desk).await?;
    let at = moment(&desk.app);
    let all: i64 = slow.iter().map(Slow::count).sum();
    let heading = match slow.len() {
        0 => "Đơn vị chậm: không có đơn vị nào".to_owned(),
        units => format!("Đơn vị chậm: {units} đơn vị, {all} việc quá hạn"),
    };
    let mut figures: Vec<Figure> = Vec::new();
    for work in slow.iter().flat_map(|unit| &unit.works) {
        match figures.iter_mut().find(|figure| figure.kind == work.kind) {
            Some(figure) => figure.works += work.works,
            None => figures.push(Figure { kind: work.kind, works: work.works }),
        }
    }
    figures.sort_by_key(|figure| -figure.works);
    let view = SlowPage {
        page: desk.page("Đơn vị chậm", "don-doc"),
        heading,
        lead: format!(
            "Tính đến {} ngày {}, từ báo cáo ngày, danh sách, cảnh báo trùng, ý kiến và việc được \
             giao. Số ngày trễ là ngày làm việc.",
            moment_words(desk.app.clock.now(), at.day),
            vi_date(at.day)
        ),
        figures,
        rest: slow.len().saturating_sub(UNITS_MAX),
        units: slow.into_iter().take(UNITS_MAX).map(shown).collect(),
    };
    html(&view)
}

fn shown(slow: Slow) -> Unit {
    let line = |work: &Work| Line {
        kind: work.kind,
        what: capitalized(&work.what),
        due: vi_date(work.due),
        days: work.days,
        urged: work.urged.map_or_else(String::new, vi_date),
        href: work.href.clone(),
    };
    Unit { longest: slow.longest(), lines: slow.works.iter().map(line).collect(), name: slow.unit }
}

/// `GET /don-doc/don-vi-cham/tep/don-vi-cham.xlsx`
pub(super) async fn table(desk: Desk, Path(name): Path<String>) -> Result<Response, Error> {
    use ColumnKind::{Date, Number, Text};
    let format = Format::of(&name, "don-vi-cham")?;
    let slow = slow_units(&desk).await?;
    let sheet = Sheet {
        file: format!("don-vi-cham-{}", desk.app.clock.today()),
        tab: "Đơn vị chậm",
        columns: vec![
            column("Đơn vị", 28.0, Text),
            column("Loại việc", 20.0, Text),
            column("Việc", 50.0, Text),
            column("Số việc", 9.0, Number),
            column("Hạn", 12.0, Date),
            column("Trễ (ngày làm việc)", 11.0, Number),
            column("Nhắc gần nhất", 13.0, Date),
        ],
    };
    let mut rows = Vec::new();
    for unit in &slow {
        rows.extend(unit.works.iter().map(|work| {
            vec![
                Value::text(&unit.unit),
                Value::text(work.kind),
                Value::text(capitalized(&work.what)),
                Value::Whole(work.works),
                Value::Day(work.due),
                Value::Whole(work.days),
                Value::day(work.urged),
            ]
        }));
    }
    let note = Note { table: "don-vi-cham", filter: String::new() };
    export(&desk, sheet, format, note, Ready(rows)).await
}
