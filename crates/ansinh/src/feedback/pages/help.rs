//! The help desk: a unit asks the level above; what was asked often stands in a list for all officers.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;

use super::public::{Asked, Row, rows};
use super::with_status;
use crate::clock::new_id;
use crate::feedback::acts::ask_above;
use crate::feedback::rules::above;
use crate::feedback::words::{TEXT_MAX, read_text};
use crate::identity::Role;
use crate::web::{Desk, Error, FieldError, Page, Pager, SignedForm, html, redirect_with};

#[derive(Template)]
#[template(path = "feedback/templates/ask.html")]
struct AskPage {
    page: Page,
    errors: Vec<FieldError>,
    above: String,
    act: String,
    body: String,
}

fn ask_page(desk: &Desk, act: String, body: &str, errors: Vec<FieldError>) -> AskPage {
    let actor = &desk.actor;
    let (district, commune) = above((actor.scope.district(), actor.scope.commune()));
    AskPage {
        page: desk.page("Hỏi cấp trên", "y-kien"),
        errors,
        above: desk.app.unit_name((&district, &commune), actor.tiers),
        act,
        body: body.chars().take(TEXT_MAX).collect(),
    }
}

/// `GET /y-kien/hoi-cap-tren`
pub(super) async fn form(desk: Desk) -> Result<Response, Error> {
    desk.actor.require(&[Role::Commune, Role::District], "hỏi cấp trên")?;
    let act = new_id(desk.app.clock.now())?.to_string();
    html(&ask_page(&desk, act, "", vec![]))
}

/// `POST /y-kien/hoi-cap-tren`
pub(super) async fn send(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Commune, Role::District], "hỏi cấp trên")?;
    let act = fields.act_id()?;
    match read_text(fields.get("noi_dung"), 10, "Viết rõ điều vướng mắc, ít nhất vài chữ.")
    {
        Err(text) => {
            let errors = vec![FieldError::new("noi_dung", text)];
            let view = ask_page(desk, act.to_string(), fields.get("noi_dung"), errors);
            with_status(&view, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Ok(body) => {
            let id = ask_above(&desk.app, &desk.actor, act, &body).await?;
            Ok(redirect_with(&format!("/y-kien/{id}"), "xong", "Đã gửi câu hỏi lên cấp trên."))
        }
    }
}

#[derive(Template)]
#[template(path = "feedback/templates/help.html")]
struct HelpPage {
    page: Page,
    query: String,
    rows: Vec<Row>,
    pager: Pager,
    may_ask: bool,
}

/// `GET /tro-giup`
pub(super) async fn list(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (rows, query, pager) = rows(&desk.app, "officers", ("/tro-giup", &asked)).await?;
    html(&HelpPage {
        page: desk.page("Trợ giúp cho cán bộ", "y-kien"),
        query,
        rows,
        pager,
        may_ask: matches!(desk.actor.role, Role::Commune | Role::District),
    })
}
