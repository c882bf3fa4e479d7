//! A sender looks at what became of her submission. The code travels in a POST body only.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::with_status;
use crate::clock::{moment, new_id};
use crate::feedback::citizen::{self, Wish};
use crate::feedback::code::Code;
use crate::feedback::memory::Memory;
use crate::feedback::rules;
use crate::feedback::store::cases;
use crate::feedback::types::{Case, Kind, State, Step};
use crate::feedback::words::{TEXT_MAX, read_text, without_numbers};
use crate::portal::Network;
use crate::web::{App, Error, FieldError, Fields, Page, Visitor, html, redirect};

/// No code is answered sooner: the time does not tell what the database found.
const ANSWER_TIME: Duration = Duration::from_millis(10);

#[derive(Template)]
#[template(path = "feedback/templates/track.html")]
struct FormPage {
    page: Page,
    errors: Vec<FieldError>,
    typed: String,
    unknown: bool,
}

/// A step as its sender reads it.
struct Told {
    when: String,
    who: String,
    what: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "feedback/templates/tracked.html")]
struct CasePage {
    page: Page,
    errors: Vec<FieldError>,
    code: String,
    heading: String,
    mark: &'static str,
    status: String,
    notice: &'static str,
    unit: String,
    due: String,
    kind: &'static str,
    received: String,
    body: String,
    steps: Vec<Told>,
    contested: bool,
    act: String,
    word: String,
    may_write: bool,
    may_withdraw: bool,
}

fn form_page(visitor: &Visitor, error: Option<String>, typed: &str, unknown: bool) -> FormPage {
    FormPage {
        page: visitor.page("Xem trả lời bằng mã", "hoi-dap"),
        errors: error.map(|text| FieldError::new("ma_tra_cuu", text)).into_iter().collect(),
        typed: typed.chars().take(40).collect(),
        unknown,
    }
}

/// `GET /hoi-dap/theo-doi`
pub(super) async fn form(visitor: Visitor) -> Result<Response, Error> {
    Ok(crate::portal::for_a_minute(html(&form_page(&visitor, None, "", false))?))
}

/// `GET` of what was posted: its address says nothing.
pub(super) async fn back() -> Response {
    redirect("/hoi-dap/theo-doi")
}

/// The page that says what is wrong with a code.
fn wrong_code(visitor: &Visitor, fields: &Fields, text: String) -> Result<Response, Error> {
    let view = form_page(visitor, Some(text), fields.get("ma_tra_cuu"), false);
    with_status(&view, StatusCode::UNPROCESSABLE_ENTITY)
}

/// One page for every code that nobody has: nothing that was typed is in it.
fn unknown(visitor: &Visitor) -> Result<Response, Error> {
    html(&form_page(visitor, None, "", true))
}

/// The submission of a code. Codes that nobody has are counted by network; one's own costs nothing,
/// however many look from one address.
async fn find(
    app: &App,
    (memory, network): (&Memory, &Network),
    code: &Code,
) -> Result<Option<Case>, Error> {
    let limit = app.config.lookups_per_network;
    if !memory.codes.take(network.key(), limit, app.clock.now()) {
        return Err(Error::TooMany);
    }
    let not_sooner = tokio::time::sleep(ANSWER_TIME);
    let found = citizen::find(app, code).await?;
    not_sooner.await;
    if found.is_some() {
        memory.codes.give_back(network.key());
    }
    Ok(found)
}

/// `POST /hoi-dap/theo-doi`
pub(super) async fn show(
    visitor: Visitor,
    network: Network,
    Extension(memory): Extension<Arc<Memory>>,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let code = match Code::read(fields.get("ma_tra_cuu")) {
        Ok(code) => code,
        Err(text) => return wrong_code(&visitor, &fields, text),
    };
    match find(&visitor.app, (&memory, &network), &code).await? {
        None => unknown(&visitor),
        Some(case) => html(&case_page(&visitor, &code, &case, vec![], ("", "")).await?),
    }
}

/// `POST /hoi-dap/theo-doi/them`
pub(super) async fn word(
    visitor: Visitor,
    network: Network,
    Extension(memory): Extension<Arc<Memory>>,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let code = match Code::read(fields.get("ma_tra_cuu")) {
        Ok(code) => code,
        Err(text) => return wrong_code(&visitor, &fields, text),
    };
    let app = &visitor.app;
    let Some(case) = find(app, (&memory, &network), &code).await? else {
        return unknown(&visitor);
    };
    let again = |text: String, status: StatusCode| {
        let (visitor, code, case, fields) = (&visitor, &code, &case, &fields);
        async move { told_wrong(visitor, (code, case), fields, text, status).await }
    };
    let text = read_text(fields.get("loi"), 2, "Viết điều muốn nói thêm rồi bấm gửi.");
    let (words, act) = match (text, Uuid::parse_str(fields.get("ma"))) {
        (Ok(words), Ok(act)) => (words, act),
        (text, _) => {
            let text = text.err().unwrap_or_else(|| "Trang mở đã lâu. Bấm gửi lại.".to_owned());
            return again(text, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    if !memory.sent.take(network.key(), app.config.lookups_per_network, app.clock.now()) {
        let text = "Mạng này vừa gửi rất nhiều. Chờ mười phút rồi bấm gửi lại; lời vẫn còn ở dưới.";
        return again(text.to_owned(), StatusCode::TOO_MANY_REQUESTS).await;
    }
    match citizen::wish(app, &code, act, &Wish::Word(words)).await {
        Err(Error::Refused { what, remedy }) => {
            again(format!("{what}. {remedy}"), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        done => {
            done_page(&visitor, &code, done?, "Đã gửi lời của ông/bà đến nơi giải quyết.").await
        }
    }
}

async fn done_page(
    visitor: &Visitor,
    code: &Code,
    done: Option<Case>,
    notice: &'static str,
) -> Result<Response, Error> {
    match done {
        None => unknown(visitor),
        Some(case) => html(&case_page(visitor, code, &case, vec![], ("", notice)).await?),
    }
}

async fn told_wrong(
    visitor: &Visitor,
    (code, case): (&Code, &Case),
    fields: &Fields,
    text: String,
    status: StatusCode,
) -> Result<Response, Error> {
    let errors = vec![FieldError::new("loi", text)];
    let typed: String = fields.get("loi").chars().take(TEXT_MAX).collect();
    let view = case_page(visitor, code, case, errors, (&typed, "")).await?;
    with_status(&view, status)
}

/// `POST /hoi-dap/theo-doi/rut`
pub(super) async fn withdraw(
    visitor: Visitor,
    network: Network,
    Extension(memory): Extension<Arc<Memory>>,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let code = match Code::read(fields.get("ma_tra_cuu")) {
        Ok(code) => code,
        Err(text) => return wrong_code(&visitor, &fields, text),
    };
    let act = Uuid::parse_str(fields.get("ma")).map_err(|_| Error::StaleForm)?;
    if find(&visitor.app, (&memory, &network), &code).await?.is_none() {
        return unknown(&visitor);
    }
    let done = citizen::wish(&visitor.app, &code, act, &Wish::Withdraw).await?;
    let notice = "Đã rút phiếu. Nơi giải quyết không phải trả lời nữa.";
    done_page(&visitor, &code, done, notice).await
}

async fn case_page(
    visitor: &Visitor,
    code: &Code,
    case: &Case,
    errors: Vec<FieldError>,
    (word, notice): (&str, &'static str),
) -> Result<CasePage, Error> {
    let app = &visitor.app;
    let steps = cases::steps(app.db.read(), &app.config.province, case.id).await?;
    let today = app.clock.today();
    let (mark, status) = rules::status(case, today);
    let state = case.state();
    let ended = matches!(state, State::Closed | State::Withdrawn);
    Ok(CasePage {
        page: visitor.page(format!("Phiếu của ông/bà: {}", status.to_lowercase()), "hoi-dap"),
        errors,
        code: code.to_string(),
        heading: heading(case, &app.unit_name(case.desk(), case.tiers)),
        mark,
        status,
        notice,
        unit: format!("UBND {}", app.unit_name(case.desk(), case.tiers)),
        due: due(case),
        kind: case.kind().label(),
        received: moment(case.received_at),
        body: without_numbers(&case.body),
        steps: told(app, case, &steps),
        contested: case.entry_id.is_some(),
        act: new_id(app.clock.now())?.to_string(),
        word: word.to_owned(),
        may_write: !ended,
        may_withdraw: !ended,
    })
}

fn heading(case: &Case, unit: &str) -> String {
    match case.state() {
        State::Open => format!("UBND {unit} đang giải quyết"),
        State::Asked => "Ông/bà được đề nghị nói rõ thêm".to_owned(),
        State::Confirming => format!("Xã đã trả lời, UBND {unit} đang xác nhận"),
        State::Answered => "Đã có trả lời".to_owned(),
        State::Closed => "Phiếu đã kết thúc".to_owned(),
        State::Withdrawn => "Ông/bà đã rút phiếu này".to_owned(),
    }
}

/// What is owed by when, in a sentence; empty when nothing is.
fn due(case: &Case) -> String {
    let day = vi_date(case.due_on);
    match case.state() {
        State::Open if case.kind() == Kind::Complaint && case.accepted_at.is_none() => {
            format!("Báo đã nhận giải quyết chậm nhất hết ngày {day}.")
        }
        State::Open | State::Confirming => format!("Trả lời chậm nhất hết ngày {day}."),
        State::Asked => "Thời hạn tạm dừng cho đến khi ông/bà viết thêm.".to_owned(),
        State::Answered | State::Closed | State::Withdrawn => String::new(),
    }
}

/// Steps that the sender may read. A commune's answer to a complaint is told when the level above has
/// confirmed it.
fn told(app: &App, case: &Case, steps: &[Step]) -> Vec<Told> {
    let confirmed = |at: usize| {
        let mut later = steps.iter().skip(at + 1);
        later
            .find(|step| matches!(step.kind.as_str(), "confirm" | "return" | "answer"))
            .is_some_and(|step| step.kind == "confirm")
    };
    let draft = |at: usize, step: &Step| {
        step.kind == "answer"
            && case.kind() == Kind::Complaint
            && !step.by_commune.is_empty()
            && !confirmed(at)
    };
    let told = |step: &Step| Told {
        when: moment(step.done_at),
        who: match step.by_account {
            None => "Ông/bà".to_owned(),
            Some(_) => {
                let place = (step.by_district.as_str(), step.by_commune.as_str());
                format!("UBND {}", app.unit_name(place, case.tiers))
            }
        },
        what: step.label(),
        words: without_numbers(&step.words),
    };
    let shown = steps.iter().enumerate();
    let shown = shown.filter(|(at, step)| step.for_sender() && !draft(*at, step));
    shown.map(|(_, step)| told(step)).collect()
}
