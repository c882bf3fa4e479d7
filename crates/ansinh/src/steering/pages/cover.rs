//! `/phu-song`: places without internet in the officer's area.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use sheets::ColumnKind;
use uuid::Uuid;
use vietnam::money::Dong;

use crate::steering::rules;
use crate::steering::store::places::{self, Sum};
use crate::steering::types::{Place, lack_label};
use crate::web::export::{Format, Note, Part, READ_ROWS, Sheet, Source, Value, column, export};
use crate::web::{App, Choice, Desk, Error, PAGE_SIZE, Page, Pager, html};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    trang_thai: String,
    sau: String,
}

/// A place in a table.
pub(super) struct Row {
    pub id: String,
    pub hamlet: String,
    pub commune: String,
    pub people: String,
    pub lack: &'static str,
    pub mark: &'static str,
    pub status: String,
}

#[derive(Template)]
#[template(path = "steering/templates/cover.html")]
struct CoverPage {
    page: Page,
    heading: String,
    waiting: i64,
    sent: i64,
    done: i64,
    people: String,
    states: Vec<Choice>,
    state: &'static str,
    rows: Vec<Row>,
    pager: Pager,
}

/// What may be asked for; the first: those without a signal yet.
const STATES: [(&str, &str); 6] = [
    ("", "Chưa có sóng"),
    ("proposed", "Chờ xác nhận"),
    ("confirmed", "Đã xác nhận, chưa gửi nhà mạng"),
    ("sent", "Đã gửi nhà mạng"),
    ("refused", "Nhà mạng chưa làm được"),
    ("done", "Đã có sóng"),
];

fn known_state(typed: &str) -> &'static str {
    STATES.iter().find(|(code, _)| *code == typed).map_or("", |(code, _)| code)
}

/// Sums over all communes of the rows.
fn total(sums: &[Sum], wanted: impl Fn(&str) -> bool, what: impl Fn(&Sum) -> i64) -> i64 {
    sums.iter().filter(|sum| wanted(&sum.state)).map(what).sum()
}

/// `GET /phu-song?trang_thai=&sau=`
pub(super) async fn list(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (app, scope, conn) = (&desk.app, &desk.actor.scope, desk.app.db.read());
    let (state, after) = (known_state(&asked.trang_thai), Uuid::parse_str(&asked.sau).ok());
    let sums = places::sums(conn, scope).await?;
    let mut found = places::all(conn, scope, state, after, PAGE_SIZE + 1).await?;
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let count = |wanted: &str| total(&sums, |state| state == wanted, |sum| sum.places);
    let left = total(&sums, |state| state != "done", |sum| sum.places);
    let people = total(&sums, |state| state != "done", |sum| sum.people);
    let here = format!("/phu-song?trang_thai={state}");
    let last = found.last().filter(|_| more);
    html(&CoverPage {
        page: desk.page("Nơi chưa có sóng", "chi-dao"),
        heading: match left {
            0 => "Nơi chưa có sóng: không còn nơi nào được ghi".to_owned(),
            left => format!("{left} nơi chưa có sóng, chưa có Internet"),
        },
        waiting: count("proposed"),
        sent: count("sent"),
        done: count("done"),
        people: Dong(people).to_string(),
        states: STATES.iter().map(|(code, label)| Choice::new(*code, *label, state)).collect(),
        state,
        pager: Pager {
            next: last.map(|place| format!("{here}&sau={}", place.id)),
            first: after.map(|_| here),
        },
        rows: found.iter().map(|place| row(app, place)).collect(),
    })
}

pub(super) fn row(app: &App, place: &Place) -> Row {
    let (mark, status) = rules::place_status(place, app.clock.today());
    Row {
        id: place.id.to_string(),
        hamlet: place.hamlet.clone(),
        commune: commune(app, place),
        people: Dong(place.people.into()).to_string(),
        lack: lack_label(&place.lack),
        mark,
        status,
    }
}

pub(super) fn commune(app: &App, place: &Place) -> String {
    app.unit_name((&place.district_code, &place.commune_code), place.tiers)
}

/// Places page by page.
struct Places {
    app: App,
    scope: crate::identity::Scope,
    state: &'static str,
    after: Option<Uuid>,
}

impl Source for Places {
    async fn next(&mut self, snapshot: &crate::database::Tx) -> Result<Part, Error> {
        let found = places::all(snapshot, &self.scope, self.state, self.after, READ_ROWS).await?;
        self.after = found.last().map(|place| place.id);
        let today = self.app.clock.today();
        let row = |place: &Place| {
            vec![
                Value::text(self.app.areas.district_name(
                    &place.district_code,
                    self.app.catalogue.units_day(place.tiers, today),
                )),
                Value::text(commune(&self.app, place)),
                Value::text(&place.hamlet),
                Value::Whole(place.households.into()),
                Value::Whole(place.people.into()),
                Value::text(lack_label(&place.lack)),
                Value::text(&place.has_now),
                Value::text(&place.proposal),
                Value::text(rules::place_status(place, today).1),
                Value::text(&place.operator),
                Value::day(place.due_on),
            ]
        };
        let last = (found.len() as u64) < READ_ROWS;
        Ok(Part { rows: found.iter().map(row).collect(), last, seen: vec![] })
    }
}

/// `GET /phu-song/tep/phu-song.xlsx?trang_thai=`
pub(super) async fn table(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    use ColumnKind::{Date, Number, Text};
    let format = Format::of(&name, "phu-song")?;
    let sheet = Sheet {
        file: "noi-chua-co-song".to_owned(),
        tab: "Nơi chưa có sóng",
        columns: vec![
            column("Huyện", 22.0, Text),
            column("Xã", 22.0, Text),
            column("Thôn, xóm", 24.0, Text),
            column("Số hộ", 9.0, Number),
            column("Số người", 9.0, Number),
            column("Thiếu", 26.0, Text),
            column("Hiện có", 26.0, Text),
            column("Đề xuất", 40.0, Text),
            column("Tình trạng", 26.0, Text),
            column("Nhà mạng", 16.0, Text),
            column("Hạn", 12.0, Date),
        ],
    };
    let state = known_state(&asked.trang_thai);
    let source =
        Places { app: desk.app.clone(), scope: desk.actor.scope.clone(), state, after: None };
    let note = Note { table: "phu-song", filter: state.to_owned() };
    export(&desk, sheet, format, note, source).await
}
