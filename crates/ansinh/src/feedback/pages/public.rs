//! Published questions and answers.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use crate::clock::local;
use crate::feedback::store::published;
use crate::portal::for_a_minute;
use crate::web::{App, Error, Page, Pager, Visitor, encode, html};

/// Answers on a page: some are long, and a page is small.
const ROWS: u64 = 15;
/// Words that are looked for.
const WORDS_MAX: usize = 6;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub q: String,
    pub sau: String,
}

/// A question with its answer on the screen.
pub(super) struct Row {
    pub id: String,
    pub question: String,
    pub answer: String,
    pub day: String,
}

/// A page of an audience, and the way on.
pub(super) async fn rows(
    app: &App,
    audience: &str,
    (here, asked): (&str, &Asked),
) -> Result<(Vec<Row>, String, Pager), Error> {
    let query: String = asked.q.chars().take(100).collect();
    let key = vietnam::text::fold(&query);
    let words: Vec<String> = key.split_whitespace().take(WORDS_MAX).map(str::to_owned).collect();
    let after = Uuid::parse_str(&asked.sau).ok();
    let (conn, province) = (app.db.read(), &app.config.province);
    let mut found = published::page(conn, province, audience, &words, after, ROWS + 1).await?;
    let more = found.len() as u64 > ROWS;
    found.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let rows: Vec<Row> = found
        .into_iter()
        .map(|one| Row {
            id: one.id.to_string(),
            question: one.question,
            answer: one.answer,
            day: vi_date(local(one.published_at).0),
        })
        .collect();
    let base =
        if query.is_empty() { here.to_owned() } else { format!("{here}?q={}", encode(&query)) };
    let joint = if query.is_empty() { '?' } else { '&' };
    let last = rows.last().filter(|_| more);
    let pager = Pager {
        next: last.map(|row| format!("{base}{joint}sau={}", row.id)),
        first: after.map(|_| base.clone()),
    };
    Ok((rows, query, pager))
}

#[derive(Template)]
#[template(path = "feedback/templates/list.html")]
struct ListPage {
    page: Page,
    query: String,
    rows: Vec<Row>,
    pager: Pager,
}

/// `GET /hoi-dap`
pub(super) async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (rows, query, pager) = rows(&visitor.app, "public", ("/hoi-dap", &asked)).await?;
    let page = visitor.page("Hỏi đáp, phản ánh, khiếu nại", "hoi-dap");
    Ok(for_a_minute(html(&ListPage { page, query, rows, pager })?))
}
