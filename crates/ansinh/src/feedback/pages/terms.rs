//! By when each kind is owed, and the province's change of it from tomorrow on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::inbox::choices;
use super::with_status;
use crate::feedback::acts::set_term;
use crate::feedback::store::terms;
use crate::feedback::types::{Kind, Term};
use crate::identity::Role;
use crate::web::{Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

/// Longest legal basis, characters.
const BASIS_MAX: usize = 300;

struct TermRow {
    kind: &'static str,
    accept: String,
    answer: String,
    keep: String,
    basis: String,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "feedback/templates/terms.html")]
struct TermsPage {
    page: Page,
    errors: Vec<FieldError>,
    rows: Vec<TermRow>,
    may_set: bool,
    kinds: Vec<Choice>,
    accept: String,
    accept_in: Vec<Choice>,
    answer: String,
    answer_in: Vec<Choice>,
    keep: String,
    basis: String,
}

/// `GET /y-kien/thoi-han`
pub(super) async fn show(desk: Desk) -> Result<Response, Error> {
    html(&page(&desk, &Fields::default(), vec![]).await?)
}

async fn page(desk: &Desk, fields: &Fields, errors: Vec<FieldError>) -> Result<TermsPage, Error> {
    let found = terms::in_force(desk.app.db.read(), desk.app.clock.today()).await?;
    let rows = Kind::ALL.into_iter().filter_map(|kind| {
        found.iter().find(|term| term.code == kind.code()).map(|term| term_row(kind, term))
    });
    let short = |name: &str| fields.get(name).chars().take(BASIS_MAX).collect();
    let days = |name: &str| {
        let all = [("lam-viec", "ngày làm việc"), ("lich", "ngày theo lịch")];
        choices(all.into_iter(), fields.get(name))
    };
    Ok(TermsPage {
        page: desk.page("Thời hạn giải quyết từng loại ý kiến", "y-kien"),
        errors,
        rows: rows.collect(),
        may_set: desk.actor.role == Role::Province,
        kinds: choices(Kind::ALL.into_iter().map(|k| (k.slug(), k.label())), fields.get("loai")),
        accept: short("nhan"),
        accept_in: days("nhan_theo"),
        answer: short("tra_loi"),
        answer_in: days("tra_loi_theo"),
        keep: short("giu"),
        basis: short("can_cu"),
    })
}

/// `POST /y-kien/thoi-han`: holds for what comes from tomorrow on.
pub(super) async fn set(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Province], "đặt thời hạn giải quyết")?;
    let mut errors = Vec::new();
    let mut number = |name: &str, least: i32, most: i32| {
        let read = fields.get(name).parse::<i32>().ok().filter(|n| (least..=most).contains(n));
        if read.is_none() {
            let text = format!("Ghi một số từ {least} đến {most}.");
            errors.push(FieldError::new(name, text));
        }
        read.unwrap_or(0)
    };
    let (accept_days, answer_days) = (number("nhan", 0, 60), number("tra_loi", 1, 90));
    let keep_months = number("giu", 1, 120);
    let kind = Kind::from_slug(fields.get("loai"));
    if kind.is_none() {
        errors.push(FieldError::new("loai", "Chọn loại."));
    }
    let basis = vietnam::text::clean(&vietnam::text::nfc(fields.get("can_cu")));
    if basis.is_empty() || basis.chars().count() > BASIS_MAX {
        let text = format!("Ghi số, ngày văn bản làm căn cứ, nhiều nhất {BASIS_MAX} ký tự.");
        errors.push(FieldError::new("can_cu", text));
    }
    let (Some(kind), true) = (kind, errors.is_empty()) else {
        let view = page(desk, fields, errors).await?;
        return with_status(&view, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let term = Term {
        code: kind.code().to_owned(),
        accept_days,
        accept_working: fields.get("nhan_theo") != "lich",
        answer_days,
        answer_working: fields.get("tra_loi_theo") != "lich",
        keep_months,
        legal_basis: basis,
        confirmed: true,
    };
    set_term(&desk.app, &desk.actor, &term).await?;
    let text = "Đã ghi. Áp dụng cho phiếu nhận từ ngày mai; phiếu đã nhận giữ hạn cũ.";
    Ok(redirect_with("/y-kien/thoi-han", "xong", text))
}

fn term_row(kind: Kind, term: &Term) -> TermRow {
    let days = |count: i32, working: bool| match (count, working) {
        (0, _) => "–".to_owned(),
        (count, true) => format!("{count} ngày làm việc"),
        (count, false) => format!("{count} ngày"),
    };
    TermRow {
        kind: kind.label(),
        accept: days(term.accept_days, term.accept_working),
        answer: days(term.answer_days, term.answer_working),
        keep: format!("{} tháng", term.keep_months),
        basis: term.legal_basis.clone(),
        confirmed: term.confirmed,
    }
}
