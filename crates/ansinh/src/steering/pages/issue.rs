//! `/chi-dao/moi`: a paper is written down, with its file.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use vietnam::date::vi_date;

use super::{ACCEPT, at_field, read_line, wanted_day};
use crate::clock::new_id;
use crate::identity::{Actor, Role};
use crate::steering::acts::{self, Paper, Sent};
use crate::steering::types::PaperKind;
use crate::web::{
    Choice, Desk, Error, FieldError, Fields, Page, SentForm, html, redirect_with, unprocessable,
};

#[derive(Template)]
#[template(path = "steering/templates/new.html")]
struct NewPage {
    page: Page,
    errors: Vec<FieldError>,
    act: String,
    kinds: Vec<Choice>,
    number: String,
    issued_on: String,
    signer: String,
    title: String,
    accept: &'static str,
}

const MAY: [Role; 2] = [Role::District, Role::Province];
const DEED: &str = "ghi văn bản chỉ đạo";

/// Plans and reviews are the province's.
fn kinds(actor: &Actor, chosen: &str) -> Vec<Choice> {
    let mine = |kind: &PaperKind| *kind == PaperKind::Directive || actor.role == Role::Province;
    let choice = |kind: PaperKind| Choice::new(kind.code(), kind.label(), chosen);
    PaperKind::ALL.into_iter().filter(mine).map(choice).collect()
}

fn page(desk: &Desk, act: String, fields: &Fields, errors: Vec<FieldError>) -> NewPage {
    let typed = |name: &str| fields.get(name).to_owned();
    let day = fields.has("ngay").then(|| typed("ngay"));
    let kind = if fields.has("loai") { fields.get("loai") } else { PaperKind::Directive.code() };
    NewPage {
        page: desk.page("Ghi văn bản chỉ đạo", "chi-dao"),
        errors,
        act,
        kinds: kinds(&desk.actor, kind),
        number: typed("so"),
        issued_on: day.unwrap_or_else(|| vi_date(desk.app.clock.today())),
        signer: typed("nguoi_ky"),
        title: typed("trich_yeu"),
        accept: ACCEPT,
    }
}

/// `GET /chi-dao/moi`
pub(super) async fn form(desk: Desk) -> Result<Response, Error> {
    desk.actor.require(&MAY, DEED)?;
    let act = new_id(desk.app.clock.now())?.to_string();
    html(&page(&desk, act, &Fields::default(), vec![]))
}

/// `POST /chi-dao/moi`
pub(super) async fn send(form: SentForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&MAY, DEED)?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let number =
        read_line(fields, "so", (2, "Ghi số, ký hiệu văn bản, như 15/CT-UBND."), &mut errors);
    let issued_on = wanted_day(fields, "ngay", &mut errors).filter(|day| in_time(desk, *day));
    if issued_on.is_none() && errors.iter().all(|error| error.field != "ngay") {
        let text = "Ngày văn bản phải trong khoảng từ năm 2000 đến hôm nay.";
        errors.push(FieldError::new("ngay", text));
    }
    let signer = read_line(fields, "nguoi_ky", (2, "Ghi họ tên người ký."), &mut errors);
    let title = read_line(fields, "trich_yeu", (5, "Ghi trích yếu của văn bản."), &mut errors);
    let sent = Sent { name: form.file_name.clone(), bytes: form.bytes.clone() };
    let file_id = new_id(desk.app.clock.now())?;
    let file = acts::inspected(&sent, file_id, (act, None));
    if let Err(text) = file {
        errors.push(FieldError::new("tep", text));
    }
    let again = |errors| unprocessable(&page(desk, act.to_string(), fields, errors));
    let (Ok(file), Some(issued_on), true) = (file, issued_on, errors.is_empty()) else {
        return again(errors);
    };
    let kind = PaperKind::from_code(fields.get("loai"));
    let paper = Paper { act, kind, number, issued_on, signer, title };
    match acts::issue_with(&desk.app, &desk.actor, &paper, file).await {
        Ok(()) => {
            let told = "Đã ghi văn bản. Tiếp theo: giao nhiệm vụ cho các đơn vị.";
            Ok(redirect_with(&format!("/chi-dao/{act}"), "xong", told))
        }
        Err(Error::Refused { what, remedy }) => again(vec![at_field("so", &what, &remedy)]),
        Err(error) => Err(error),
    }
}

fn in_time(desk: &Desk, day: NaiveDate) -> bool {
    day <= desk.app.clock.today()
}
