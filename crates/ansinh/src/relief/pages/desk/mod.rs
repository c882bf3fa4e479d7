//! `/canh-bao`: pairs of rows that are or may be one person, and the desk where people decide.

mod decide;
mod letter;
mod many;
mod pair;
mod statistics;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::{count, id_of};
use crate::clock::local;
use crate::relief::store::duplicates::{self as store, Shelf, Side, WarningRow};
use crate::web::{App, Desk, Error, Page, Pager, html, page_size};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/canh-bao", get(warnings_page))
        .route("/canh-bao/loat", get(many::page).post(many::decide))
        .route("/canh-bao/thong-ke", get(statistics::page))
        .route("/canh-bao/{id}", get(view::page).post(decide::decide))
        .route("/canh-bao/{id}/giay-moi", get(letter::page))
        .route("/canh-bao/{id}/hoan-tac", post(decide::undo))
}

/// The evidence in words.
pub(super) fn evidence_text(code: &str, kind: &str) -> &'static str {
    match (code, kind) {
        ("same_id", _) => "Trùng số giấy tờ",
        ("lost_zero", _) => "Trùng số giấy tờ, một bên mất số 0 đầu",
        ("linked_ids", _) => "Hai số giấy tờ của một người (CMND cũ và CCCD)",
        (_, "certain") => "Trùng chắc chắn theo nhiều thông tin",
        _ => "Nghi trùng",
    }
}

/// What became of a pair.
pub(super) fn outcome(warning: &WarningRow) -> &'static str {
    match warning.state.as_str() {
        "kept_first" | "kept_second" if warning.case_dong > 0 => "Đã giữ một dòng, còn chênh lệch",
        "kept_first" | "kept_second" => "Đã giữ một dòng",
        "different" => "Không phải một người",
        _ if warning.papers_due_on.is_some() => "Chờ giấy tờ",
        _ => "Chờ xử lý",
    }
}

/// Name of a side's commune as its programme means it.
pub(super) fn commune(desk: &Desk, side: &Side) -> String {
    desk.app.areas.commune_name(&side.commune_code, units_day(desk, side))
}

fn units_day(desk: &Desk, side: &Side) -> NaiveDate {
    let programme = desk.app.catalogue.programme(&side.programme_code);
    programme.map_or(desk.app.clock.today(), |programme| programme.units_on)
}

/// Who must decide about a pair: `UBND Xã Sơn Kim 1`.
fn deciding_unit(desk: &Desk, warning: &WarningRow, side: &Side) -> String {
    let day = units_day(desk, side);
    if !warning.desk_commune.is_empty() {
        format!("UBND {}", desk.app.areas.commune_name(&warning.desk_commune, day))
    } else if !warning.desk_district.is_empty() {
        format!("UBND {}", desk.app.areas.district_name(&warning.desk_district, day))
    } else {
        "UBND tỉnh".to_owned()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) loc: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

struct Line {
    id: String,
    evidence: &'static str,
    first: String,
    second: String,
    since: String,
    decides: String,
    due: String,
    late: bool,
    outcome: &'static str,
}

struct Tab {
    slug: &'static str,
    name: &'static str,
    chosen: bool,
    count: String,
}

#[derive(Template)]
#[template(path = "relief/templates/warnings.html")]
struct WarningsPage {
    page: Page,
    open: String,
    own: i64,
    slug: &'static str,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    may_decide: bool,
    pager: Pager,
}

async fn warnings_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let today = desk.app.clock.today();
    let shelf = Shelf::of(&asked.loc);
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let mut rows = store::page(conn, scope, shelf, today, after, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let sides = sides(&desk, &rows).await?;
    let (mut tabs, mut open, mut own) = (Vec::new(), 0, 0);
    for (one, slug, name) in Shelf::ALL {
        let held = match one {
            // What was decided grows for ever, and nobody asks how much it is.
            Shelf::Closed | Shelf::Case => None,
            _ => Some(store::shelf_count(conn, scope, one, today).await?),
        };
        open = if one == Shelf::Open { held.unwrap_or(0) } else { open };
        own = if one == Shelf::Own { held.unwrap_or(0) } else { own };
        let count = held.map_or_else(String::new, count);
        tabs.push(Tab { slug, name, chosen: one == shelf, count });
    }
    let filter =
        if shelf.slug().is_empty() { String::new() } else { format!("loc={}&", shelf.slug()) };
    let next = rows.last().filter(|_| more).map(|w| format!("/canh-bao?{filter}sau={}", w.id));
    let lines = rows.iter().map(|w| line(&desk, w, &sides, today)).collect();
    html(&WarningsPage {
        page: desk.page("Cảnh báo trùng", "canh-bao"),
        open: count(open),
        own,
        slug: shelf.slug(),
        tabs,
        lines,
        may_decide: desk.actor.role != crate::identity::Role::Supervisor,
        pager: Pager { next, first: after.map(|_| format!("/canh-bao?{filter}")) },
    })
}

/// Both sides of each warning, by row.
async fn sides(desk: &Desk, rows: &[WarningRow]) -> Result<HashMap<Uuid, Side>, Error> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|w| [w.first_entry_id, w.second_entry_id]).collect();
    let found = store::sides(desk.app.db.read(), desk.actor.scope.province(), &ids).await?;
    Ok(found.into_iter().map(|side| (side.id, side)).collect())
}

fn line(desk: &Desk, w: &WarningRow, sides: &HashMap<Uuid, Side>, today: NaiveDate) -> Line {
    let short = |id: Uuid| {
        sides.get(&id).map_or_else(String::new, |side| {
            let commune = commune(desk, side);
            let group = desk.app.catalogue.group_name(&side.programme_code, &side.group_code);
            format!("{} ({group}, {commune})", side.full_name)
        })
    };
    let open = w.state == "open";
    let side = sides.get(&w.first_entry_id);
    Line {
        id: w.id.to_string(),
        evidence: evidence_text(&w.evidence, &w.kind),
        first: short(w.first_entry_id),
        second: short(w.second_entry_id),
        since: vi_date(local(w.raised_at).0),
        decides: side.map_or_else(String::new, |side| deciding_unit(desk, w, side)),
        due: w.due_on.filter(|_| open).map(vi_date).unwrap_or_default(),
        late: open && w.due_on.is_some_and(|due| due < today),
        outcome: outcome(w),
    }
}
