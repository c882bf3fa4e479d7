//! The editorial board: who is appointed as what, from when until when, by which decision.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::rules::in_force;
use super::store::board::{self, NewMember};
use super::types::BoardRole;
use crate::audit::{self, Act};
use crate::database::{Tx, violates};
use crate::identity::{Actor, Kind, Role, seats};
use crate::web::{App, Error};

/// A term as it was typed and checked.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub id: Uuid,
    pub account: Uuid,
    pub role: BoardRole,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub decision: String,
    pub decided_on: NaiveDate,
}

/// Who keeps the board: the holder of the province's account.
pub(super) fn keeps(actor: &Actor) -> bool {
    actor.kind == Kind::Unit && actor.level() == Role::Province
}

/// Refuses who does not keep the board.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn must_keep(actor: &Actor) -> Result<(), Error> {
    if keeps(actor) {
        return Ok(());
    }
    Err(Error::refused(
        "Tài khoản này không lập Ban Biên tập",
        "Người giữ tài khoản chung của UBND tỉnh làm việc này.",
    ))
}

/// Appoints somebody of the province.
///
/// # Errors
/// [`Error::Refused`] with what to do.
pub(super) async fn appoint(app: &App, actor: &Actor, term: &Term) -> Result<(), Error> {
    must_keep(actor)?;
    let done = app
        .db
        .run_tx::<_, Error, _, _>("news.appoint", |tx| async move {
            try_appoint(&tx, app, actor, term).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, board::ONCE) => Err(twice(term.until_on)),
        Err(Error::Database(error)) if violates(&error, board::ID) => Err(Error::refused(
            "Biểu mẫu này đã được gửi rồi",
            "Mở lại trang Lập Ban Biên tập, xem danh sách rồi ghi tiếp nếu cần.",
        )),
        outcome => outcome,
    }
}

fn twice(until: NaiveDate) -> Error {
    Error::refused(
        format!("Người này đã ở trong Ban Biên tập đến {}", vi_date(until)),
        "Kết thúc nhiệm kỳ đang chạy trước, hoặc chọn ngày bắt đầu sau ngày đó.",
    )
}

async fn try_appoint(tx: &Tx, app: &App, actor: &Actor, term: &Term) -> Result<(), Error> {
    let known = seats(tx, &actor.scope).await?;
    let seat = known.iter().find(|seat| seat.id == term.account).ok_or(Error::NotFound)?;
    let running = board::terms(tx, &actor.scope, term.account).await?;
    let meets = |from: NaiveDate, until: NaiveDate| {
        in_force(from, until, term.from_on) || in_force(term.from_on, term.until_on, from)
    };
    if let Some(other) = running.iter().find(|other| meets(other.from_on, other.until_on)) {
        return Err(twice(other.until_on));
    }
    let now = app.clock.now();
    let new = NewMember {
        id: term.id,
        account: term.account,
        role: term.role,
        from_on: term.from_on,
        until_on: term.until_on,
        decision: &term.decision,
        decided_on: term.decided_on,
    };
    board::add(tx, actor, now, &new).await?;
    let act = Act {
        action: "news.appoint",
        subject_kind: "account",
        subject_id: term.account.to_string(),
        detail: json!({
            "who": seat.username, "role": term.role.code(), "from": term.from_on,
            "until": term.until_on, "decision": term.decision,
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(())
}

/// Ends a term today.
///
/// # Errors
/// [`Error::Refused`] with what to do.
pub(super) async fn dismiss(app: &App, actor: &Actor, id: Uuid, reason: &str) -> Result<(), Error> {
    must_keep(actor)?;
    app.db
        .run_tx::<_, Error, _, _>("news.dismiss", |tx| async move {
            let (now, today) = (app.clock.now(), app.clock.today());
            if !board::end(&tx, actor, today, id, reason).await? {
                return Err(Error::NotFound);
            }
            let act = Act {
                action: "news.dismiss",
                subject_kind: "news_member",
                subject_id: id.to_string(),
                detail: json!({ "reason": reason }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}
