//! Publishing an edited question and answer, and taking it back.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::one::case;
use super::with_status;
use crate::clock::new_id;
use crate::feedback::acts::{Publication, publish, unpublish};
use crate::feedback::store::cases;
use crate::feedback::types::{Case, Kind};
use crate::feedback::words::{TEXT_MAX, read_text, warnings, without_numbers};
use crate::identity::Role;
use crate::relief::contested_row;
use crate::web::{Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

#[derive(Template)]
#[template(path = "feedback/templates/publish.html")]
struct PublishPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    act: String,
    original: String,
    question: String,
    answer: String,
    audiences: Vec<Choice>,
    /// What must be looked at before it is published nevertheless.
    warned: Vec<String>,
}

/// `GET /y-kien/{id}/dang`
pub(super) async fn form(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    desk.actor.require(&[Role::District, Role::Province], "đăng hỏi đáp chung")?;
    let case = case(&desk, &id).await?;
    let steps = cases::steps(desk.app.db.read(), desk.actor.scope.province(), case.id).await?;
    let answer = steps.iter().rfind(|step| step.kind == "answer");
    let fields = Fields::from_pairs(vec![
        ("cau_hoi".to_owned(), without_numbers(&case.body)),
        (
            "tra_loi".to_owned(),
            answer.map_or_else(String::new, |step| without_numbers(&step.words)),
        ),
        ("ma".to_owned(), new_id(desk.app.clock.now())?.to_string()),
    ]);
    html(&page(&desk, &case, &fields, vec![], vec![]))
}

fn page(
    desk: &Desk,
    case: &Case,
    fields: &Fields,
    errors: Vec<FieldError>,
    warned: Vec<String>,
) -> PublishPage {
    let chosen = match (fields.get("doi_tuong"), case.kind()) {
        ("", Kind::Help) => "can-bo",
        ("", _) => "moi-nguoi",
        (typed, _) => typed,
    };
    let choice = |value: &str, label: &str| Choice::new(value, label, chosen);
    let short = |name: &str| fields.get(name).chars().take(TEXT_MAX).collect();
    PublishPage {
        page: desk.page("Đăng thành hỏi đáp chung", "y-kien"),
        errors,
        id: case.id.to_string(),
        act: fields.get("ma").to_owned(),
        original: without_numbers(&case.body),
        question: short("cau_hoi"),
        answer: short("tra_loi"),
        audiences: vec![
            choice("moi-nguoi", "Mọi người, ở trang Hỏi đáp"),
            choice("can-bo", "Cán bộ, ở trang Trợ giúp"),
        ],
        warned,
    }
}

/// `POST /y-kien/{id}/dang`
pub(super) async fn send(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::District, Role::Province], "đăng hỏi đáp chung")?;
    let case = case(desk, &id).await?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let question = read_text(fields.get("cau_hoi"), 5, "Viết câu hỏi chung, không nhắc đến ai.");
    let answer = read_text(fields.get("tra_loi"), 5, "Viết trả lời chung, không nhắc đến ai.");
    errors.extend(question.as_ref().err().map(|text| FieldError::new("cau_hoi", text)));
    errors.extend(answer.as_ref().err().map(|text| FieldError::new("tra_loi", text)));
    let public = match fields.get("doi_tuong") {
        "moi-nguoi" => true,
        "can-bo" => false,
        _ => {
            errors.push(FieldError::new("doi_tuong", "Chọn đăng cho ai."));
            false
        }
    };
    let (Ok(question), Ok(answer), true) = (question, answer, errors.is_empty()) else {
        let view = page(desk, &case, fields, errors, vec![]);
        return with_status(&view, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let warned = warned(desk, &case, &format!("{question}\n{answer}")).await?;
    if !warned.is_empty() && fields.get("van_dang") != "1" {
        let text = "Bản đăng có chỗ giống thông tin cá nhân. Sửa lại, hoặc đánh dấu vẫn đăng.";
        let errors = vec![FieldError::new("van_dang", text)];
        let view = page(desk, &case, fields, errors, warned);
        return with_status(&view, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let new = Publication { act, case: case.id, public, question, answer };
    match publish(&desk.app, &desk.actor, &new).await {
        Err(Error::Refused { what, remedy }) => {
            let errors = vec![FieldError::new("cau_hoi", format!("{what}. {remedy}"))];
            let view = page(desk, &case, fields, errors, vec![]);
            with_status(&view, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(redirect_with(&format!("/y-kien/{}", case.id), "xong", "Đã đăng.")),
    }
}

/// Numbers, and the names of the sender and of the payee.
async fn warned(desk: &Desk, case: &Case, text: &str) -> Result<Vec<String>, Error> {
    let mut names = vec![case.sender_name.clone()];
    if let Some(entry) = case.entry_id {
        let row = contested_row(desk.app.db.read(), desk.actor.scope.province(), entry).await?;
        names.extend(row.map(|row| row.full_name));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(warnings(text, &names))
}

/// `POST /y-kien/{id}/go`
pub(super) async fn withdraw(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let case = case(desk, &id).await?;
    unpublish(&desk.app, &desk.actor, case.id, form.fields.act_id()?).await?;
    Ok(redirect_with(&format!("/y-kien/{}", case.id), "xong", "Đã gỡ khỏi trang chung."))
}
