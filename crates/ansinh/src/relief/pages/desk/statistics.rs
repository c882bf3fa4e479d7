//! `/canh-bao/thong-ke`: how many pairs wait at which unit, and for how long.

use askama::Template;
use axum::response::Response;

use super::super::{count, unit_name};
use crate::clock::day_begins;
use crate::relief::store::desks::{self, Waiting};
use crate::web::{Desk, Error, Page, html};

/// Days after which a pair counts as old and as very old.
const AGES: [i64; 2] = [2, 6];

struct Line {
    unit: String,
    figures: Vec<String>,
}

#[derive(Template)]
#[template(path = "relief/templates/warnings_statistics.html")]
struct StatisticsPage {
    page: Page,
    lines: Vec<Line>,
    total: Line,
}

pub(super) async fn page(desk: Desk) -> Result<Response, Error> {
    let today = desk.app.clock.today();
    let since = AGES.map(|days| day_begins(today - chrono::Duration::days(days - 1)));
    let rows = desks::waiting(desk.app.db.read(), &desk.actor.scope, today, since).await?;
    let lines: Vec<Line> = rows
        .iter()
        .map(|row| Line {
            unit: match (row.desk_district.as_str(), row.desk_commune.as_str()) {
                ("", "") => "Cấp tỉnh".to_owned(),
                (district, commune) => unit_name(&desk, commune, district),
            },
            figures: figures(row),
        })
        .collect();
    let total = rows.iter().fold(Waiting::default(), Waiting::plus);
    html(&StatisticsPage {
        page: desk.page("Cảnh báo trùng theo đơn vị", "canh-bao"),
        lines,
        total: Line { unit: "Cộng".to_owned(), figures: figures(&total) },
    })
}

fn figures(row: &Waiting) -> Vec<String> {
    let numbers = [
        row.certain,
        row.suspected,
        row.papers,
        row.young,
        row.older,
        row.oldest,
        row.late,
        row.same,
        row.different,
    ];
    numbers.into_iter().map(count).collect()
}
