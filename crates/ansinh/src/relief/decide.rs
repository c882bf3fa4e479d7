//! A decision over appraised lists: what it covers, what stays out and why; recording and
//! revoking it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::beside::{self, Beside, Covered};
use super::duplicates;
use super::matching::compare_before;
use super::programmes::{MoneySource, Period, PolicyGroup, Programme};
use super::rules;
use super::steps::stale;
use super::store::decisions::{self as store, Candidate, NewDecision};
use super::store::entitlements::{self, Prior};
use super::store::{duplicates as pairs, lists};
use super::types::ListSummary;
use crate::audit;
use crate::clock::new_id;
use crate::database::{Conn, Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};

/// What a decision would do to one list.
pub(super) struct Plan {
    pub list: ListSummary,
    /// Rows that become payable.
    pub payable: Vec<Candidate>,
    /// Rows that stay out: id, name, reason.
    pub blocked: Vec<Blocked>,
    pub people: i64,
    pub amount_dong: i64,
}

/// A row that stays out of a decision.
#[derive(Debug, Clone)]
pub(super) struct Blocked {
    pub entry: Uuid,
    pub name: String,
    pub reason: String,
}

/// Plans a decision over lists of the actor's scope.
pub(super) async fn plan<C: Conn>(
    conn: &C,
    app: &App,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<Plan>, Error> {
    let mut found = lists::many(conn, &actor.scope, ids).await?;
    if found.len() != ids.len() {
        return Err(Error::NotFound);
    }
    // What is paid only beside another group comes after it, wherever it was ticked.
    found.sort_by_key(|list| beside::stands_beside(app, list));
    let mut taken = Taken::default();
    let mut plans = Vec::with_capacity(found.len());
    for list in found {
        plans.push(plan_list(conn, app, actor, list, &mut taken).await?);
    }
    Ok(plans)
}

/// Whom the lists of a decision hold so far.
#[derive(Default)]
struct Taken {
    /// One person twice within the same decision: the first row counts.
    seen: HashSet<(String, Uuid)>,
    /// Rows that become payable.
    covered: Covered,
}

async fn plan_list<C: Conn>(
    conn: &C,
    app: &App,
    actor: &Actor,
    list: ListSummary,
    taken: &mut Taken,
) -> Result<Plan, Error> {
    let rows = store::candidates(conn, &actor.scope, list.id).await?;
    let exclusion = duplicates::exclusion_group(app, &list.programme_code, &list.group_code);
    let prior = entitlements::prior_of_list(conn, list.id, &exclusion).await?;
    let prior: HashMap<Uuid, &Prior> = prior.iter().map(|prior| (prior.person_id, prior)).collect();
    let others: Vec<Uuid> = rows.iter().filter_map(|row| row.duplicate_of).collect();
    let others = pairs::sides(conn, &list.province_code, &others).await?;
    let others: HashMap<Uuid, &pairs::Side> = others.iter().map(|o| (o.id, o)).collect();
    let beside = Beside::of(conn, app, &list, &taken.covered).await?;
    let place = (list.programme_code.clone(), list.group_code.clone());
    let mut plan = Plan { payable: vec![], blocked: vec![], people: 0, amount_dong: 0, list };
    for row in rows {
        let reason = match row.state.as_str() {
            "excluded" => Some(format!("Đã loại: {}", row.excluded_reason)),
            "declined" => Some("Từ chối nhận".to_owned()),
            _ => out_of_decision(app, &plan.list, &row, &prior, &others),
        };
        let reason = reason.or_else(|| beside.as_ref()?.missing(row.person_id));
        let reason = reason.or_else(|| {
            let first = taken.seen.insert((exclusion.clone(), row.person_id));
            (!first).then(|| "Trùng với dòng khác trong cùng quyết định này".to_owned())
        });
        if let Some(reason) = reason {
            plan.blocked.push(Blocked { entry: row.id, name: row.full_name.clone(), reason });
        } else {
            taken.covered.insert((place.0.clone(), place.1.clone(), row.person_id));
            plan.people += i64::from(row.people);
            plan.amount_dong += row.due_dong;
            plan.payable.push(row);
        }
    }
    Ok(plan)
}

/// Why a proposed row cannot be covered, if it cannot.
fn out_of_decision(
    app: &App,
    list: &ListSummary,
    row: &Candidate,
    prior: &HashMap<Uuid, &Prior>,
    others: &HashMap<Uuid, &pairs::Side>,
) -> Option<String> {
    if let Some(prior) = prior.get(&row.person_id) {
        return Some(format!("Đã được duyệt{}", prior_text(app, list, prior)));
    }
    if let Some(other) = row.duplicate_of {
        let place = others.get(&other).map_or_else(String::new, |side| {
            let commune = app.areas.commune_name(&side.commune_code, list.unit_date);
            let group = app.catalogue.group_name(&list.programme_code, &side.group_code);
            format!(" với {}, {group}, {commune}", side.full_name)
        });
        return Some(format!("Trùng chắc chắn{place}, chưa xử lý"));
    }
    if row.problem.is_empty() {
        None
    } else {
        Some(super::pages::problem_text(&row.problem).to_owned())
    }
}

/// " ở Quyết định 1502/QĐ-UBND ngày 1/6/2020 (Hộ nghèo, Xã Sơn Tây)".
pub(super) fn prior_text(app: &App, list: &ListSummary, prior: &Prior) -> String {
    let commune = app.areas.commune_name(&prior.commune_code, list.unit_date);
    let group = app.catalogue.group_name(&list.programme_code, &prior.group_code);
    let on = vi_date(prior.decided_on);
    format!(" ở Quyết định {} ngày {on} ({group}, {commune})", prior.number)
}

/// What the officer typed of a decision, checked.
#[derive(Debug, Clone)]
pub(super) struct Paper {
    pub number: String,
    pub decided_on: NaiveDate,
    pub signer_name: String,
    pub signer_title: String,
    /// Budgets with their shares of it, which add up to 100; none where none are configured.
    pub sources: Vec<MoneySource>,
}

/// What she saw before confirming: (list, version) and the sums.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub lists: Vec<(Uuid, i32)>,
    pub people: i64,
    pub amount_dong: i64,
}

/// Records the decision and its entitlements in one transaction. Returns its id.
pub(super) async fn record(
    app: &App,
    actor: &Actor,
    paper: &Paper,
    seen: &Seen,
) -> Result<Uuid, Error> {
    let now = app.clock.now();
    let ids: Vec<Uuid> = seen.lists.iter().map(|(id, _)| *id).collect();
    let ids = &ids;
    compare_before(app, ids).await?;
    let done = app
        .db
        .run_tx::<_, Error, _, _>("relief.decide", |tx| async move {
            let id = write(&tx, app, actor, now, paper, seen, ids).await?;
            Ok((tx, id))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, store::ONE_A_NUMBER) => {
            Err(Error::refused(
                format!(
                    "Quyết định {} ngày {} đã được ghi rồi",
                    paper.number,
                    vi_date(paper.decided_on)
                ),
                "Xem lại ở trang Quyết định. Nếu là quyết định khác, kiểm tra lại số và ngày.",
            ))
        }
        Err(Error::Database(error))
            if violates(&error, entitlements::ONE_A_PERSON)
                || violates(&error, entitlements::ONE_AN_ENTRY) =>
        {
            Err(lost_race(app, actor, ids).await?)
        }
        other => other,
    }
}

async fn write(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    paper: &Paper,
    seen: &Seen,
    ids: &[Uuid],
) -> Result<Uuid, Error> {
    // Two communes may have written the same person at the same instant: look once more.
    for (list, _) in &seen.lists {
        duplicates::raise_of_list(tx, app, now, *list).await?;
    }
    let plans = plan(tx, app, actor, ids).await?;
    let people: i64 = plans.iter().map(|plan| plan.people).sum();
    let amount: i64 = plans.iter().map(|plan| plan.amount_dong).sum();
    if plans.iter().all(|plan| plan.payable.is_empty()) {
        return Err(nobody(&plans));
    }
    if (people, amount) != (seen.people, seen.amount_dong) {
        return Err(stale());
    }
    let id = new_id(now)?;
    let new = NewDecision {
        id,
        province_code: actor.scope.province(),
        district_code: actor.scope.district(),
        number: &paper.number,
        decided_on: paper.decided_on,
        signer_name: &paper.signer_name,
        signer_title: &paper.signer_title,
        person_count: people,
        amount_dong: amount,
        by: actor.account_id,
    };
    store::add(tx, &new, now).await?;
    store::add_sources(tx, id, &paper.sources).await?;
    let shares = paper.sources.iter().filter(|source| source.percent > 0);
    let shares: Vec<_> = shares.map(|s| format!("{} {} %", s.code, s.percent)).collect();
    for plan in &plans {
        let version = seen.lists.iter().find(|(list, _)| *list == plan.list.id).map_or(-1, |s| s.1);
        cover(tx, app, actor, now, plan, version, id).await?;
    }
    let act = audit::Act {
        action: "decision.record",
        subject_kind: "decision",
        subject_id: id.to_string(),
        detail: serde_json::json!({
            "number": paper.number, "decided_on": paper.decided_on, "people": people,
            "amount_dong": amount, "lists": ids, "sources": shares,
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(id)
}

async fn cover(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    plan: &Plan,
    version: i32,
    decision: Uuid,
) -> Result<(), Error> {
    let list = &plan.list;
    if !store::cover(tx, &actor.scope, list.id, version, decision, actor.account_id).await? {
        return Err(stale());
    }
    let step = lists::NewStep {
        id: new_id(now)?,
        list_id: list.id,
        action: "approve",
        from: "appraised",
        to: "approved",
        by: actor.account_id,
        due_on: list.step_due_on,
        version: version + 1,
        reason: "",
    };
    lists::add_step(tx, &step, now).await?;
    entitlements::insert(tx, shape(app, now, plan, decision)?).await?;
    Ok(())
}

/// The entitlements of a list: in a household one row collects for all that are covered (the head,
/// or the first member when the head is out), the others are members.
fn shape(
    app: &App,
    now: DateTime<Utc>,
    plan: &Plan,
    decision: Uuid,
) -> Result<Vec<Vec<Value>>, Error> {
    let list = &plan.list;
    let programme = app.catalogue.programme(&list.programme_code);
    let Some(group) = programme.and_then(|p| p.group(&list.group_code)) else {
        return Err(Error::internal("relief.decide", "the list's group is not configured"));
    };
    let mut sums: HashMap<Uuid, (Uuid, i32, i64)> = HashMap::new();
    for row in plan.payable.iter().filter(|row| row.household_of.is_none()) {
        sums.insert(row.id, (row.id, row.people, row.due_dong));
    }
    for row in &plan.payable {
        let Some(head) = row.household_of else { continue };
        let sum = sums.entry(head).or_insert((row.id, 0, 0));
        sum.1 += row.people;
        sum.2 += row.due_dong;
    }
    let mut rows = Vec::with_capacity(plan.payable.len());
    for row in &plan.payable {
        let sum = sums.get(&row.household_of.unwrap_or(row.id));
        let carries = sum.filter(|(carrier, ..)| *carrier == row.id);
        let (people, amount, pay_state) =
            carries.map_or((0, 0, "member"), |(_, people, amount)| (*people, *amount, "unpaid"));
        rows.push(vec![
            list.province_code.as_str().into(),
            new_id(now)?.into(),
            row.id.into(),
            list.id.into(),
            decision.into(),
            row.person_id.into(),
            group.exclusion_group.as_str().into(),
            list.group_code.as_str().into(),
            list.district_code.as_str().into(),
            list.commune_code.as_str().into(),
            list.tiers.into(),
            group.rate_dong(row.months).into(),
            row.months.into(),
            people.into(),
            amount.into(),
            0_i64.into(),
            pay_state.into(),
            "approved".into(),
            if row.has_id { "" } else { "no_id" }.into(),
            now.into(),
        ]);
    }
    Ok(rows)
}

fn nobody(plans: &[Plan]) -> Error {
    let first = plans.iter().flat_map(|plan| &plan.blocked).next();
    let why =
        first.map_or_else(String::new, |blocked| format!(" {}: {}.", blocked.name, blocked.reason));
    Error::refused(
        "Không có dòng nào đủ điều kiện để duyệt trong các danh sách đã chọn",
        format!("{why} Xử lý các dòng bị chặn rồi làm lại."),
    )
}

/// The refusal behind the database's constraint: who was approved a moment ago, and where.
async fn lost_race(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Error, Error> {
    let plans = plan(app.db.read(), app, actor, ids).await?;
    let first =
        plans.iter().flat_map(|plan| &plan.blocked).find(|b| b.reason.starts_with("Đã được"));
    let told = first.map_or_else(
        || "Một người trong danh sách".to_owned(),
        |blocked| format!("{}: {}", blocked.name, blocked.reason),
    );
    let of = plans.iter().find_map(|plan| app.catalogue.programme(&plan.list.programme_code));
    let legal = of.map_or("", |programme| programme.one_policy_legal());
    Ok(Error::refused(
        format!("Quyết định chưa được ghi. {told}"),
        format!(
            "Một quyết định khác vừa được ghi. Mỗi người chỉ hưởng một chính sách ({legal}). Xem lại \
             các dòng bị chặn rồi ghi lại."
        ),
    ))
}

/// Revokes a decision of which nothing is paid: its lists stand before it again.
pub(super) async fn revoke(app: &App, actor: &Actor, id: Uuid, reason: &str) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("relief.revoke_decision", |tx| async move {
            let again = || Error::refused("Quyết định này đã hủy rồi", "Không cần làm gì thêm.");
            if !store::revoke(&tx, id, actor.account_id, reason, now).await? {
                return Err(again());
            }
            let (cancelled, paid) = store::cancel_entitlements(&tx, id).await?;
            if paid > 0 {
                return Err(Error::refused(
                    format!("Không hủy được quyết định: đã chi cho {paid} người"),
                    "Hủy hoặc thu hồi các khoản chi đó trước; hoặc ra quyết định điều chỉnh.",
                ));
            }
            beside::nothing_rests_on(&tx, app, id).await?;
            let covered = store::lists_of(&tx, &actor.scope, id).await?;
            for list_id in &covered {
                uncover(&tx, actor, now, *list_id, id, reason).await?;
            }
            let act = audit::Act {
                action: "decision.revoke",
                subject_kind: "decision",
                subject_id: id.to_string(),
                detail: serde_json::json!({
                    "reason": reason, "lists": covered, "entitlements": cancelled,
                }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}

async fn uncover(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    list_id: Uuid,
    decision: Uuid,
    reason: &str,
) -> Result<(), Error> {
    let steps = lists::steps(tx, list_id).await?;
    let due = steps.iter().rev().find(|step| step.action == "approve").and_then(|s| s.due_on);
    if !store::uncover(tx, list_id, decision, due).await? {
        return Err(stale());
    }
    let list = lists::one(tx, &actor.scope, list_id).await?.ok_or(Error::NotFound)?;
    let step = lists::NewStep {
        id: new_id(now)?,
        list_id,
        action: "undo_approve",
        from: "approved",
        to: "appraised",
        by: actor.account_id,
        due_on: due,
        version: list.version,
        reason,
    };
    lists::add_step(tx, &step, now).await?;
    Ok(())
}

/// Which row of a pair the programme keeps, in what words and by which text.
pub(super) fn judge_pair(
    app: &App,
    first: &pairs::Side,
    second: &pairs::Side,
) -> (Option<rules::Resolution>, String, String) {
    let known = |side: &pairs::Side| {
        let programme = app.catalogue.programme(&side.programme_code)?;
        Some((programme, programme.group(&side.group_code)?))
    };
    let (Some(one), Some(two)) = (known(first), known(second)) else {
        return (None, String::new(), String::new());
    };
    // Rates a month are compared as they are; others by the most that each can come to.
    let monthly = [one.1, two.1].iter().all(|group| group.period == Period::Month);
    let worth = |group: &PolicyGroup| {
        if monthly { group.monthly_dong } else { group.most_dong() }
    };
    let claim = |side: &pairs::Side, (programme, group): (&Programme, &PolicyGroup)| rules::Claim {
        monthly_dong: worth(group),
        order: programme.order(&group.code),
        paid_dong: side.paid_dong,
    };
    let why = |group: &PolicyGroup| match monthly {
        true => format!("{} đồng một tháng ({})", vietnam::money::Dong(worth(group)), group.name),
        false => format!("{} ({})", group.rate_text(), group.name),
    };
    let compare = format!(
        "Người thuộc nhiều nhóm chỉ được hưởng một chính sách, là mức cao nhất: {} và {}.",
        why(one.1),
        why(two.1)
    );
    let resolution = rules::resolve_exclusion(&[claim(first, one), claim(second, two)]);
    let tie = if worth(one.1) == worth(two.1) {
        " Hai mức bằng nhau: giữ nhóm đứng trước trong tệp chương trình, cùng nhóm thì giữ dòng lập trước."
    } else {
        ""
    };
    (resolution, format!("{compare}{tie}"), one.0.one_policy_legal().to_owned())
}
