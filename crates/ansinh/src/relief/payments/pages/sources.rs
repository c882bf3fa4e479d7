//! What was paid, by budget: the central budget refunds what was really spent.

use askama::Template;
use axum::response::Response;
use vietnam::money::Dong;

use crate::relief::payments::verify::source_sums;
use crate::web::{Desk, Error, Page, html};

struct Line {
    name: String,
    amount: String,
    words: String,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/sources.html")]
struct SourcesPage {
    page: Page,
    lines: Vec<Line>,
    sum: String,
}

/// `GET /bao-cao/nguon-kinh-phi`.
pub(super) async fn sources(desk: Desk) -> Result<Response, Error> {
    let sums = source_sums(&desk.app.db, &desk.actor.scope).await?;
    let sum: i64 = sums.iter().map(|(.., dong)| dong).sum();
    let title = format!("Đã chi theo nguồn kinh phí: {}", Dong(sum).with_unit());
    let line = |(_, name, dong): &(String, String, i64)| Line {
        name: name.clone(),
        amount: Dong(*dong).to_string(),
        words: Dong(*dong).in_words(),
    };
    html(&SourcesPage {
        page: desk.page(title, "bao-cao"),
        lines: sums.iter().map(line).collect(),
        sum: Dong(sum).to_string(),
    })
}
