//! What lies at an officer's desk and in her area.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use crate::feedback::rules;
use crate::feedback::store::cases::{self, Which};
use crate::feedback::types::{Case, Kind};
use crate::feedback::words::excerpt;
use crate::identity::Role;
use crate::web::{Choice, Desk, Error, PAGE_SIZE, Page, Pager, html};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    loc: String,
    loai: String,
    sau: String,
}

struct Row {
    id: String,
    words: String,
    kind: &'static str,
    place: String,
    desk: String,
    received: String,
    due: String,
    mark: &'static str,
    status: String,
}

#[derive(Template)]
#[template(path = "feedback/templates/inbox.html")]
struct InboxPage {
    page: Page,
    heading: String,
    filters: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    may_ask: bool,
}

const FILTERS: [(&str, &str); 4] = [
    ("", "Của đơn vị tôi, chờ giải quyết"),
    ("khu-vuc", "Cả địa bàn, chưa xong"),
    ("qua-han", "Quá hạn"),
    ("da-tra-loi", "Đã trả lời, đã kết thúc"),
];

fn which(filter: &str) -> Which {
    match filter {
        "khu-vuc" => Which::Waiting,
        "qua-han" => Which::Late,
        "da-tra-loi" => Which::Ended,
        _ => Which::Own,
    }
}

/// `GET /y-kien`
pub(super) async fn list(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let (conn, today) = (app.db.read(), app.clock.today());
    let kind = Kind::from_slug(&asked.loai);
    let wanted = (which(&asked.loc), kind.map(Kind::code));
    let after = Uuid::parse_str(&asked.sau).ok();
    let mut found = cases::page(conn, scope, wanted, today, after, PAGE_SIZE + 1).await?;
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let rows: Vec<Row> = found.iter().map(|case| row(&desk, case)).collect();
    let waiting = cases::waiting(conn, scope, today).await?;
    let heading = match (waiting.open, waiting.late) {
        (0, _) => "Ý kiến: đơn vị không còn phiếu nào chờ".to_owned(),
        (open, 0) => format!("Ý kiến: {open} phiếu chờ đơn vị giải quyết"),
        (open, late) => format!("Ý kiến: {open} phiếu chờ đơn vị giải quyết, {late} quá hạn"),
    };
    let known =
        FILTERS.iter().find(|(value, _)| *value == asked.loc).map_or("", |(value, _)| value);
    let slug = kind.map_or("", Kind::slug);
    let here = format!("/y-kien?loc={known}&loai={slug}");
    let last = found.last().filter(|_| more);
    html(&InboxPage {
        page: desk.page("Ý kiến", "y-kien"),
        heading,
        filters: choices(FILTERS.iter().map(|(value, label)| (*value, *label)), known),
        kinds: choices(
            std::iter::once(("", "Mọi loại"))
                .chain(Kind::ALL.into_iter().map(|kind| (kind.slug(), kind.label()))),
            slug,
        ),
        rows,
        pager: Pager {
            next: last.map(|case| format!("{here}&sau={}", case.id)),
            first: after.map(|_| here),
        },
        may_ask: matches!(desk.actor.role, Role::Commune | Role::District),
    })
}

pub(super) fn choices<'a>(
    all: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: &str,
) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: "",
        chosen: value == chosen,
    };
    all.map(choice).collect()
}

fn row(desk: &Desk, case: &Case) -> Row {
    let (mark, status) = rules::status(case, desk.app.clock.today());
    Row {
        id: case.id.to_string(),
        words: excerpt(&case.body),
        kind: case.kind().label(),
        place: desk.app.unit_name(case.place(), case.tiers),
        desk: desk.app.unit_name(case.desk(), case.tiers),
        received: vi_date(crate::clock::local(case.received_at).0),
        due: if case.state().waits() { vi_date(case.due_on) } else { String::new() },
        mark,
        status,
    }
}
