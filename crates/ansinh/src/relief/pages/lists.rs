//! `/danh-sach`: the lists of the officer's scope.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::list::COMPARED;
use super::{count, dong, id_of};
use crate::identity::Role;
use crate::relief::payments::unit_day;
use crate::relief::store::lists::{self as store, ListFilter};
use crate::relief::types::ListSummary;
use crate::relief::way::State;
use crate::web::{App, Desk, Error, Page, Pager, encode, html, page_size};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/danh-sach", get(lists_page))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    buoc: String,
    nhom: String,
    huyen: String,
    xa: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

impl Asked {
    /// What the store is asked for, in the officer's era.
    pub(super) fn filter(&self, tiers: i16) -> ListFilter {
        ListFilter {
            state: self.buoc.clone(),
            group: self.nhom.clone(),
            district: self.huyen.clone(),
            commune: self.xa.clone(),
            tiers,
        }
    }

    /// The filters without the path: what goes on record of an export.
    pub(super) fn filter_text(&self) -> String {
        self.address(None).trim_start_matches("/danh-sach").trim_end_matches('?').to_owned()
    }

    fn file(&self, ending: &str) -> String {
        format!("/danh-sach/tep/danh-sach.{ending}{}", self.filter_text())
    }

    /// The address of the same filter, from after `after`.
    fn address(&self, after: Option<String>) -> String {
        let mut pairs = vec![
            ("buoc", self.buoc.clone()),
            ("nhom", self.nhom.clone()),
            ("huyen", self.huyen.clone()),
            ("xa", self.xa.clone()),
            ("so-dong", self.so_dong.clone().unwrap_or_default()),
        ];
        pairs.push(("sau", after.unwrap_or_default()));
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(&value)))
            .collect();
        format!("/danh-sach?{}", pairs.join("&"))
    }
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Line {
    id: String,
    commune: String,
    group: String,
    round: i32,
    state: &'static str,
    mark: &'static str,
    people: String,
    amount: String,
    out: i64,
    due: String,
    late: bool,
    returned: bool,
}

#[derive(Template)]
#[template(path = "relief/templates/lists.html")]
struct ListsPage {
    page: Page,
    states: Vec<Choice>,
    groups: Vec<Choice>,
    districts: Vec<Choice>,
    communes: Vec<Choice>,
    lines: Vec<Line>,
    lists: String,
    people: String,
    amount: String,
    pager: Pager,
    filtered: bool,
    xlsx: String,
    csv: String,
    compares: bool,
}

async fn lists_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let filter = asked.filter(desk.actor.tiers);
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let scope = &desk.actor.scope;
    let (mut rows, totals) = tokio::try_join!(
        store::page(conn, scope, &filter, after, size + 1),
        store::totals(conn, scope, &filter)
    )?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| asked.address(Some(row.id.to_string())));
    let pager = Pager { next, first: after.map(|_| asked.address(None)) };
    let lines = rows.iter().map(|row| line(&desk, row)).collect();
    let (districts, communes) = places(&desk, &asked);
    html(&ListsPage {
        page: desk.page("Danh sách người được hỗ trợ", "danh-sach"),
        states: State::ALL.into_iter().map(|s| choice(s.code(), s.label(), &asked.buoc)).collect(),
        groups: groups(&desk, &asked),
        districts,
        communes,
        lines,
        lists: count(totals.lists),
        people: count(totals.people),
        amount: dong(totals.due_dong),
        pager,
        filtered: asked.address(None) != "/danh-sach?",
        xlsx: asked.file("xlsx"),
        csv: asked.file("csv"),
        compares: desk.actor.level() != Role::Commune,
    })
}

fn choice(value: &str, label: &str, asked: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen: value == asked }
}

fn groups(desk: &Desk, asked: &Asked) -> Vec<Choice> {
    let today = desk.app.clock.today();
    let groups = desk.app.catalogue.groups_begun(desk.actor.tiers, today).into_iter();
    groups.map(|group| choice(&group.code, &group.name, &asked.nhom)).collect()
}

/// Districts and communes to choose from, as far as the scope reaches.
fn places(desk: &Desk, asked: &Asked) -> (Vec<Choice>, Vec<Choice>) {
    let areas = &desk.app.areas;
    let day = unit_day(&desk.app, desk.actor.tiers);
    let scope = &desk.actor.scope;
    let districts = areas.districts(scope.province(), day);
    let level = desk.actor.level();
    let district = match level {
        Role::Province => asked.huyen.as_str(),
        _ => scope.district(),
    };
    let communes = match level {
        Role::Commune => Vec::new(),
        _ if !district.is_empty() => areas.communes_of(district, day),
        _ if districts.is_empty() => areas.communes_of(scope.province(), day),
        _ => Vec::new(),
    };
    let districts = if level == Role::Province { districts } else { Vec::new() };
    (
        districts.iter().map(|unit| choice(&unit.code, &unit.full_name, &asked.huyen)).collect(),
        communes.iter().map(|unit| choice(&unit.code, &unit.full_name, &asked.xa)).collect(),
    )
}

fn line(desk: &Desk, row: &ListSummary) -> Line {
    let state = row.standing();
    let today = desk.app.clock.today();
    let open = state != State::Approved;
    let programme = desk.app.catalogue.programme(&row.programme_code);
    let compared = programme.is_some_and(|programme| programme.read_only);
    Line {
        id: row.id.to_string(),
        commune: desk.app.areas.commune_name(&row.commune_code, row.unit_date),
        group: desk.app.catalogue.group_name(&row.programme_code, &row.group_code),
        round: row.round,
        state: if compared { COMPARED } else { state.label() },
        mark: if compared { "mien" } else { state.mark() },
        people: count(row.people),
        amount: dong(row.due_dong),
        out: row.excluded + row.declined,
        due: row.step_due_on.filter(|_| open).map_or_else(String::new, vietnam::date::vi_date),
        late: open && row.step_due_on.is_some_and(|due| due < today),
        returned: state == State::Draft && !row.returned_reason.is_empty(),
    }
}
