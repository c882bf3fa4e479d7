//! The closed day. The book of a day closes at the deadline of the payment update. What is entered
//! for that day afterwards is taken, marked late, with a reason; unless the level above has opened
//! the book again.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::kinds::{Kinds, PAYMENT_DAY};
use super::rules::{clock_words, moment_words};
use super::types::{LateEntry, Reopening, Unit};
use super::{chase, store};
use crate::audit::{self, Act};
use crate::clock::{local, new_id};
use crate::database::{Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};

/// What is wrong, and what to do.
pub type Refusal = (String, String);

/// How the book of a day stands.
#[derive(Debug, Clone)]
pub enum Book {
    /// It has not closed yet.
    Open,
    /// It was closed, and is open again.
    Reopened(Reopening),
    /// It is closed.
    Closed,
}

/// The book of a day of a commune at `now`.
///
/// # Errors
/// The engine's.
pub async fn book_of_day(
    app: &App,
    unit: &Unit,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Book, Error> {
    if now < app.duties.closes_at(day) {
        return Ok(Book::Open);
    }
    let live = store::live_reopening(app.db.read(), unit, day, now).await?;
    Ok(live.map_or(Book::Closed, Book::Reopened))
}

/// What stands against entering something for `day` without a reason, in words for the field of the
/// reason; `None` when nothing does.
///
/// # Errors
/// The engine's.
pub async fn reason_missing(
    app: &App,
    actor: &Actor,
    day: NaiveDate,
    reason: &str,
) -> Result<Option<String>, Error> {
    let now = app.clock.now();
    if !reason.trim().is_empty() || now < app.duties.closes_at(day) {
        return Ok(None);
    }
    let book = book_of_day(app, &Unit::of(actor), day, now).await?;
    Ok(matches!(book, Book::Closed).then(|| closed_words(&app.duties, day)))
}

fn closed_words(kinds: &Kinds, day: NaiveDate) -> String {
    format!(
        "Sổ ngày {} đã khóa lúc {}: ghi rõ vì sao ghi muộn.",
        vi_date(day),
        clock_words(kinds.closing_minute(day))
    )
}

/// The books a group of entries writes into, of one commune or of many. Each is looked up once.
#[derive(Debug, Default)]
pub struct Books {
    known: HashMap<(Unit, NaiveDate), Book>,
    /// Entries let through after their book had closed, with the opening that let them.
    after: HashMap<Uuid, Option<Uuid>>,
}

impl Books {
    /// Judges an entry: its id, the day it is for and the reason given. `Some` is the refusal to
    /// show. Call it before writing the entry.
    ///
    /// # Errors
    /// The engine's.
    pub async fn allow(
        &mut self,
        tx: &Tx,
        kinds: &Kinds,
        actor: &Actor,
        (entry_id, day, reason): (Uuid, NaiveDate, &str),
        now: DateTime<Utc>,
    ) -> Result<Option<Refusal>, Error> {
        // Of an open book nothing is asked: the way of most payments costs no statement.
        if now < kinds.closes_at(day) {
            return Ok(None);
        }
        let unit = Unit::of(actor);
        let tier = if unit.district.is_empty() { "tỉnh" } else { "huyện" };
        let key = (unit, day);
        let book = match self.known.get(&key) {
            Some(book) => book.clone(),
            None => {
                let live = store::live_reopening(tx, &key.0, day, now).await?;
                live.map_or(Book::Closed, Book::Reopened)
            }
        };
        if let Book::Reopened(reopening) = &book {
            // Holds the row: whoever closes the book at this instant waits, or was first.
            if store::use_reopening(tx, reopening.id, now).await? {
                self.after.insert(entry_id, Some(reopening.id));
                self.known.insert(key, book);
                return Ok(None);
            }
        }
        self.known.insert(key, Book::Closed);
        if !reason.trim().is_empty() {
            self.after.insert(entry_id, None);
            return Ok(None);
        }
        let remedy = format!(
            "Ghi lý do vào ô ghi chú rồi ghi lại; khoản này được đánh dấu trễ. Muốn ghi không bị tính trễ thì đề nghị {tier} mở lại sổ ngày {}.",
            vi_date(day)
        );
        Ok(Some((closed_words(kinds, day).trim_end_matches('.').to_owned(), remedy)))
    }

    /// Tells that an entry which [`Books::allow`] let through was written: marks it when its book
    /// had closed, and wakes the duty of a commune that had reported everything settled
    /// (`settled_before`: the entry changed something that was settled).
    ///
    /// # Errors
    /// The engine's.
    pub async fn written(
        &self,
        tx: &Tx,
        actor: &Actor,
        (entry_id, day, reason): (Uuid, NaiveDate, &str),
        now: DateTime<Utc>,
        settled_before: bool,
    ) -> Result<(), Error> {
        let unit = Unit::of(actor);
        if settled_before {
            store::resume(tx, &unit, PAYMENT_DAY, now).await?;
        }
        let Some(reopening_id) = self.after.get(&entry_id).copied() else { return Ok(()) };
        let reason = reason.trim().to_owned();
        let late = LateEntry { entry_id, unit, day, reopening_id, reason, marked_at: now };
        store::mark_late(tx, &late).await?;
        Ok(())
    }
}

/// Longest time for which a book is opened again, in days.
const REOPENED_DAYS_MAX: i64 = 7;

/// What stands against opening a book again, if anything: (field, words).
pub(super) fn reopening_objection(
    app: &App,
    day: NaiveDate,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<(&'static str, String)> {
    let closes = app.duties.closes_at(day);
    if now < closes {
        let text = format!(
            "Sổ ngày {} chưa khóa (khóa lúc {}): chưa cần mở lại.",
            vi_date(day),
            moment_words(closes, local(now).0)
        );
        return Some(("mo_ngay", text));
    }
    if until <= now {
        return Some(("den_gio", "Giờ khóa lại đã qua. Chọn một giờ sau lúc này.".to_owned()));
    }
    if until - now > chrono::Duration::days(REOPENED_DAYS_MAX) {
        let text = format!("Chỉ mở lại nhiều nhất {REOPENED_DAYS_MAX} ngày. Chọn ngày gần hơn.");
        return Some(("den_ngay", text));
    }
    None
}

/// Opens the book of a closed day again until `until`, in the open.
///
/// # Errors
/// [`Error::Refused`] when the actor may not, or somebody was first; the engine's.
pub(super) async fn reopen(
    app: &App,
    actor: &Actor,
    unit: &Unit,
    (day, reason, until): (NaiveDate, &str, DateTime<Utc>),
) -> Result<(), Error> {
    chase::require_superior(actor, "mở lại sổ")?;
    let now = app.clock.now();
    let reopening = Reopening {
        id: new_id(now)?,
        unit: unit.clone(),
        day,
        reason: reason.to_owned(),
        opened_by: actor.account_id,
        opened_at: now,
        until_at: until,
        closed_by: None,
        closed_at: None,
    };
    let done = app
        .db
        .run_tx::<_, Error, _, _>("duties.reopen", |tx| {
            let reopening = &reopening;
            async move {
                store::settle_run_out(&tx, unit, day, now).await?;
                store::add_reopening(&tx, reopening).await?;
                let act = Act {
                    action: "day.reopen",
                    subject_kind: "unit_day",
                    subject_id: format!("{} {day}", unit.commune),
                    detail: json!({ "reopening": reopening.id, "until": until, "reason": reason }),
                };
                audit::record(&tx, actor, now, act).await?;
                Ok((tx, ()))
            }
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, store::REOPENING_LIVE) => {
            Err(already_open(app, unit, day, now).await?)
        }
        other => other,
    }
}

async fn already_open(
    app: &App,
    unit: &Unit,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Error, Error> {
    let live = store::live_reopening(app.db.read(), unit, day, now).await?;
    let remedy = "Không cần mở lần nữa. Muốn đổi giờ thì khóa lại rồi mở lại.";
    let Some(first) = live else {
        return Ok(Error::refused("Sổ này vừa được người khác mở lại", remedy));
    };
    let who = chase::name_of(app, first.opened_by).await?;
    let today = local(now).0;
    let what = format!(
        "Sổ ngày {} đã được {who} mở lại lúc {}, đến {}",
        vi_date(day),
        moment_words(first.opened_at, today),
        moment_words(first.until_at, today)
    );
    Ok(Error::refused(what, remedy))
}

/// Closes a book that was opened again before its hour has come.
///
/// # Errors
/// [`Error::NotFound`] outside the scope, [`Error::Refused`] when it is closed already; the
/// engine's.
pub(super) async fn close_again(
    app: &App,
    actor: &Actor,
    unit: &Unit,
    id: Uuid,
) -> Result<(), Error> {
    chase::require_superior(actor, "khóa lại sổ")?;
    let now = app.clock.now();
    let closed = app
        .db
        .run_tx::<_, Error, _, _>("duties.close_again", |tx| async move {
            let closed = store::close_reopening(&tx, unit, id, actor.account_id, now).await?;
            if closed {
                let act = Act {
                    action: "day.close_again",
                    subject_kind: "unit_day",
                    subject_id: unit.commune.clone(),
                    detail: json!({ "reopening": id }),
                };
                audit::record(&tx, actor, now, act).await?;
            }
            Ok((tx, closed))
        })
        .await?;
    if closed {
        return Ok(());
    }
    Err(Error::refused(
        "Sổ này đã khóa rồi, do hết giờ hoặc do người khác vừa khóa",
        "Tải lại trang để xem ai khóa, lúc nào.",
    ))
}
