//! `/danh-sach/{id}/lam/{viec}`: a step of a list, confirmed before it is taken; the posting sheet.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::list::{Opened, open};
use super::{count, dong, id_of};
use crate::relief::rules;
use crate::relief::steps;
use crate::relief::store::entries::{self, EntryFilter};
use crate::relief::way::{self, Act};
use crate::web::{App, Desk, Error, FieldError, Page, SignedForm, html, redirect_with};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/danh-sach/{id}/lam/{viec}", get(confirm_page).post(do_act))
        .route("/danh-sach/{id}/ban-niem-yet", get(posting_sheet))
        .route("/danh-sach/{id}/dot-bo-sung", post(next_round))
}

#[derive(Template)]
#[template(path = "relief/templates/confirm.html")]
struct ConfirmPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    slug: &'static str,
    name: String,
    deed: String,
    button: String,
    people: String,
    amount: String,
    words: String,
    after: String,
    warning: String,
    needs_reason: bool,
    reason: String,
    version: i32,
}

async fn confirm_page(
    desk: Desk,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, Error> {
    let act = Act::of_slug(&slug).ok_or(Error::NotFound)?;
    let opened = open(&desk, id_of(&id)?).await?;
    way::check(act, &opened.standing, steps::who(&desk.actor), desk.app.clock.today())?;
    html(&view(&desk, &opened, act, vec![], String::new()).await?)
}

async fn do_act(
    Path((id, slug)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let act = Act::of_slug(&slug).ok_or(Error::NotFound)?;
    let opened = open(&desk, id_of(&id)?).await?;
    let reason = fields.get("ly_do").to_owned();
    way::check(act, &opened.standing, steps::who(&desk.actor), desk.app.clock.today())?;
    if act.needs_reason() && reason.chars().count() < 5 {
        let message = "Ghi lý do trả lại để xã biết phải sửa gì (ít nhất 5 chữ cái).";
        let errors = vec![FieldError::new("ly_do", message)];
        let mut response = html(&view(&desk, &opened, act, errors, reason).await?)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let version = fields.get("phien_ban").parse().unwrap_or(-1);
    let Opened { list, standing, .. } = &opened;
    let to = steps::take(&desk.app, &desk.actor, list, standing, act, version, &reason).await?;
    let told = format!("Đã ghi. Danh sách {} nay ở bước “{}”.", opened.name, to.label());
    Ok(redirect_with(&format!("/danh-sach/{}", list.id), "xong", &told))
}

async fn view(
    desk: &Desk,
    opened: &Opened,
    act: Act,
    errors: Vec<FieldError>,
    reason: String,
) -> Result<ConfirmPage, Error> {
    let conn = desk.app.db.read();
    let list = &opened.list;
    let problems =
        entries::sums(conn, &desk.actor.scope, list.id, EntryFilter::Problem).await?.rows;
    let higher = if opened.standing.has_district { "huyện" } else { "tỉnh" };
    let (deed, after) = words(desk, opened, act, higher);
    let warning = if problems > 0 && matches!(act, Act::Post | Act::Submit | Act::Appraise) {
        format!(
            "{} dòng còn phải xem lại. Dòng chưa xử lý xong sẽ không được duyệt.",
            count(problems)
        )
    } else {
        String::new()
    };
    Ok(ConfirmPage {
        page: desk.page(act.label(higher), "danh-sach"),
        errors,
        id: list.id.to_string(),
        slug: act.slug(),
        name: opened.name.clone(),
        deed,
        button: act.label(higher),
        people: count(list.people),
        amount: dong(list.due_dong),
        words: Dong(list.due_dong).in_words(),
        after,
        warning,
        needs_reason: act.needs_reason(),
        reason,
        version: list.version,
    })
}

/// What is about to happen, and what comes after it.
fn words(desk: &Desk, opened: &Opened, act: Act, higher: &str) -> (String, String) {
    let app = &desk.app;
    match act {
        Act::Post => {
            let programme = app.catalogue.programme(&opened.list.programme_code);
            let group = programme.and_then(|p| p.group(&opened.list.group_code));
            let today = app.clock.today();
            let after = group.map_or_else(String::new, |group| {
                let end = rules::posting_ends(app.areas.calendar(), group, today);
                format!(
                    "Niêm yết {} ngày làm việc, đến hết {}. Hoàn tác được cho đến khi gửi {higher}.",
                    group.posting_days(),
                    vi_date(end)
                )
            });
            ("niêm yết danh sách".to_owned(), after)
        }
        Act::Submit => (
            format!("gửi {higher} thẩm định danh sách"),
            format!("Hoàn tác được cho đến khi {higher} bắt đầu xử lý."),
        ),
        Act::Appraise => (
            "ghi là đã thẩm định danh sách".to_owned(),
            "Hoàn tác được cho đến khi có quyết định.".to_owned(),
        ),
        Act::Return => (
            "trả lại danh sách cho nơi lập".to_owned(),
            "Danh sách về bước đang lập; xã sẽ thấy lý do và phải niêm yết lại.".to_owned(),
        ),
        Act::Undo | Act::Approve => {
            ("hoàn tác bước vừa rồi của danh sách".to_owned(), String::new())
        }
    }
}

struct SheetLine {
    number: usize,
    name: String,
    year: String,
    hamlet: String,
    masked: String,
    people: i32,
    amount: String,
}

#[derive(Template)]
#[template(path = "relief/templates/posting.html")]
struct PostingSheet {
    page: Page,
    commune: String,
    group: String,
    round: i32,
    legal: String,
    posting: String,
    lines: Vec<SheetLine>,
    people: String,
    amount: String,
    words: String,
    id: String,
}

/// The sheet for the notice board: birth years and masked numbers only.
async fn posting_sheet(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let opened = open(&desk, id_of(&id)?).await?;
    let list = &opened.list;
    let conn = desk.app.db.read();
    let rows = entries::listed(conn, &desk.actor.scope, list.id).await?;
    let lines = rows
        .iter()
        .enumerate()
        .map(|(at, row)| SheetLine {
            number: at + 1,
            name: row.full_name.clone(),
            year: row.birth_year.map_or_else(String::new, |year| year.to_string()),
            hamlet: row.hamlet.clone(),
            masked: row.masked_id(),
            people: row.people,
            amount: dong(row.due_dong),
        })
        .collect();
    let programme = desk.app.catalogue.programme(&list.programme_code);
    let posting = match (list.posted_on, list.posting_ends_on) {
        (Some(from), Some(to)) => {
            format!("Niêm yết từ ngày {} đến hết ngày {}", vi_date(from), vi_date(to))
        }
        _ => "Bản xem trước, chưa niêm yết".to_owned(),
    };
    html(&PostingSheet {
        page: desk.page(format!("Bản niêm yết {}", opened.name), "danh-sach"),
        legal: programme.map_or_else(String::new, |p| p.legal.join("; ")),
        commune: opened.commune.clone(),
        group: opened.group.clone(),
        round: list.round,
        posting,
        lines,
        people: count(list.people),
        amount: dong(list.due_dong),
        words: Dong(list.due_dong).in_words(),
        id: list.id.to_string(),
    })
}

/// Rows that a decision left out go to a new draft round of the same commune and group.
async fn next_round(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = form.desk;
    let opened = open(&desk, id_of(&id)?).await?;
    let (list, rows) =
        steps::next_round(&desk.app, &desk.actor, &opened.list, &opened.standing).await?;
    let told = format!("Đã chuyển {rows} dòng chưa được duyệt sang đợt mới.");
    Ok(redirect_with(&format!("/danh-sach/{list}"), "xong", &told))
}
