//! `/kiem-tra/dong/{id}`: who changed or looked at one person's data.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::entry::{about, open_entry};
use crate::audit::{self, About, Access, Act};
use crate::clock::local;
use crate::identity;
use crate::relief::store::{duplicates, entries};
use crate::relief::types::EntryRow;
use crate::web::{App, Desk, Error, PAGE_SIZE, Page, Pager, html};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/kiem-tra/dong/{id}", get(access_page))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    sau: String,
}

struct Line {
    when: String,
    who: String,
    what: String,
    page: String,
}

#[derive(Template)]
#[template(path = "relief/templates/access.html")]
struct AccessPage {
    page: Page,
    id: String,
    name: String,
    lines: Vec<Line>,
    pager: Pager,
}

async fn access_page(
    desk: Desk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (row, opened) = open_entry(&desk, &id).await?;
    let own = about(&row, &opened);
    let (rows, subjects) = traces(&desk, &row, &own).await?;
    let before = asked.sau.parse().unwrap_or(Uuid::max());
    let limit = usize::try_from(PAGE_SIZE).unwrap_or(50);
    let conn = desk.app.db.read();
    let mut found = audit::access_list(conn, &rows, &subjects, before, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    note(&desk, own).await?;
    let here = format!("/kiem-tra/dong/{}", row.id);
    let next = found.last().filter(|_| more).map(|last| format!("{here}?sau={}", last.id));
    let pager = Pager { next, first: (before != Uuid::max()).then_some(here) };
    html(&AccessPage {
        page: desk.page("Ai đã xem và sửa thông tin của người này", "danh-sach"),
        id: row.id.to_string(),
        name: row.full_name.clone(),
        lines: lines(&desk, &found).await?,
        pager,
    })
}

/// The rows of this person inside the officer's scope, and what else acts on them is kept under.
async fn traces(
    desk: &Desk,
    row: &EntryRow,
    own: &About,
) -> Result<(Vec<About>, Vec<(&'static str, String)>), Error> {
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let mut rows = vec![own.clone()];
    let mut subjects = Vec::new();
    for id in duplicates::rows_of_person(conn, row.person_id).await? {
        let Some(other) = entries::one(conn, scope, id).await? else { continue };
        if other.id != row.id {
            let opened = super::list::open(desk, other.list_id).await?;
            rows.push(about(&other, &opened));
        }
        subjects.push(("entry", other.id.to_string()));
        subjects.push(("list", other.list_id.to_string()));
        subjects.extend(other.source_file_id.map(|file| ("file", file.to_string())));
        for warning in duplicates::of_entry(conn, other.id).await? {
            subjects.push(("duplicate", warning.id.to_string()));
        }
    }
    Ok((rows, subjects))
}

/// Looking at who looked is a look, too.
async fn note(desk: &Desk, row: About) -> Result<(), Error> {
    let (now, row) = (desk.app.clock.now(), &row);
    desk.app
        .db
        .run_tx::<_, Error, _, _>("relief.access_list", |tx| async move {
            let act = Act {
                action: "access.view",
                subject_kind: "entry",
                subject_id: row.entry.to_string(),
                detail: serde_json::json!({ "page": "kiem-tra/dong" }),
            };
            audit::record_about(&tx, &desk.actor, now, act, std::slice::from_ref(row)).await?;
            Ok((tx, ()))
        })
        .await
}

async fn lines(desk: &Desk, found: &[Access]) -> Result<Vec<Line>, Error> {
    let accounts: Vec<Uuid> = found.iter().filter_map(|line| line.account_id).collect();
    let names = identity::account_names(desk.app.db.read(), &accounts).await?;
    let line = |access: &Access| {
        let (day, time) = local(access.at);
        let who = access.account_id.and_then(|id| names.get(&id)).map(|(name, _)| name.clone());
        let nobody =
            if access.action.starts_with("lookup.") { "Người dân" } else { "Hệ thống" };
        let detail: serde_json::Value = serde_json::from_str(&access.detail).unwrap_or_default();
        Line {
            when: format!("{} {}", time.format("%H:%M"), vi_date(day)),
            who: who.unwrap_or_else(|| nobody.to_owned()),
            what: audit::in_words(&access.action).to_owned(),
            page: detail["page"].as_str().map(|page| format!("/{page}")).unwrap_or_default(),
        }
    };
    Ok(found.iter().map(line).collect())
}
