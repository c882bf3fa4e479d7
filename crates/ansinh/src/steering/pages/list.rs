//! `/chi-dao`: what the officer's own unit has to do, what it has to confirm, and the papers.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::text::fold;

use super::unit_of;
use crate::identity::Role;
use crate::steering::rules;
use crate::steering::store::duties;
use crate::steering::store::papers::{self, Wanted};
use crate::steering::types::{Duty, PaperKind, PaperRow, State};
use crate::web::{App, Choice, Desk, Error, PAGE_SIZE, Page, Pager, encode, excerpt, html};

/// Most tasks shown at once of those to do, and of those to confirm.
const SHOWN_MAX: u64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    loai: String,
    tre: String,
    sau: String,
}

pub(super) struct DutyLine {
    pub id: String,
    key: Uuid,
    /// As it stands, for the form that confirms many.
    pub version: i32,
    /// Somebody waits for its confirmation.
    pub reported: bool,
    /// What the unit said when it called it done; only where it is confirmed.
    pub words: String,
    /// A department of the province, for which the province itself reports.
    pub department: String,
    pub what: String,
    pub paper: String,
    pub unit: String,
    pub due: String,
    pub mark: &'static str,
    pub status: String,
    pub wanted: String,
}

impl DutyLine {
    pub fn of(app: &App, duty: &Duty, today: NaiveDate) -> Self {
        let (mark, status) = rules::status(duty, today);
        Self {
            id: duty.id.to_string(),
            key: duty.id,
            version: duty.steps,
            reported: duty.state() == State::Reported,
            words: String::new(),
            department: duty.department.clone(),
            what: duty.what.clone(),
            paper: duty.number.clone(),
            unit: unit_of(app, duty),
            due: vi_date(duty.due_on),
            mark,
            status,
            wanted: duty.wanted_on.map_or_else(String::new, vi_date),
        }
    }
}

struct PaperLine {
    id: String,
    number: String,
    title: String,
    kind: &'static str,
    issuer: String,
    day: String,
    done: String,
    late: i64,
    ended: bool,
}

#[derive(Template)]
#[template(path = "steering/templates/list.html")]
struct ListPage {
    page: Page,
    heading: String,
    to_do: Vec<DutyLine>,
    confirm: Vec<DutyLine>,
    shown_max: u64,
    more_to_do: bool,
    more_to_confirm: bool,
    papers: Vec<PaperLine>,
    query: String,
    kinds: Vec<Choice>,
    lates: Vec<Choice>,
    filtered: bool,
    pager: Pager,
    may_issue: bool,
}

/// `GET /chi-dao?q=&loai=&tre=&sau=`
pub(super) async fn list(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let (conn, today) = (app.db.read(), app.clock.today());
    let waiting = duties::waiting(conn, scope, today).await?;
    let lines = |found: &[Duty]| -> Vec<DutyLine> {
        found.iter().map(|duty| DutyLine::of(app, duty, today)).collect()
    };
    let to_do = lines(&duties::to_do(conn, scope, SHOWN_MAX).await?);
    let mut confirm = lines(&duties::to_confirm(conn, scope, SHOWN_MAX).await?);
    let said = duties::last_words(conn, scope, SHOWN_MAX).await?;
    for line in &mut confirm {
        line.words = said.get(&line.key).map_or_else(String::new, |words| excerpt(words));
    }
    let kind = PaperKind::ALL.into_iter().find(|kind| kind.code() == asked.loai);
    let late = asked.tre == "co";
    let wanted = Wanted {
        words: fold(&asked.q).split_whitespace().take(8).map(str::to_owned).collect(),
        kind: kind.map(PaperKind::code),
        late,
        after: Uuid::parse_str(&asked.sau).ok(),
    };
    let mut found = papers::papers(conn, scope, today, &wanted, PAGE_SIZE + 1).await?;
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let code = kind.map_or("", PaperKind::code);
    let tre = if late { "co" } else { "" };
    let here = format!("/chi-dao?q={}&loai={code}&tre={tre}", encode(&asked.q));
    let last = found.last().filter(|_| more);
    html(&ListPage {
        page: desk.page("Chỉ đạo", "chi-dao"),
        heading: match (waiting.open, waiting.late) {
            (0, _) => "Chỉ đạo: đơn vị không còn việc nào chờ".to_owned(),
            (open, 0) => format!("Chỉ đạo: {open} việc chờ đơn vị làm"),
            (open, late) => format!("Chỉ đạo: {open} việc chờ đơn vị làm, {late} quá hạn"),
        },
        shown_max: SHOWN_MAX,
        more_to_do: waiting.open > to_do.len() as i64,
        more_to_confirm: waiting.confirm > confirm.len() as i64,
        to_do,
        confirm,
        papers: found.iter().map(|row| paper_line(app, row)).collect(),
        kinds: kinds(code),
        lates: vec![Choice::new("", "Tất cả", tre), Choice::new("co", "Còn đơn vị quá hạn", tre)],
        filtered: !asked.q.is_empty() || kind.is_some() || late,
        pager: Pager {
            next: last.map(|row| format!("{here}&sau={}", row.id)),
            first: wanted.after.map(|_| here),
        },
        query: asked.q,
        may_issue: matches!(desk.actor.role, Role::District | Role::Province),
    })
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let all = std::iter::once(Choice::new("", "Mọi loại", chosen));
    all.chain(PaperKind::ALL.map(|kind| Choice::new(kind.code(), kind.label(), chosen))).collect()
}

/// "UBND tỉnh Hà Tĩnh" of a paper's issuer.
pub(super) fn issuer(app: &App, district: &str) -> String {
    // Only three tiers have districts that issue.
    format!("UBND {}", app.unit_name((district, ""), 3))
}

fn paper_line(app: &App, row: &PaperRow) -> PaperLine {
    PaperLine {
        id: row.id.to_string(),
        number: row.number.clone(),
        title: row.title.clone(),
        kind: PaperKind::from_code(&row.kind).label(),
        issuer: issuer(app, &row.district_code),
        day: vi_date(row.issued_on),
        done: format!("{}/{}", row.done, row.duties),
        late: row.late,
        ended: !row.withdrawn_why.is_empty(),
    }
}
