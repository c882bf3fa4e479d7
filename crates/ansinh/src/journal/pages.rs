//! `/nhat-ky`: fifty entries and the filters.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::asked::{Asked, Understood, WHOLE, entries, understand};
use super::rules::{facts, hide_digits, subject, unit_subject};
use crate::audit::{self, KINDS, Recorded};
use crate::clock::local;
use crate::database::Conn;
use crate::identity::{self, Role, Scope, Seat};
use crate::relief::paper_numbers;
use crate::web::{App, Desk, Error, FieldError, PAGE_SIZE, Page, Pager, html};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/nhat-ky", get(journal_page))
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Units of one district.
struct Group {
    label: String,
    units: Vec<Choice>,
}

/// An entry on the screen and in a file.
pub(super) struct Line {
    pub seq: Option<i64>,
    pub day: chrono::NaiveDate,
    pub time: String,
    pub who: String,
    pub what: String,
    pub subject: String,
    pub href: Option<String>,
    pub place: String,
    pub facts: String,
}

impl Line {
    fn when(&self) -> String {
        format!("{} {}", self.time, vi_date(self.day))
    }

    fn number(&self) -> String {
        self.seq.map_or_else(|| "chờ".to_owned(), |seq| seq.to_string())
    }
}

#[derive(Template)]
#[template(path = "journal/templates/journal.html")]
struct JournalPage {
    page: Page,
    errors: Vec<FieldError>,
    asked: Asked,
    kinds: Vec<Choice>,
    groups: Vec<Group>,
    lines: Vec<Line>,
    area: String,
    filtered: bool,
    everybody: bool,
    xlsx: String,
    csv: String,
    pager: Pager,
}

async fn journal_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let Understood { seats, wanted, errors } = understand(&desk, &asked).await?;
    let mut found = match errors.is_empty() {
        true => entries(conn, &desk.actor.scope, &wanted, PAGE_SIZE + 1).await?,
        false => Vec::new(),
    };
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| asked.after(last.id));
    let text = asked.text();
    let first = (!asked.sau.is_empty()).then(|| format!("/nhat-ky{text}"));
    let title = match desk.actor.level() {
        Role::Province | Role::Supervisor => "Nhật ký: ai đã làm gì trong toàn tỉnh",
        Role::District => "Nhật ký: ai đã làm gì trong huyện",
        Role::Commune => "Nhật ký: ai đã làm gì ở xã",
    };
    html(&JournalPage {
        page: desk.page(title, "nhat-ky"),
        errors,
        kinds: kinds(&asked),
        groups: groups(&seats, &asked),
        lines: lines(&desk.app, conn, &desk.actor.scope, &found).await?,
        area: match desk.actor.level() {
            Role::Province | Role::Supervisor => "của cả tỉnh".to_owned(),
            _ => "của các tài khoản trong khu vực của anh/chị".to_owned(),
        },
        filtered: !text.is_empty(),
        everybody: desk.actor.level() == Role::Province,
        xlsx: format!("/nhat-ky/tep/nhat-ky.xlsx{text}"),
        csv: format!("/nhat-ky/tep/nhat-ky.csv{text}"),
        pager: Pager { next, first },
        asked,
    })
}

fn kinds(asked: &Asked) -> Vec<Choice> {
    let all = Choice { value: String::new(), label: "Mọi việc".to_owned(), chosen: false };
    let kind = |kind: &audit::Kind| Choice {
        value: kind.code.to_owned(),
        label: kind.label.to_owned(),
        chosen: asked.viec == kind.code,
    };
    std::iter::once(all).chain(KINDS.iter().map(kind)).collect()
}

/// Units to choose from, by district. A district can also be chosen with all its communes.
fn groups(seats: &[Seat], asked: &Asked) -> Vec<Group> {
    let mut groups: Vec<(String, Group)> = Vec::new();
    let choice = |value: &str, label: String| Choice {
        value: value.to_owned(),
        label,
        chosen: asked.unit == value,
    };
    for seat in seats.iter().filter(|seat| seat.unit) {
        let district = seat.scope.district();
        if groups.last().is_none_or(|(code, _)| code != district) {
            let label =
                if district.is_empty() { "Tỉnh và xã trực thuộc" } else { &seat.called };
            let mut group = Group { label: label.to_owned(), units: Vec::new() };
            if let (Scope::District { .. }, false) = (&seat.scope, district.is_empty()) {
                let whole = format!("{} và các xã", seat.called);
                group.units.push(choice(&format!("{WHOLE}{district}"), whole));
            }
            groups.push((district.to_owned(), group));
        }
        let label = match seat.scope {
            Scope::Commune { .. } => seat.called.clone(),
            _ => format!("Riêng {}", crate::areas::in_sentence(&seat.called)),
        };
        if let Some((_, group)) = groups.last_mut() {
            group.units.push(choice(&seat.username, label));
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Entries in words. Names of accounts outside the area are told too: who acted is no secret to
/// those over whose area it was done.
pub(super) async fn lines<C: Conn>(
    app: &App,
    conn: &C,
    scope: &Scope,
    found: &[Recorded],
) -> Result<Vec<Line>, Error> {
    let id_of = |kind: &str, text: &str, one: &Recorded| {
        (one.subject_kind == kind).then(|| Uuid::parse_str(text).ok()).flatten()
    };
    let mut accounts: Vec<Uuid> = found.iter().filter_map(|one| one.account_id).collect();
    accounts.extend(found.iter().filter_map(|one| id_of("account", &one.subject_id, one)));
    accounts.sort_unstable();
    accounts.dedup();
    let mut names = HashMap::new();
    for chunk in accounts.chunks(500) {
        names.extend(identity::account_names(conn, chunk).await?);
    }
    let papers: Vec<Uuid> = found
        .iter()
        .filter(|one| one.subject_kind == "decision" || one.subject_kind == "recovery")
        .filter_map(|one| Uuid::parse_str(&one.subject_id).ok())
        .collect();
    let numbers = paper_numbers(conn, scope, &papers).await?;
    let known = Known { app, names, numbers };
    Ok(found.iter().map(|one| known.line(one)).collect())
}

struct Known<'a> {
    app: &'a App,
    names: HashMap<Uuid, (String, Role)>,
    numbers: HashMap<Uuid, String>,
}

impl Known<'_> {
    fn line(&self, one: &Recorded) -> Line {
        let (day, time) = local(one.at);
        let nobody =
            if one.action.starts_with("lookup.") { "Người dân" } else { "Hệ thống" };
        let who = one.account_id.and_then(|id| self.names.get(&id));
        let detail: serde_json::Value = serde_json::from_str(&one.detail).unwrap_or_default();
        let (mut words, href) = subject(&one.subject_kind, &one.subject_id);
        let id = Uuid::parse_str(&one.subject_id).ok();
        let named = match id {
            Some(id) if one.subject_kind == "account" => {
                self.names.get(&id).map(|(n, _)| n.clone())
            }
            Some(id) => self.numbers.get(&id).cloned(),
            None if ["duty", "unit_day", "unit"].contains(&&*one.subject_kind) => {
                let name = |code: &str| self.app.areas.commune_name(code, day);
                Some(unit_subject(&one.subject_id, name)).filter(|text| !text.is_empty())
            }
            // The drawer says nothing to a reader.
            None if one.subject_kind == "lookups" => None,
            None => Some(hide_digits(&one.subject_id)).filter(|text| !text.is_empty()),
        };
        if let Some(named) = named {
            words = format!("{words} {named}").trim().to_owned();
        }
        let place = if one.commune_code.is_empty() {
            String::new()
        } else {
            self.app.areas.commune_name(&one.commune_code, day)
        };
        Line {
            seq: one.seq,
            day,
            time: time.format("%H:%M:%S").to_string(),
            who: who.map_or_else(|| nobody.to_owned(), |(name, _)| name.clone()),
            what: audit::in_words(&one.action).to_owned(),
            subject: words,
            href,
            place,
            facts: facts(&detail),
        }
    }
}
