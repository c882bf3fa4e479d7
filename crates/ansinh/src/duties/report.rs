//! Fulfilling: a commune sends the figures of its day. They are frozen as sent; sending again adds a
//! version, and the first one says whether the day was reported in time.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::kinds::PAYMENT_DAY;
use super::rules::{clock_words, moment_words};
use super::store;
use super::types::{Fulfilment, Unit};
use crate::audit::{self, Act};
use crate::clock::local;
use crate::database::{Tx, violates};
use crate::identity::{Actor, Role};
use crate::relief::{DayFigures, day_figures};
use crate::web::{App, Error};

/// How far back a report may be sent, in days.
const DAYS_BACK_MAX: u64 = 60;

/// What to send.
#[derive(Debug, Clone)]
pub struct Report {
    /// Made by the client before sending.
    pub act_id: Uuid,
    /// Of which day.
    pub day: NaiveDate,
    /// The clerk says that nothing was paid.
    pub zero: bool,
    /// Why after the deadline.
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Sent {
    /// Written now.
    Created(Fulfilment),
    /// This very act was written before.
    Exists(Fulfilment),
    /// Not written: a reason is missing, in words for its field.
    ReasonMissing(String),
}

/// The frozen figures of a report.
///
/// # Errors
/// When the stored JSON is not a report's.
pub fn figures_of(act: &Fulfilment) -> Result<DayFigures, Error> {
    Ok(serde_json::from_str(&act.detail)?)
}

/// Sends the report of a commune's day.
///
/// # Errors
/// [`Error::Refused`] for another role, a coming or long past day, or "0 khoản" of a day with
/// entries; the engine's.
pub async fn send_report(app: &App, actor: &Actor, report: &Report) -> Result<Sent, Error> {
    actor.require(&[Role::Commune], "gửi báo cáo ngày")?;
    check_day(app.clock.today(), report.day)?;
    match send_once(app, actor, report).await {
        // The same form came twice at the same instant: the second finds it written now.
        Err(Error::Database(error)) if violates(&error, store::ACT_ID) => {
            send_once(app, actor, report).await
        }
        outcome => outcome,
    }
}

/// Refuses a day of which there can be no report yet, or no more.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_day(today: NaiveDate, day: NaiveDate) -> Result<(), Error> {
    if day > today {
        return Err(Error::refused(
            format!("Ngày {} chưa đến", vi_date(day)),
            "Chỉ gửi báo cáo của hôm nay hoặc ngày đã qua.",
        ));
    }
    if day.checked_add_days(Days::new(DAYS_BACK_MAX)).is_none_or(|last| last < today) {
        return Err(Error::refused(
            format!("Ngày {} đã qua hơn {DAYS_BACK_MAX} ngày", vi_date(day)),
            "Báo cáo của ngày này không nhận nữa; cần sửa số liệu thì liên hệ cấp trên.",
        ));
    }
    Ok(())
}

async fn send_once(app: &App, actor: &Actor, report: &Report) -> Result<Sent, Error> {
    app.db
        .run_tx::<_, Error, _, _>("duties.send_report", |tx| async move {
            let sent = send(&tx, app, actor, report).await?;
            Ok((tx, sent))
        })
        .await
}

async fn send(tx: &Tx, app: &App, actor: &Actor, report: &Report) -> Result<Sent, Error> {
    if let Some(written) = store::act(tx, &actor.scope, report.act_id).await? {
        if written.period == report.day {
            return Ok(Sent::Exists(written));
        }
        return Err(Error::refused(
            format!("Lượt gửi này đã dùng cho báo cáo ngày {}", vi_date(written.period)),
            "Tải lại trang rồi gửi lại. Chưa có gì được ghi thêm.",
        ));
    }
    let now = app.clock.now();
    let due_at = app.duties.closes_at(report.day);
    if now >= due_at && report.reason.trim().is_empty() {
        return Ok(Sent::ReasonMissing(format!(
            "Hạn gửi báo cáo ngày {} là {}: ghi rõ vì sao gửi trễ.",
            vi_date(report.day),
            moment_words(due_at, local(now).0)
        )));
    }
    let figures = day_figures(tx, &actor.scope, report.day).await?;
    if report.zero && figures.entries() > 0 {
        return Err(Error::refused(
            format!(
                "Sổ ngày {} đã có {} bút toán nên không báo cáo 0 khoản được",
                vi_date(report.day),
                Dong(figures.entries())
            ),
            "Về Việc hôm nay, xem số liệu rồi bấm Gửi báo cáo ngày.",
        ));
    }
    let act = Fulfilment {
        id: report.act_id,
        unit: Unit::of(actor),
        period: report.day,
        due_at,
        acted_by: actor.account_id,
        acted_at: now,
        reason: if now < due_at { String::new() } else { report.reason.trim().to_owned() },
        ends_duty: figures.left == 0,
        resumed_at: None,
        detail: serde_json::to_string(&figures)?,
    };
    fulfil(tx, actor, PAYMENT_DAY, &act).await?;
    Ok(Sent::Created(act))
}

/// Writes an act that fulfils a duty, with its trace. Rooms call it in the transaction of the act.
///
/// # Errors
/// The engine's; the act's id is used once.
pub async fn fulfil(tx: &Tx, actor: &Actor, kind: &str, act: &Fulfilment) -> Result<(), Error> {
    store::add_act(tx, kind, act).await?;
    let trace = Act {
        action: "duty.fulfil",
        subject_kind: "duty",
        subject_id: format!("{kind} {} {}", act.unit.commune, act.period),
        detail: json!({
            "act": act.id, "late": act.acted_at >= act.due_at, "reason": act.reason,
            "ends": act.ends_duty, "figures": act.detail,
        }),
    };
    audit::record(tx, actor, act.acted_at, trace).await?;
    Ok(())
}

/// "3 khoản đã chi, 4.500.000 đồng; 1 khoản không chi được".
pub(super) fn figures_words(figures: &DayFigures) -> String {
    if figures.entries() == 0 {
        return "0 khoản".to_owned();
    }
    let mut words =
        format!("{} khoản đã chi, {}", Dong(figures.paid), Dong(figures.paid_dong).with_unit());
    if figures.not_paid > 0 {
        words.push_str(&format!("; {} khoản không chi được", Dong(figures.not_paid)));
    }
    if figures.returned > 0 {
        let dong = Dong(figures.returned_dong).with_unit();
        words.push_str(&format!("; {} khoản hoàn trả, {dong}", Dong(figures.returned)));
    }
    if figures.corrections > 0 {
        words.push_str(&format!("; {} bút toán đính chính", Dong(figures.corrections)));
    }
    words
}

/// "đúng hạn", or by how much it missed the deadline.
pub(super) fn punctuality(act: &Fulfilment, today: NaiveDate) -> String {
    if act.acted_at < act.due_at {
        return "đúng hạn".to_owned();
    }
    format!("trễ, hạn {}", moment_words(act.due_at, today))
}

/// "17 giờ 30" of a day's closing.
pub(super) fn closing_words(app: &App, day: NaiveDate) -> String {
    clock_words(app.duties.closing_minute(day))
}

/// When an act was done, of the first acts of their periods.
pub(super) fn first_acts(acts: &[Fulfilment]) -> Vec<(NaiveDate, DateTime<Utc>)> {
    acts.iter().map(|act| (act.period, act.acted_at)).collect()
}
