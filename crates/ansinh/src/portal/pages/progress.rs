//! `/tien-do`: how far the relief is, by day, by policy and by budget, in numbers and a chart.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use vietnam::date::vi_date;

use super::home::{Figures, figures};
use crate::areas::tiers_on;
use crate::portal::chart::{Bar, bars};
use crate::portal::memory::Memory;
use crate::portal::show;
use crate::relief::{budgets, paid_days};
use crate::web::{App, Choice, Error, Page, Visitor, html};

/// Days drawn; the open data have all.
const DAYS_MAX: usize = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Asked {
    nhom: String,
}

struct DayLine {
    day: String,
    money: String,
    sum: String,
}

struct SourceLine {
    name: String,
    allotted: String,
    approved: String,
    paid: String,
    width: String,
    percent: String,
}

#[derive(Template)]
#[template(path = "portal/templates/progress.html")]
struct ProgressPage {
    page: Page,
    heading: String,
    groups: Vec<Choice>,
    figures: Figures,
    chart: String,
    chart_told: String,
    days: Vec<DayLine>,
    sources: Vec<SourceLine>,
    /// Something was given by a budget.
    given: bool,
}

/// `GET /tien-do?nhom=`
pub(in crate::portal) async fn show(
    visitor: Visitor,
    Query(asked): Query<Asked>,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let totals = memory.totals(app).await?;
    let today = app.clock.today();
    let programme = app.catalogue.current(tiers_on(today), today);
    let programme = programme.or_else(|| app.catalogue.programmes().first());
    let tiers = programme.map_or(3, |one| tiers_on(one.units_on));
    let known = app.catalogue.groups(Some(tiers));
    let group = known.iter().find(|group| group.code == asked.nhom);
    let code = group.map_or("", |group| group.code.as_str());
    let figures = figures(app, &totals, tiers, code);
    let days = day_sums(app, tiers, code).await?;
    let name = group.map_or("Tiến độ hỗ trợ", |group| group.name.as_str());
    let view = ProgressPage {
        page: visitor.page("Tiến độ hỗ trợ", "tien-do"),
        heading: format!("{name}: đã chi {}", figures.paid.1),
        groups: std::iter::once(Choice::new("", "Mọi nhóm đối tượng", code))
            .chain(known.iter().map(|group| Choice::new(&group.code, &group.name, code)))
            .collect(),
        chart: chart(&days),
        chart_told: told(&days),
        days: day_lines(&days),
        sources: if code.is_empty() { sources(app).await? } else { vec![] },
        given: false,
        figures,
    };
    let given = view.sources.iter().any(|source| source.allotted != "0");
    Ok(show::for_a_minute(html(&ProgressPage { given, ..view })?))
}

/// What each day moved from the first payment to the last closed book: day, đồng. Days on which nothing
/// moved are there too: a pause is seen as one.
async fn day_sums(app: &App, tiers: i16, group: &str) -> Result<Vec<(NaiveDate, i64)>, Error> {
    let today = app.clock.today();
    let closed = app.clock.now() >= app.duties.closes_at(today);
    let through = if closed { today } else { today - Days::new(1) };
    let conn = app.db.read();
    let moved = paid_days(conn, &app.config.province, (tiers, group), through).await?;
    let Some((first, _)) = moved.first().copied() else { return Ok(vec![]) };
    let moved: HashMap<NaiveDate, i64> = moved.into_iter().collect();
    let days = first.iter_days().take_while(|day| *day <= through);
    Ok(days.map(|day| (day, moved.get(&day).copied().unwrap_or(0))).collect())
}

fn chart(days: &[(NaiveDate, i64)]) -> String {
    let shown = &days[days.len().saturating_sub(DAYS_MAX)..];
    let bar = |(day, dong): &(NaiveDate, i64)| Bar {
        label: vi_date(*day),
        value: (*dong).max(0),
        told: format!("{}: {}", vi_date(*day), show::money(*dong)),
    };
    bars("Tiền đã chi từng ngày", &shown.iter().map(bar).collect::<Vec<_>>(), show::money)
}

fn told(days: &[(NaiveDate, i64)]) -> String {
    let Some((most_day, most)) = days.iter().max_by_key(|(_, dong)| *dong) else {
        return String::new();
    };
    let sum: i64 = days.iter().map(|(_, dong)| dong).sum();
    format!(
        "{} ngày có chi từ {} đến ngày khóa sổ gần nhất, cộng {}; nhiều nhất ngày {}: {}.",
        days.iter().filter(|(_, dong)| *dong != 0).count(),
        days.first().map_or_else(String::new, |(day, _)| vi_date(*day)),
        show::money(sum),
        vi_date(*most_day),
        show::money(*most)
    )
}

fn day_lines(days: &[(NaiveDate, i64)]) -> Vec<DayLine> {
    let mut sum = 0;
    let mut lines: Vec<DayLine> = days
        .iter()
        .map(|(day, dong)| {
            sum += dong;
            (
                *dong,
                DayLine { day: vi_date(*day), money: show::number(*dong), sum: show::number(sum) },
            )
        })
        .filter(|(dong, _)| *dong != 0)
        .map(|(_, line)| line)
        .collect();
    lines.reverse();
    lines.truncate(DAYS_MAX);
    lines
}

/// Money of all programmes by budget.
async fn sources(app: &App) -> Result<Vec<SourceLine>, Error> {
    let province = app.config.province.clone();
    let scope = crate::identity::Scope::Province { province };
    let found = budgets(&app.db, &app.catalogue, &scope).await?;
    let mut sums: Vec<(String, i64, i64, i64)> = Vec::new();
    for line in found.lines {
        match sums.iter_mut().find(|sum| sum.0 == line.name) {
            Some(sum) => {
                sum.1 += line.allotted;
                sum.2 += line.approved;
                sum.3 += line.paid;
            }
            None => sums.push((line.name, line.allotted, line.approved, line.paid)),
        }
    }
    let line = |(name, allotted, approved, paid): (String, i64, i64, i64)| SourceLine {
        name,
        allotted: show::number(allotted),
        approved: show::number(approved),
        paid: show::number(paid),
        width: show::width(paid, approved),
        percent: show::percent(paid, approved),
    };
    Ok(sums.into_iter().map(line).collect())
}
