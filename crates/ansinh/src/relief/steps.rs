//! Taking a step of a list's way, in one transaction.

use chrono::NaiveDate;
use uuid::Uuid;

use super::duplicates;
use super::matching::compare_before;
use super::programmes::PolicyGroup;
use super::rules::{self, Refusal};
use super::store::{entries, lists};
use super::types::ListSummary;
use super::way::{self, Act, Standing, State, Who};
use crate::audit;
use crate::clock::new_id;
use crate::database::violates;
use crate::identity::Actor;
use crate::web::{App, Error};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal.text, refusal.legal)
    }
}

/// Who asks, for the state machine.
pub(super) fn who(actor: &Actor) -> Who {
    Who { account: actor.account_id, unit: actor.unit_account, role: actor.role }
}

/// What is said when the list is no longer as the officer saw it.
pub(super) fn stale() -> Error {
    Error::refused(
        "Danh sách vừa được người khác thay đổi nên bước này chưa được ghi",
        "Mở lại trang danh sách, xem thay đổi rồi làm lại.",
    )
}

/// Takes a step when the list still has the version that the officer saw.
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    list: &ListSummary,
    standing: &Standing,
    act: Act,
    version: i32,
    reason: &str,
) -> Result<State, Error> {
    let now = app.clock.now();
    let to = way::check(act, standing, who(actor), app.clock.today())?;
    if version != list.version {
        return Err(stale());
    }
    if act != Act::Undo {
        compare_before(app, &[list.id]).await?;
    }
    let change = change(app, actor, list, standing, act, to, reason);
    let name = match (act, way::undoable(&standing.steps)) {
        (Act::Undo, Some(step)) => format!("undo_{}", step.action),
        _ => act.code().to_owned(),
    };
    let (change, name) = (&change, name.as_str());
    let done = app
        .db
        .run_tx::<_, Error, _, _>("relief.step", |tx| async move {
            if !lists::step(&tx, &actor.scope, list.id, change).await? {
                return Err(stale());
            }
            if act == Act::Post {
                duplicates::raise_of_list(&tx, app, now, list.id).await?;
            }
            let step = lists::NewStep {
                id: new_id(now)?,
                list_id: list.id,
                action: name,
                from: change.from,
                to: change.to,
                by: actor.account_id,
                due_on: list.step_due_on,
                version: list.version + 1,
                reason,
            };
            lists::add_step(&tx, &step, now).await?;
            let act = audit::Act {
                action: &format!("list.{name}"),
                subject_kind: "list",
                subject_id: list.id.to_string(),
                detail: serde_json::json!({
                    "people": list.people, "due_dong": list.due_dong, "reason": reason,
                }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, lists::FOUR_EYES) => Err(Error::refused(
            "Nơi lập danh sách không tự thẩm định, phê duyệt được",
            "Nhờ tài khoản cấp trên làm việc này.",
        )),
        Err(error) => Err(error),
        Ok(()) => Ok(to),
    }
}

fn change<'a>(
    app: &'a App,
    actor: &Actor,
    list: &'a ListSummary,
    standing: &Standing,
    act: Act,
    to: State,
    reason: &'a str,
) -> lists::Move<'a> {
    let calendar = app.areas.calendar();
    let today = app.clock.today();
    let programme = app.catalogue.programme(&list.programme_code);
    let group = programme.and_then(|p| p.group(&list.group_code));
    let due = |action: &str| {
        let step = group.and_then(|group| group.step(action))?;
        Some(rules::step_due(calendar, step, today))
    };
    let mut next = lists::Move {
        from: standing.state.code(),
        version: list.version,
        to: to.code(),
        posted_on: list.posted_on,
        posting_ends_on: list.posting_ends_on,
        step_due_on: list.step_due_on,
        calendar_version: calendar.version(),
        appraised_by: last_appraiser(standing, to),
        returned_reason: &list.returned_reason,
    };
    match act {
        Act::Post => {
            next.posted_on = Some(today);
            next.posting_ends_on = group.map(|g: &PolicyGroup| posting_end(app, g, today));
        }
        Act::Submit => next.step_due_on = due("appraise"),
        Act::Appraise => {
            next.step_due_on = due("approve");
            next.appraised_by = Some(actor.account_id);
        }
        Act::Return => {
            next.step_due_on = due("prepare");
            next.returned_reason = reason;
        }
        Act::Undo => {
            let step = way::undoable(&standing.steps);
            next.step_due_on = step.and_then(|step| step.due_on);
            match step.map(|step| step.action.as_str()) {
                Some("post") => (next.posted_on, next.posting_ends_on) = (None, None),
                Some("return") => next.returned_reason = "",
                _ => {}
            }
        }
        Act::Approve => {}
    }
    next
}

fn posting_end(app: &App, group: &PolicyGroup, today: NaiveDate) -> NaiveDate {
    rules::posting_ends(app.areas.calendar(), group, today)
}

/// Who appraised a list that goes to (or stays in) a state after appraisal.
fn last_appraiser(standing: &Standing, to: State) -> Option<Uuid> {
    if !matches!(to, State::Appraised | State::Approved) {
        return None;
    }
    standing.steps.iter().rev().find(|step| step.action == "appraise").map(|step| step.by)
}

/// Moves the rows that a decision left out to a draft of the next round. Returns it and their
/// number.
pub(super) async fn next_round(
    app: &App,
    actor: &Actor,
    list: &ListSummary,
    standing: &Standing,
) -> Result<(Uuid, u64), Error> {
    if standing.state != State::Approved {
        return Err(Error::refused(
            "Chỉ lập đợt bổ sung từ danh sách đã có quyết định",
            "Danh sách này chưa duyệt: sửa thẳng trên các dòng của nó.",
        ));
    }
    way::may_add_round(standing, who(actor))?;
    let now = app.clock.now();
    let calendar = app.areas.calendar();
    let programme = app.catalogue.programme(&list.programme_code);
    let group = programme.and_then(|p| p.group(&list.group_code));
    let step = group.and_then(|group| group.step("prepare"));
    let due = step.map(|step| rules::step_due(calendar, step, app.clock.today()));
    app.db
        .run_tx::<_, Error, _, _>("relief.next_round", |tx| async move {
            let communes = [list.commune_code.clone()];
            let rounds =
                lists::rounds(&tx, &actor.scope, &list.programme_code, list.tiers, &communes)
                    .await?;
            let same = rounds.iter().filter(|round| round.group_code == list.group_code);
            let round = same.map(|round| round.round).max().unwrap_or(0) + 1;
            let id = new_id(now)?;
            let new = lists::NewList {
                id,
                province_code: &list.province_code,
                district_code: &list.district_code,
                commune_code: &list.commune_code,
                tiers: list.tiers,
                unit_date: list.unit_date,
                programme_code: &list.programme_code,
                group_code: &list.group_code,
                round,
                prepared_by: actor.account_id,
                step_due_on: due,
                calendar_version: calendar.version(),
            };
            lists::add(&tx, &new, new_id(now)?, now).await?;
            let moved = entries::move_uncovered(&tx, &actor.scope, list.id, id).await?;
            if moved == 0 {
                return Err(Error::refused(
                    "Mọi dòng của danh sách này đã được duyệt, loại hoặc từ chối",
                    "Không cần lập đợt bổ sung.",
                ));
            }
            let act = audit::Act {
                action: "list.next_round",
                subject_kind: "list",
                subject_id: id.to_string(),
                detail: serde_json::json!({ "from": list.id, "rows": moved }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, (id, moved)))
        })
        .await
        .map_err(|error| match error {
            Error::Database(error) if violates(&error, lists::ONE_A_ROUND) => stale(),
            other => other,
        })
}
