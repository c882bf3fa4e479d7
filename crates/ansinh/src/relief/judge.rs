//! Deciding about a pair: the same person (one row leaves, the persons are linked), different
//! people (remembered), papers needed (both held), and taking a decision back.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;

use super::entry::{restore, withdraw};
use super::steps::stale;
use super::store::duplicates::{Side, WarningRow};
use super::store::links as link_store;
use super::store::{changes, entitlements, entries, judging as store, lists};
use super::types::EntryRow;
use super::{links, matching};
use crate::audit;
use crate::database::{Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};

/// A pair about which somebody decides.
pub(super) struct Case<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub warning: &'a WarningRow,
    pub first: &'a Side,
    pub second: &'a Side,
}

impl Case<'_> {
    fn act(&self, action: &'static str, detail: serde_json::Value) -> audit::Act<'static> {
        let subject_id = self.warning.id.to_string();
        audit::Act { action, subject_kind: "duplicate", subject_id, detail }
    }

    async fn judge(
        &self,
        tx: &Tx,
        state: &str,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (id, by) = (self.warning.id, self.actor.account_id);
        if store::judge(tx, id, state, by, why, now).await? {
            return Ok(());
        }
        Err(Error::refused(
            "Cảnh báo này vừa được nơi khác xử lý",
            "Mở lại trang Cảnh báo trùng để xem kết quả.",
        ))
    }

    /// Takes the holds off that the pair alone had set.
    async fn release(&self, tx: &Tx) -> Result<(), Error> {
        let rows = [self.first.id, self.second.id];
        store::release(tx, &self.first.province_code, &rows).await?;
        Ok(())
    }

    /// Moves a side from one state to another, as it was when the officer's right was looked at:
    /// the step of its list must be the step still. Returns the row as it stands then.
    async fn move_side(
        &self,
        tx: &Tx,
        side: &Side,
        from: &str,
        values: [Value; 3],
    ) -> Result<EntryRow, Error> {
        if !lists::touch(tx, side.list_id, &format!("'{}'", side.list_state)).await? {
            return Err(stale());
        }
        let scope = &self.actor.scope;
        let columns = ["state", "excluded_reason", "excluded_by"];
        if !changes::update(tx, scope, side.id, from, &columns, values.into()).await? {
            return Err(stale());
        }
        entries::one(tx, scope, side.id).await?.ok_or(Error::NotFound)
    }
}

/// The same person: keeps one row; the other becomes excluded by rule and its other open pairs
/// close. `case_dong` is what the row that leaves would have been more, when the kept one is paid.
pub(super) async fn keep(
    case: &Case<'_>,
    first_kept: bool,
    why: &str,
    case_dong: i64,
) -> Result<(), Error> {
    let now = case.app.clock.now();
    let state = if first_kept { "kept_first" } else { "kept_second" };
    let pair = if first_kept { (case.first, case.second) } else { (case.second, case.first) };
    let done = case
        .app
        .db
        .run_tx::<_, Error, _, _>("relief.judge", |tx| async move {
            exclude(&tx, case, pair.1, why).await?;
            case.judge(&tx, state, why, now).await?;
            let joined = pair.0.person_id != pair.1.person_id;
            let link = if joined {
                Some(links::join(&tx, case.actor, now, pair, why).await?)
            } else {
                case.warning.link_id
            };
            store::note(&tx, case.warning.id, link, case_dong).await?;
            store::close_of_leaver(&tx, pair.1.id, case.actor.account_id, why, now).await?;
            let detail = serde_json::json!({
                "kept": pair.0.id, "excluded": pair.1.id, "reason": why, "link": link,
                "case_dong": case_dong,
            });
            audit::record(&tx, case.actor, now, case.act("duplicate.keep", detail)).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, entitlements::ONE_A_PERSON) => {
            Err(Error::refused(
                "Người này còn một khoản khác đã được duyệt ở mỗi bên nên chưa nối được",
                "Xử lý cảnh báo của các dòng đã duyệt đó trước, rồi kết luận lại cặp này.",
            ))
        }
        other => other,
    }
}

async fn exclude(tx: &Tx, case: &Case<'_>, leaver: &Side, why: &str) -> Result<(), Error> {
    let values = ["excluded".into(), why.into(), case.actor.account_id.into()];
    let row = case.move_side(tx, leaver, "listed", values).await?;
    withdraw(tx, &row, "duplicate").await
}

/// Different people: remembered, so that they are never asked about again. False: the two rows say
/// the same of who it is, so nothing tells them apart in a new list.
pub(super) async fn different(case: &Case<'_>, why: &str) -> Result<bool, Error> {
    let (now, by) = (case.app.clock.now(), case.actor.account_id);
    case.app
        .db
        .run_tx::<_, Error, _, _>("relief.different", |tx| async move {
            case.judge(&tx, "different", why, now).await?;
            part(&tx, case).await?;
            let rows = [case.first.id, case.second.id];
            let province = &case.first.province_code;
            let kept = matching::remember(&tx, province, rows, case.warning.id, by, now).await?;
            store::note(&tx, case.warning.id, None, 0).await?;
            case.release(&tx).await?;
            let detail = serde_json::json!({ "rows": rows, "reason": why });
            audit::record(&tx, case.actor, now, case.act("duplicate.different", detail)).await?;
            Ok((tx, kept))
        })
        .await
}

/// Takes back the link that an earlier decision about this pair made.
async fn part(tx: &Tx, case: &Case<'_>) -> Result<(), Error> {
    let Some(id) = case.warning.link_id else { return Ok(()) };
    let Some(link) = link_store::one(tx, id).await? else { return Ok(()) };
    links::part(tx, case.actor, case.app.clock.now(), &link).await
}

/// Papers are needed until a day: the pair stays open, and what both were granted is held.
pub(super) async fn ask_papers(case: &Case<'_>, until: NaiveDate, why: &str) -> Result<(), Error> {
    let now = case.app.clock.now();
    case.app
        .db
        .run_tx::<_, Error, _, _>("relief.ask_papers", |tx| async move {
            if !store::ask_papers(&tx, case.warning.id, until, why).await? {
                return Err(stale());
            }
            let rows = [case.first.id, case.second.id];
            let held = store::hold(&tx, &case.first.province_code, &rows).await?;
            let detail = serde_json::json!({ "until": until, "held": held, "reason": why });
            audit::record(&tx, case.actor, now, case.act("duplicate.papers", detail)).await?;
            Ok((tx, ()))
        })
        .await
}

/// Takes a decision back: the row that left returns with what it had been granted, persons that
/// were linked are two again, and the pair is open. Payments stay as they are recorded.
pub(super) async fn undo(case: &Case<'_>, due_on: NaiveDate, why: &str) -> Result<(), Error> {
    let (now, warning) = (case.app.clock.now(), case.warning);
    let leaver = match warning.state.as_str() {
        "kept_first" => Some(case.second),
        "kept_second" => Some(case.first),
        _ => None,
    };
    let done = case
        .app
        .db
        .run_tx::<_, Error, _, _>("relief.unjudge", |tx| async move {
            if let Some(leaver) = leaver {
                store::reopen_beside(&tx, warning.id, leaver.id).await?;
            }
            if !store::reopen(&tx, warning.id, &warning.state, due_on).await? {
                return Err(stale());
            }
            part(&tx, case).await?;
            matching::forget(&tx, warning.id).await?;
            if let Some(leaver) = leaver {
                bring_back(&tx, case, leaver).await?;
            }
            for side in [case.first, case.second] {
                store::hold_around(&tx, side.id).await?;
            }
            let detail = serde_json::json!({
                "was": warning.state, "row": leaver.map(|side| side.id), "reason": why,
            });
            audit::record(&tx, case.actor, now, case.act("duplicate.undo", detail)).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, entitlements::ONE_A_PERSON) => {
            Err(Error::refused(
                "Người này đã được duyệt ở một danh sách khác từ sau kết luận này",
                "Xem các dòng của người này ở trang Danh sách trước khi hoàn tác.",
            ))
        }
        other => other,
    }
}

async fn bring_back(tx: &Tx, case: &Case<'_>, leaver: &Side) -> Result<(), Error> {
    let nobody: Option<Uuid> = None;
    let values = ["listed".into(), "".into(), nobody.into()];
    let row = case.move_side(tx, leaver, "excluded", values).await?;
    restore(tx, &row).await
}
