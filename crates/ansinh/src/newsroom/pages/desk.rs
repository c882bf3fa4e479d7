//! `/bien-tap`: what waits for the officer first, what others work on, what is public; and a new article.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::id_of;
use crate::clock::{moment, new_id};
use crate::newsroom::store::board as members;
use crate::newsroom::store::work::{self, Line};
use crate::newsroom::types::{BoardRole, Kind, State};
use crate::newsroom::{acts, appoint, rules};
use crate::web::{
    Choice, Desk, Error, FieldError, PAGE_SIZE, Page, Pager, SignedForm, html, redirect,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    sau: String,
}

struct Row {
    href: String,
    title: String,
    kind: &'static str,
    mark: &'static str,
    status: String,
    who: String,
    when: String,
}

struct Seated {
    role: &'static str,
    who: String,
    until: String,
}

#[derive(Template)]
#[template(path = "newsroom/templates/desk.html")]
struct DeskPage {
    page: Page,
    role: &'static str,
    keeps: bool,
    mine: Vec<Row>,
    others: Vec<Row>,
    done: Vec<Row>,
    board: Vec<Seated>,
    pager: Pager,
    help_line: String,
}

/// `GET /bien-tap`: everybody sees who is on the board; members their work; reviewers what they are
/// asked to review.
pub(super) async fn list(desk: Desk, Query(wanted): Query<Wanted>) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let (conn, now) = (app.db.read(), app.clock.now());
    let me = actor.account_id;
    let role = members::role_on(conn, &actor.scope, me, app.clock.today()).await?;
    let mut work_lines = work::at_work(conn, &actor.scope, now).await?;
    let mut done = Vec::new();
    let mut pager = Pager::default();
    if role.is_some() {
        let after = Uuid::parse_str(&wanted.sau).ok();
        done = work::done(conn, &actor.scope, now, after, PAGE_SIZE + 1).await?;
        let more = done.len() as u64 > PAGE_SIZE;
        done.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
        let last = done.last().filter(|_| more);
        pager.next = last.map(|last| format!("/bien-tap?sau={}", last.document_id));
        pager.first = after.map(|_| "/bien-tap".to_owned());
    } else {
        work_lines.retain(|line| waits_for_review(line, me));
    }
    let (mine, others): (Vec<Line>, Vec<Line>) =
        work_lines.into_iter().partition(|line| waits_for(line, me, role));
    let everyone = mine.iter().chain(&others).chain(&done).map(|line| line.written_by);
    let names = acts::names(app, everyone).await?;
    let row = |line: &Line| row(line, names.get(&line.written_by), now);
    let title = match (mine.len(), role) {
        (0, None) => "Ban Biên tập".to_owned(),
        (0, Some(_)) => "Không có bài nào đang chờ anh/chị".to_owned(),
        (count, _) => format!("{count} bài đang chờ anh/chị"),
    };
    html(&DeskPage {
        page: desk.page(title, "bien-tap"),
        role: role.map_or("", BoardRole::label),
        keeps: appoint::keeps(actor),
        mine: mine.iter().map(row).collect(),
        others: others.iter().map(row).collect(),
        done: done.iter().map(row).collect(),
        board: board(&desk).await?,
        pager,
        help_line: app.config.help_phone.clone(),
    })
}

fn waits_for_review(line: &Line, me: Uuid) -> bool {
    line.state == State::Submitted.code()
        && line.reviewer_id == Some(me)
        && line.reviewed_at.is_none()
}

/// Whether the next step of an article is hers.
fn waits_for(line: &Line, me: Uuid, role: Option<BoardRole>) -> bool {
    let own = line.author_id == me;
    match State::from_code(&line.state) {
        Some(State::Submitted) => {
            let reviewed = line.reviewer_id.is_none() || line.reviewed_at.is_some();
            let stranger = !own && line.written_by != me;
            waits_for_review(line, me)
                || (role.is_some_and(BoardRole::publishes) && reviewed && stranger)
        }
        Some(State::Draft | State::Returned) => own && role.is_some(),
        _ => false,
    }
}

fn row(line: &Line, who: Option<&String>, now: chrono::DateTime<chrono::Utc>) -> Row {
    let (mark, status) = status(line, now);
    Row {
        href: format!("/bien-tap/{}", line.document_id),
        title: if line.title.is_empty() {
            "(chưa có tiêu đề)".to_owned()
        } else {
            line.title.clone()
        },
        kind: Kind::from_code(&line.kind).map_or("", Kind::label),
        mark,
        status: if line.number > 1 { format!("{status} · bản {}", line.number) } else { status },
        who: who.cloned().unwrap_or_default(),
        when: moment(line.publish_at.unwrap_or(line.written_at)),
    }
}

/// Where an edition stands: shape and words.
fn status(line: &Line, now: chrono::DateTime<chrono::Utc>) -> (&'static str, String) {
    let state = State::from_code(&line.state).unwrap_or(State::Discarded);
    if line.withdrawn_at.is_some() && state == State::Approved {
        return ("ko", "Đã gỡ".to_owned());
    }
    match (state, line.publish_at) {
        (State::Approved, Some(at)) if at > now => ("cho", format!("Hẹn {}", moment(at))),
        (State::Approved, _) => ("xong", "Đang đăng".to_owned()),
        (State::Submitted, _) if line.reviewer_id.is_some() && line.reviewed_at.is_none() => {
            ("cho", "Chờ thẩm định".to_owned())
        }
        (State::Submitted, _) => ("nua", state.label().to_owned()),
        (State::Returned, _) => ("canh", state.label().to_owned()),
        _ => ("mien", state.label().to_owned()),
    }
}

/// Who is on the board today.
async fn board(desk: &Desk) -> Result<Vec<Seated>, Error> {
    let app = &desk.app;
    let today = app.clock.today();
    let mut found = members::members(app.db.read(), &desk.actor.scope).await?;
    found.retain(|one| one.ended_on.is_none() && rules::in_force(one.from_on, one.until_on, today));
    found.sort_by_key(|one| BoardRole::from_code(&one.role));
    let names = acts::names(app, found.iter().map(|one| one.account_id)).await?;
    let seated = |one: &members::Member| Seated {
        role: BoardRole::from_code(&one.role).map_or("", BoardRole::label),
        who: names.get(&one.account_id).cloned().unwrap_or_default(),
        until: vietnam::date::vi_date(one.until_on),
    };
    Ok(found.iter().map(seated).collect())
}

#[derive(Template)]
#[template(path = "newsroom/templates/new.html")]
struct NewPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    title: String,
    kinds: Vec<Choice>,
}

fn new_page(desk: &Desk, id: String, typed: (&str, &str), errors: Vec<FieldError>) -> NewPage {
    let hint = |kind: Kind| match kind {
        Kind::News => "Việc đã diễn ra.",
        Kind::Guide => "Người dân, đơn vị làm một việc như thế nào.",
        Kind::Notice => "Cơ quan báo một việc cho mọi người biết.",
        Kind::Rebuttal => "Bác tin giả, tin sai sự thật; có kết luận, căn cứ, thẩm định.",
    };
    let kind = |kind: &Kind| Choice {
        hint: hint(*kind),
        ..Choice::new(kind.code(), kind.label(), typed.0)
    };
    NewPage {
        page: desk.page("Viết bài mới", "bien-tap"),
        errors,
        id,
        title: typed.1.to_owned(),
        kinds: Kind::ALL.iter().map(kind).collect(),
    }
}

/// `GET /bien-tap/moi`.
pub(super) async fn new_form(desk: Desk) -> Result<Response, Error> {
    acts::serving(desk.app.db.read(), &desk.app, &desk.actor).await?;
    let id = new_id(desk.app.clock.now())?.to_string();
    html(&new_page(&desk, id, ("news", ""), vec![]))
}

/// `POST /bien-tap/moi`.
pub(super) async fn begin(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    acts::serving(desk.app.db.read(), &desk.app, &desk.actor).await?;
    let id = id_of(fields.get("ma"))?;
    let (kind, title) = (fields.get("loai"), fields.get("tieu_de"));
    let mut errors = Vec::new();
    if title.is_empty() {
        errors.push(FieldError::new("tieu_de", "Ghi tiêu đề; sau này vẫn sửa được."));
    } else if title.chars().count() > rules::TITLE_MAX {
        let text = format!("Tiêu đề dài quá {} ký tự. Hãy rút gọn.", rules::TITLE_MAX);
        errors.push(FieldError::new("tieu_de", text));
    }
    let known = Kind::from_code(kind);
    if known.is_none() {
        errors.push(FieldError::new("loai", "Chọn một loại bài."));
    }
    let (Some(known), true) = (known, errors.is_empty()) else {
        let view = new_page(desk, id.to_string(), (kind, title), errors);
        let mut response = html(&view)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    acts::begin(&desk.app, &desk.actor, (id, known), title).await?;
    Ok(redirect(&format!("/bien-tap/{id}")))
}
