//! A commune's own page: its last 30 working days, its book, excuses, reminders, and whom to call.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;
use sheets::{CellOut, CsvWriter};
use uuid::Uuid;
use vietnam::date::{vi_date, vi_weekday};

use super::deeds::may_keep_contact;
use super::{commune_of, in_commune, units_on};
use crate::audit::{self, Act};
use crate::clock::local;
use crate::duties::chase::{self, HISTORY_DAYS, Record, is_superior};
use crate::duties::engine::{Day, instant, silence};
use crate::duties::kinds::PAYMENT_DAY;
use crate::duties::report::{figures_of, figures_words};
use crate::duties::rules::moment_words;
use crate::duties::store;
use crate::duties::types::{Became, Contact, Excuse, LateEntry, Reminder, Reopening, Unit};
use crate::identity::{Role, account_names};
use crate::web::{Desk, Error, FieldError, Fields, Page, SignedForm, html, read_day};

/// Late entries named on the page.
const LATE_NAMED: u64 = 50;

/// A day of the history.
struct DayRow {
    day: String,
    mark: &'static str,
    word: String,
    sent: String,
    words: String,
    reason: String,
    /// Id of the live excuse, for taking it back.
    excuse: String,
    iso: NaiveDate,
    /// May be let off.
    excusable: bool,
}

/// An opening of a closed book.
struct OpenedRow {
    id: String,
    day: String,
    opened: String,
    until: String,
    reason: String,
    /// "đang mở" or how it ended.
    end: String,
    open: bool,
}

struct LateRow {
    day: String,
    written: String,
    reason: String,
    mark: &'static str,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "duties/templates/unit.html")]
struct UnitPage {
    page: Page,
    errors: Vec<FieldError>,
    code: String,
    own: bool,
    /// This page is where she begins.
    reads_only: bool,
    lead: String,
    days: Vec<DayRow>,
    opened: Vec<OpenedRow>,
    late: Vec<LateRow>,
    late_more: bool,
    reminders: Vec<String>,
    /// Excuses that were taken back.
    revoked: Vec<String>,
    contact: String,
    person_name: String,
    phone: String,
    /// The number to call; empty when there is no contact.
    call: String,
    version: i32,
    may_contact: bool,
    may_act: bool,
    typed: Typed,
}

/// What was typed into the forms of the page.
#[derive(Default)]
struct Typed {
    excuse_day: String,
    excuse_reason: String,
    reopen_day: String,
    reopen_reason: String,
    until_day: String,
    until_hour: String,
}

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// The day to let off, for the form.
    #[serde(default)]
    mien: String,
}

/// `GET /don-doc/{commune}?mien=`
pub(super) async fn show(
    desk: Desk,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let unit = commune_of(&desk, &code)?;
    let day = read_day(&asked.mien).map(|day| ("mien_ngay".to_owned(), vi_date(day)));
    page(&desk, &unit, &Fields::from_pairs(day.into_iter().collect()), vec![]).await
}

/// The page again after a refused form, with what was typed.
pub(super) async fn again(
    form: &SignedForm,
    unit: &Unit,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    page(&form.desk, unit, &form.fields, errors).await
}

/// Everything the page tells.
struct Facts {
    record: Record,
    days: Vec<Day>,
    reopenings: Vec<Reopening>,
    reminders: Vec<Reminder>,
    late: Vec<LateEntry>,
    contact: Option<Contact>,
    names: HashMap<Uuid, (String, Role)>,
}

impl Facts {
    async fn of(desk: &Desk, unit: &Unit, today: NaiveDate) -> Result<Self, Error> {
        let conn = desk.app.db.read();
        let scope = unit.scope();
        let (slots, mut units) = chase::histories(&desk.app, &scope, HISTORY_DAYS).await?;
        let (record, days) = units.remove(unit).unwrap_or_default();
        let from = slots.first().map_or(today, |slot| slot.start);
        let since = instant(from, 0);
        let reopenings = store::reopenings(conn, &scope, since).await?;
        let reminders = store::reminders(conn, &scope, PAYMENT_DAY, since).await?;
        let contacts = store::contacts(conn, &scope).await?;
        let mut who: Vec<Uuid> = reopenings.iter().map(|one| one.opened_by).collect();
        who.extend(reopenings.iter().filter_map(|one| one.closed_by));
        who.extend(reminders.iter().map(|one| one.sent_by));
        who.extend(record.excuses.iter().map(|one| one.excused_by));
        who.extend(record.excuses.iter().filter_map(|one| one.revoked_by));
        Ok(Self {
            late: store::late_entries(conn, &scope, from, today, LATE_NAMED + 1).await?,
            names: account_names(conn, &who).await?,
            contact: contacts.into_iter().find(|one| one.unit == *unit),
            record,
            days,
            reopenings,
            reminders,
        })
    }

    fn name(&self, id: Uuid) -> &str {
        self.names.get(&id).map_or("người khác", |(name, _)| name.as_str())
    }
}

async fn page(
    desk: &Desk,
    unit: &Unit,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let app = &desk.app;
    let now = app.clock.now();
    let today = local(now).0;
    let facts = Facts::of(desk, unit, today).await?;
    let may_act = is_superior(&desk.actor);
    let commune = app.areas.commune_name(&unit.commune, units_on(app, unit.tiers));
    let typed = |field: &str, fallback: &str| {
        if fields.has(field) { fields.get(field).to_owned() } else { fallback.to_owned() }
    };
    let (contact, day) = (facts.contact.as_ref(), vi_date(today));
    let closed = facts.days.iter().rev().find(|day| day.slot.due_at <= now);
    let last_closed = vi_date(closed.map_or(today, |day| day.slot.start));
    let view = UnitPage {
        page: desk.page(format!("{commune}: báo cáo chi trả hằng ngày"), "don-doc"),
        code: unit.commune.clone(),
        own: in_commune(desk),
        reads_only: desk.actor.role == Role::Supervisor,
        lead: lead(&facts.days),
        days: facts.days.iter().rev().map(|day| day_row(day, &facts, today, may_act)).collect(),
        opened: facts.reopenings.iter().map(|one| opened_row(one, &facts, now)).collect(),
        late: facts.late.iter().take(LATE_NAMED as usize).map(|one| late_row(one, today)).collect(),
        late_more: facts.late.len() as u64 > LATE_NAMED,
        reminders: facts.reminders.iter().map(|one| reminded(one, &facts, today)).collect(),
        revoked: facts
            .record
            .excuses
            .iter()
            .filter_map(|one| revoked_words(one, &facts, today))
            .collect(),
        contact: contact.map_or_else(String::new, |one| {
            format!(
                "{}, {}; cập nhật {}",
                one.person_name,
                one.phone,
                moment_words(one.written_at, today)
            )
        }),
        person_name: typed("ten", contact.map_or("", |one| one.person_name.as_str())),
        phone: typed("dien_thoai", contact.map_or("", |one| one.phone.as_str())),
        call: contact.map_or_else(String::new, |one| one.phone.clone()),
        version: contact.map_or(0, |one| one.version),
        may_contact: may_keep_contact(&desk.actor),
        may_act,
        typed: Typed {
            excuse_day: typed("mien_ngay", &day),
            excuse_reason: typed("mien_ly_do", ""),
            reopen_day: typed("mo_ngay", &last_closed),
            reopen_reason: typed("mo_ly_do", ""),
            until_day: typed("den_ngay", &day),
            until_hour: typed("den_gio", ""),
        },
        errors,
    };
    let fine = view.errors.is_empty();
    let mut response = html(&view)?;
    if !fine {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn late_row(one: &LateEntry, today: NaiveDate) -> LateRow {
    LateRow {
        day: vi_date(one.day),
        written: moment_words(one.marked_at, today),
        reason: one.reason.clone(),
        mark: if one.reopening_id.is_some() { "mien" } else { "tre" },
        word: if one.reopening_id.is_some() { "Ghi khi mở lại sổ" } else { "Ghi trễ" },
    }
}

fn reminded(one: &Reminder, facts: &Facts, today: NaiveDate) -> String {
    let words = if one.words.is_empty() { String::new() } else { format!(": “{}”", one.words) };
    format!(
        "{}, {} nhắc gửi báo cáo ngày {}{words}",
        moment_words(one.sent_at, today),
        facts.name(one.sent_by),
        vi_date(one.period)
    )
}

/// "Ngày 15/5/2020: Huyện … miễn (lũ), bỏ miễn lúc 9 giờ 00: …" of an excuse that was taken back.
fn revoked_words(one: &Excuse, facts: &Facts, today: NaiveDate) -> Option<String> {
    let (by, at) = (one.revoked_by?, one.revoked_at?);
    Some(format!(
        "Ngày {}: {} miễn ({}), {} bỏ miễn lúc {}: {}",
        vi_date(one.period),
        facts.name(one.excused_by),
        one.reason,
        facts.name(by),
        moment_words(at, today),
        one.revoked_reason
    ))
}

fn lead(days: &[Day]) -> String {
    let count = |wanted: fn(Became) -> bool| {
        days.iter().filter_map(|day| day.became).filter(|became| wanted(*became)).count()
    };
    let owed = count(|_| true);
    if owed == 0 {
        return "Trong 30 ngày làm việc gần nhất xã không phải gửi báo cáo ngày nào.".to_owned();
    }
    let mut words = format!(
        "{} ngày làm việc gần nhất: {} đúng hạn, {} trễ, {} không gửi, {} được miễn.",
        days.len(),
        count(|became| matches!(became, Became::Done(_))),
        count(|became| matches!(became, Became::Late(_))),
        count(|became| became == Became::Missed),
        count(|became| became == Became::Excused),
    );
    if let (missed @ 2.., Some(since)) = silence(days) {
        words.push_str(&format!(" Chưa gửi {missed} ngày liền, từ {}.", vi_date(since)));
    }
    words
}

/// Shape and word of a state.
pub(super) fn state_words(became: Option<Became>) -> (&'static str, &'static str) {
    match became {
        None => ("", "Không phải báo cáo"),
        Some(Became::Open) => ("cho", "Chưa đến hạn"),
        Some(Became::Done(_)) => ("xong", "Đúng hạn"),
        Some(Became::Late(_)) => ("nua", "Trễ"),
        Some(Became::Missed) => ("tre", "Không gửi"),
        Some(Became::Excused) => ("mien", "Được miễn"),
    }
}

fn day_row(day: &Day, facts: &Facts, today: NaiveDate, may_act: bool) -> DayRow {
    let record = &facts.record;
    let acts = || record.acts.iter().filter(|act| act.period == day.slot.start);
    let (first, last) = (acts().next(), acts().next_back());
    let excuse =
        record.excuses.iter().find(|one| one.period == day.slot.start && one.revoked_at.is_none());
    let mut reason = first.map_or_else(String::new, |act| act.reason.clone());
    if let Some(excuse) = excuse {
        reason = format!("{} miễn: {}", facts.name(excuse.excused_by), excuse.reason);
    }
    let (mark, word) = state_words(day.became);
    DayRow {
        day: format!("{} {}", vi_weekday(day.slot.start), vi_date(day.slot.start)),
        mark,
        word: word.to_owned(),
        sent: first.map_or_else(String::new, |act| moment_words(act.acted_at, today)),
        words: last
            .and_then(|act| figures_of(act).ok())
            .map_or_else(String::new, |figures| figures_words(&figures)),
        reason,
        excuse: excuse.map_or_else(String::new, |one| one.id.to_string()),
        iso: day.slot.start,
        excusable: may_act
            && excuse.is_none()
            && !matches!(day.became, None | Some(Became::Done(_))),
    }
}

fn opened_row(one: &Reopening, facts: &Facts, now: DateTime<Utc>) -> OpenedRow {
    let today = local(now).0;
    let open = one.open_at(now);
    let end = match (one.closed_by, one.closed_at) {
        (Some(by), Some(at)) => {
            format!("{} khóa lại lúc {}", facts.name(by), moment_words(at, today))
        }
        _ if open => "đang mở".to_owned(),
        _ => format!("tự khóa lúc {}", moment_words(one.until_at, today)),
    };
    OpenedRow {
        id: one.id.to_string(),
        day: vi_date(one.day),
        opened: format!("{}, {}", facts.name(one.opened_by), moment_words(one.opened_at, today)),
        until: moment_words(one.until_at, today),
        reason: one.reason.clone(),
        end,
        open,
    }
}

/// `GET /don-doc/{commune}/lich-su.csv`: the same days as a file.
pub(super) async fn csv(desk: Desk, Path(code): Path<String>) -> Result<Response, Error> {
    let unit = commune_of(&desk, &code)?;
    let app = &desk.app;
    let (_, mut units) = chase::histories(app, &unit.scope(), HISTORY_DAYS).await?;
    let (record, days) = units.remove(&unit).unwrap_or_default();
    let bytes = csv_bytes(&record, &days).map_err(|error| Error::internal("duties.csv", error))?;
    let now = app.clock.now();
    let (actor, rows, subject) = (&desk.actor, days.len(), &unit.commune);
    app.db
        .run_tx::<_, Error, _, _>("duties.export", |tx| async move {
            let act = Act {
                action: "report.export",
                subject_kind: "duty",
                subject_id: subject.clone(),
                detail: json!({ "file": "lich-su.csv", "rows": rows }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await?;
    let name =
        format!("attachment; filename=\"bao-cao-ngay-{}-{}.csv\"", unit.commune, local(now).0);
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn csv_bytes(record: &Record, days: &[Day]) -> std::io::Result<Vec<u8>> {
    let mut file = CsvWriter::new(Vec::new())?;
    let head = [
        "Ngày",
        "Hạn",
        "Kết quả",
        "Gửi lần đầu",
        "Số khoản đã chi",
        "Số tiền đã chi (đồng)",
        "Số khoản không chi được",
        "Lý do trễ hoặc được miễn",
    ];
    file.row(&head.map(CellOut::Text))?;
    for day in days {
        let acts = || record.acts.iter().filter(|act| act.period == day.slot.start);
        let excuse = record
            .excuses
            .iter()
            .find(|one| one.period == day.slot.start && one.revoked_at.is_none());
        let figures = acts().next_back().and_then(|act| figures_of(act).ok());
        let reason = excuse
            .map(|one| one.reason.as_str())
            .or_else(|| acts().next().map(|act| act.reason.as_str()))
            .unwrap_or("");
        let due = full_moment(day.slot.due_at);
        let sent = acts().next().map_or_else(String::new, |act| full_moment(act.acted_at));
        let number = |value: Option<i64>| value.map_or(CellOut::Blank, CellOut::Whole);
        file.row(&[
            cell_day(day.slot.start),
            CellOut::Text(&due),
            CellOut::Text(state_words(day.became).1),
            CellOut::Text(&sent),
            number(figures.map(|one| one.paid)),
            number(figures.map(|one| one.paid_dong)),
            number(figures.map(|one| one.not_paid)),
            CellOut::Text(reason),
        ])?;
    }
    file.finish()
}

fn cell_day(day: NaiveDate) -> CellOut<'static> {
    CellOut::Date {
        year: u16::try_from(day.year()).unwrap_or(0),
        month: u8::try_from(day.month()).unwrap_or(0),
        day: u8::try_from(day.day()).unwrap_or(0),
    }
}

/// "17:30 15/05/2020".
fn full_moment(at: DateTime<Utc>) -> String {
    let (day, time) = local(at);
    format!("{} {}", time.format("%H:%M"), day.format("%d/%m/%Y"))
}
