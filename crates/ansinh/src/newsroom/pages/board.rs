//! `/bien-tap/ban`: the province's account keeps the board.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use vietnam::date::vi_date;

use super::{id_of, read_day, seat_named};
use crate::clock::new_id;
use crate::newsroom::acts;
use crate::newsroom::appoint::{self, Term};
use crate::newsroom::rules::{NOTE_MAX, in_force};
use crate::newsroom::store::board as members;
use crate::newsroom::types::BoardRole;
use crate::web::{Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

struct Row {
    id: String,
    who: String,
    role: &'static str,
    term: String,
    decision: String,
    mark: &'static str,
    status: String,
    running: bool,
}

#[derive(Template)]
#[template(path = "newsroom/templates/board.html")]
struct BoardPage {
    page: Page,
    errors: Vec<FieldError>,
    rows: Vec<Row>,
    roles: Vec<Choice>,
    id: String,
    typed: Fields,
}

impl BoardPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }
}

/// `GET /bien-tap/ban`.
pub(super) async fn show(desk: Desk) -> Result<Response, Error> {
    page(&desk, &Fields::default(), vec![]).await
}

async fn page(desk: &Desk, typed: &Fields, errors: Vec<FieldError>) -> Result<Response, Error> {
    appoint::must_keep(&desk.actor)?;
    let app = &desk.app;
    let today = app.clock.today();
    let found = members::members(app.db.read(), &desk.actor.scope).await?;
    let names = acts::names(app, found.iter().map(|one| one.account_id)).await?;
    let row = |one: &members::Member| {
        let running = one.ended_on.is_none() && one.until_on >= today;
        let (mark, status) = match one.ended_on {
            Some(day) => ("ko", format!("Thôi từ {}: {}", vi_date(day), one.ended_reason)),
            None if in_force(one.from_on, one.until_on, today) => ("xong", "Đang làm".to_owned()),
            None if running => ("cho", "Chưa đến nhiệm kỳ".to_owned()),
            None => ("mien", "Hết nhiệm kỳ".to_owned()),
        };
        Row {
            id: one.id.to_string(),
            who: names.get(&one.account_id).cloned().unwrap_or_default(),
            role: BoardRole::from_code(&one.role).map_or("", BoardRole::label),
            term: format!("{} – {}", vi_date(one.from_on), vi_date(one.until_on)),
            decision: format!("{} ngày {}", one.decision, vi_date(one.decided_on)),
            mark,
            status,
            running,
        }
    };
    let role = |role: &BoardRole| Choice::new(role.code(), role.label(), typed.get("vai_tro"));
    let failed = !errors.is_empty();
    let view = BoardPage {
        page: desk.page("Lập Ban Biên tập", "bien-tap"),
        errors,
        rows: found.iter().map(row).collect(),
        roles: BoardRole::ALL.iter().map(role).collect(),
        id: new_id(app.clock.now())?.to_string(),
        typed: typed.clone(),
    };
    let mut response = html(&view)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /bien-tap/ban`.
pub(super) async fn appoint(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    appoint::must_keep(&desk.actor)?;
    let mut errors = Vec::new();
    let mut wrong = |field: &str, text: &str| errors.push(FieldError::new(field, text));
    let seat = seat_named(&desk.app, &desk.actor, fields.get("tai_khoan")).await?;
    if seat.is_none() {
        wrong("tai_khoan", "Không có tài khoản này trong tỉnh. Xem lại tên đăng nhập.");
    } else if seat.as_ref().is_some_and(|seat| seat.only_reads) {
        wrong("tai_khoan", "Tài khoản giám sát chỉ xem, không vào Ban Biên tập được.");
    }
    let role = BoardRole::from_code(fields.get("vai_tro"));
    if role.is_none() {
        wrong("vai_tro", "Chọn vai trò trong ban.");
    }
    let day = |name: &str| read_day(fields.get(name));
    let (from_on, until_on, decided_on) = (day("tu_ngay"), day("den_ngay"), day("ngay_qd"));
    let example = "Ghi ngày/tháng/năm, ví dụ 19/6/2020.";
    if from_on.is_none() {
        wrong("tu_ngay", example);
    }
    if until_on.is_none() {
        wrong("den_ngay", example);
    } else if until_on < from_on {
        wrong("den_ngay", "Ngày cuối phải từ ngày bắt đầu trở đi.");
    } else if until_on.is_some_and(|day| day < desk.app.clock.today()) {
        wrong("den_ngay", "Nhiệm kỳ này đã hết. Xem lại ngày cuối.");
    }
    if decided_on.is_none() {
        wrong("ngay_qd", example);
    }
    let decision = fields.get("so_qd");
    if decision.is_empty() || decision.chars().count() > 100 {
        wrong("so_qd", "Ghi số quyết định, nhiều nhất 100 ký tự. Ví dụ 15/QĐ-UBND.");
    }
    let (Some(seat), Some(role), Some(from_on), Some(until_on), Some(decided_on), true) =
        (seat, role, from_on, until_on, decided_on, errors.is_empty())
    else {
        return page(desk, fields, errors).await;
    };
    let term = Term {
        id: id_of(fields.get("ma"))?,
        account: seat.id,
        role,
        from_on,
        until_on,
        decision: decision.to_owned(),
        decided_on,
    };
    match appoint::appoint(&desk.app, &desk.actor, &term).await {
        Err(Error::Refused { what, remedy }) => {
            let errors = vec![FieldError::new("tai_khoan", format!("{what}. {remedy}"))];
            page(desk, fields, errors).await
        }
        outcome => {
            outcome?;
            let told = format!("Đã ghi {} làm {}.", seat.called, role.label().to_lowercase());
            Ok(redirect_with("/bien-tap/ban", "xong", &told))
        }
    }
}

/// `POST /bien-tap/ban/{id}/ket-thuc`.
pub(super) async fn dismiss(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let reason = form.fields.get("ly_do");
    appoint::must_keep(&form.desk.actor)?;
    if reason.is_empty() || reason.chars().count() > NOTE_MAX {
        let told = "Chưa kết thúc: ghi lý do (số quyết định), nhiều nhất 500 ký tự.";
        return Ok(redirect_with("/bien-tap/ban", "canh", told));
    }
    appoint::dismiss(&form.desk.app, &form.desk.actor, id_of(&id)?, reason).await?;
    Ok(redirect_with("/bien-tap/ban", "xong", "Đã kết thúc nhiệm kỳ từ hôm nay."))
}
