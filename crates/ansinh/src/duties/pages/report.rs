//! The report of a commune's day: what the book says, the versions that were sent, one button.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::{vi_date, vi_weekday};
use vietnam::money::Dong;

use super::{TEXT_MAX, commune_of, moment};
use crate::clock::{local, new_id};
use crate::duties::chase;
use crate::duties::report::{
    Report, Sent, check_day, closing_words, figures_of, figures_words, punctuality, send_report,
};
use crate::duties::rules::moment_words;
use crate::duties::types::Fulfilment;
use crate::identity::Role;
use crate::relief::day_figures;
use crate::web::{Desk, Error, FieldError, Page, SignedForm, html, read_day, redirect_with};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    ngay: String,
}

/// A figure of the day.
struct Figure {
    label: &'static str,
    count: String,
    dong: String,
}

/// A version that was sent.
struct Version {
    sent: String,
    by: String,
    punctual: String,
    words: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "duties/templates/report.html")]
struct ReportPage {
    page: Page,
    errors: Vec<FieldError>,
    day: NaiveDate,
    day_words: String,
    closes: String,
    /// The deadline has passed: a reason is asked for.
    late: bool,
    zero: bool,
    figures: Vec<Figure>,
    left: String,
    versions: Vec<Version>,
    /// The last version counts what the book says now.
    up_to_date: bool,
    act_id: String,
    reason: String,
}

/// `GET /viec/bao-cao?ngay=`
pub(super) async fn form(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    desk.actor.require(&[Role::Commune], "gửi báo cáo ngày")?;
    let day = the_day(&desk, &asked.ngay)?;
    show(&desk, day, String::new(), String::new(), vec![]).await
}

/// `POST /viec/bao-cao`: sends it.
pub(super) async fn send(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Commune], "gửi báo cáo ngày")?;
    let day = the_day(desk, fields.get("ngay"))?;
    let Ok(act_id) = Uuid::parse_str(fields.get("ma")) else {
        return Err(Error::refused(
            "Biểu mẫu gửi lên thiếu mã lượt gửi",
            "Tải lại trang rồi gửi lại.",
        ));
    };
    let reason = fields.get("ly_do").to_owned();
    if reason.chars().count() > TEXT_MAX {
        let text = format!("Lý do dài quá {TEXT_MAX} ký tự. Hãy rút gọn.");
        let errors = vec![FieldError::new("ly_do", text)];
        return show(desk, day, act_id.to_string(), reason, errors).await;
    }
    let zero = !fields.get("khong").is_empty();
    let report = Report { act_id, day, zero, reason: reason.clone() };
    let today = desk.app.clock.today();
    match send_report(&desk.app, &desk.actor, &report).await? {
        Sent::Created(act) => {
            let words = figures_words(&figures_of(&act)?);
            let text = format!(
                "Đã gửi báo cáo ngày {} lúc {} ({}): {words}.",
                vi_date(day),
                moment_words(act.acted_at, today),
                punctuality(&act, today)
            );
            Ok(redirect_with("/viec", "xong", &text))
        }
        Sent::Exists(act) => {
            let text = format!(
                "Báo cáo ngày {} đã gửi lúc {}, không gửi thêm.",
                vi_date(day),
                moment_words(act.acted_at, today)
            );
            Ok(redirect_with("/viec", "xong", &text))
        }
        Sent::ReasonMissing(text) => {
            let errors = vec![FieldError::new("ly_do", text)];
            show(desk, day, act_id.to_string(), reason, errors).await
        }
    }
}

/// The day asked for; today's when none is.
fn the_day(desk: &Desk, typed: &str) -> Result<NaiveDate, Error> {
    let today = desk.app.clock.today();
    if typed.is_empty() {
        return Ok(today);
    }
    let Some(day) = read_day(typed) else {
        let typed: String = typed.chars().take(40).collect();
        return Err(Error::refused(
            format!("Ngày “{typed}” không đọc được"),
            format!("Ghi như {} rồi thử lại.", vi_date(today)),
        ));
    };
    check_day(today, day)?;
    Ok(day)
}

async fn show(
    desk: &Desk,
    day: NaiveDate,
    act_id: String,
    reason: String,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let app = &desk.app;
    let now = app.clock.now();
    let today = moment(app).day;
    let figures = day_figures(app.db.read(), &desk.actor.scope, day).await?;
    let unit = commune_of(desk, desk.actor.scope.commune())?;
    let mut records = chase::payment_records(app, &desk.actor.scope, day, day).await?;
    let mut acts = records.remove(&unit).unwrap_or_default().acts;
    acts.retain(|act| act.period == day);
    let up_to_date = match acts.last() {
        Some(last) => figures_of(last)? == figures,
        None => false,
    };
    let view = ReportPage {
        page: desk.page(format!("Báo cáo chi trả ngày {}", vi_date(day)), "viec"),
        day,
        day_words: format!("{} {}", vi_weekday(day), vi_date(day)),
        closes: closing_words(app, day),
        late: now >= app.duties.closes_at(day),
        zero: figures.entries() == 0,
        left: format!("{} khoản, {}", Dong(figures.left), Dong(figures.left_dong).with_unit()),
        figures: vec![
            figure("Đã chi", figures.paid, Some(figures.paid_dong)),
            figure("Không chi được", figures.not_paid, None),
            figure("Hoàn trả", figures.returned, Some(-figures.returned_dong)),
            figure("Đính chính", figures.corrections, None),
            figure("Cộng trong ngày", figures.entries(), Some(figures.net_dong)),
        ],
        versions: versions(desk, &acts, today).await?,
        up_to_date,
        act_id: if act_id.is_empty() { new_id(now)?.to_string() } else { act_id },
        reason,
        errors,
    };
    let fine = view.errors.is_empty();
    let mut response = html(&view)?;
    if !fine {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn figure(label: &'static str, count: i64, dong: Option<i64>) -> Figure {
    let dong = dong.map_or_else(String::new, |dong| Dong(dong).to_string());
    Figure { label, count: Dong(count).to_string(), dong }
}

async fn versions(
    desk: &Desk,
    acts: &[Fulfilment],
    today: NaiveDate,
) -> Result<Vec<Version>, Error> {
    let who: Vec<Uuid> = acts.iter().map(|act| act.acted_by).collect();
    let names = crate::identity::account_names(desk.app.db.read(), &who).await?;
    let mut versions = Vec::with_capacity(acts.len());
    for act in acts.iter().rev() {
        versions.push(Version {
            sent: moment_words(act.acted_at, local(act.acted_at).0.max(today)),
            by: names.get(&act.acted_by).map_or_else(String::new, |(name, _)| name.clone()),
            punctual: punctuality(act, today),
            words: figures_words(&figures_of(act)?),
            reason: act.reason.clone(),
        });
    }
    Ok(versions)
}
