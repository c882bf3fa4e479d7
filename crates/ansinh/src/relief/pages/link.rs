//! `/canh-bao/lien-ket/{dong}`: two numbers of one person, linked and unlinked.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vietnam::date::vi_date;
use vietnam::identity::IdNumber;

use super::entry::{note_view, open_entry};
use super::list::Opened;
use super::{id_of, with_status};
use crate::clock::local;
use crate::relief::rules::masked;
use crate::relief::store::links as store;
use crate::relief::types::EntryRow;
use crate::relief::way;
use crate::relief::{links, steps};
use crate::web::{App, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/canh-bao/lien-ket/{dong}", get(link_page).post(link))
        .route("/canh-bao/lien-ket/{dong}/{id}/go", post(unlink))
}

struct Line {
    id: String,
    text: String,
}

#[derive(Template)]
#[template(path = "relief/templates/link.html")]
struct LinkPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    name: String,
    number: String,
    links: Vec<Line>,
    other: String,
    evidence: String,
}

async fn open_for(desk: &Desk, id: &str) -> Result<(EntryRow, Opened), Error> {
    let (row, opened) = open_entry(desk, id).await?;
    way::may_record(&opened.standing, steps::who(&desk.actor))?;
    Ok((row, opened))
}

async fn link_page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let (row, opened) = open_for(&desk, &id).await?;
    if row.id_number.is_some() {
        note_view(&desk, &row, &opened, "canh-bao/lien-ket").await?;
    }
    html(&view(&desk, &row, vec![], &Fields::default()).await?)
}

async fn view(
    desk: &Desk,
    row: &EntryRow,
    errors: Vec<FieldError>,
    typed: &Fields,
) -> Result<LinkPage, Error> {
    let links = store::of_person(desk.app.db.read(), row.person_id).await?;
    Ok(LinkPage {
        page: desk.page("Nối hai số giấy tờ của một người", "canh-bao"),
        errors,
        id: row.id.to_string(),
        name: row.full_name.clone(),
        number: row.id_number.clone().unwrap_or_default(),
        links: links
            .iter()
            .map(|link| Line {
                id: link.id.to_string(),
                text: format!(
                    "{} và {}, {}, ngày {}",
                    masked(&link.first_key),
                    masked(&link.second_key),
                    link.evidence,
                    vi_date(local(link.linked_at).0)
                ),
            })
            .collect(),
        other: typed.get("so").to_owned(),
        evidence: typed.get("can_cu").to_owned(),
    })
}

async fn link(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let (row, _) = open_for(&desk, &id).await?;
    let typed: String = fields.get("so").chars().filter(|c| !" .".contains(*c)).collect();
    let evidence = vietnam::text::clean(fields.get("can_cu"));
    let mut errors = Vec::new();
    let number = IdNumber::parse(&typed);
    if let Err(error) = &number {
        errors.push(FieldError::new("so", format!("Số giấy tờ thứ hai: {error}.")));
    }
    if !(5..=300).contains(&evidence.chars().count()) {
        let told = "Ghi căn cứ: mã QR trên thẻ CCCD, hoặc giấy xác nhận số nào, ngày nào.";
        errors.push(FieldError::new("can_cu", told));
    }
    let number = match number {
        Ok(number) if errors.is_empty() => number,
        _ => {
            let page = view(&desk, &row, errors, &fields).await?;
            return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let raised = links::link(&desk.app, &desk.actor, &row, number.as_str(), &evidence).await?;
    let told = if raised > 0 {
        format!("Đã nối hai số. Có {raised} cặp trùng chắc chắn cần xử lý.")
    } else {
        "Đã nối hai số. Chưa thấy dòng nào khác của người này.".to_owned()
    };
    Ok(redirect_with(&format!("/danh-sach/dong/{}", row.id), "xong", &told))
}

async fn unlink(
    Path((dong, id)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let desk = form.desk;
    let (row, _) = open_for(&desk, &dong).await?;
    let id = id_of(&id)?;
    let known = store::of_person(desk.app.db.read(), row.person_id).await?;
    let link = known.iter().find(|link| link.id == id).ok_or(Error::NotFound)?;
    links::undo(&desk.app, &desk.actor, &row, link).await?;
    let told = "Đã gỡ liên kết. Các dòng trở lại là của hai người.";
    Ok(redirect_with(&format!("/danh-sach/dong/{}", row.id), "xong", told))
}
