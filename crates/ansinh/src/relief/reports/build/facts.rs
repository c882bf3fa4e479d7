//! Reads what a table is made of: one kind of row for each stage, and no more than the table asks.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::choices::{Dim, Stage, Unit};
use super::rules::{Fact, Plan, Shares};
use crate::clock::local;
use crate::relief::payments::Status;
use crate::relief::reports::store::build::{self, Grain, ListGrain, Need, Standing};
use crate::relief::reports::types::Filter;
use crate::relief::way::State;
use crate::web::{Desk, Error};

/// What a plan asks of the rows.
fn need(plan: &Plan, filter: &Filter, groups_tell: bool) -> Need {
    let has = |dim: Dim| plan.has(|one| one == dim);
    let dated = filter.from.is_some() || filter.to.is_some();
    let day = dated || plan.has(Dim::is_time);
    Need {
        district: has(Dim::District),
        commune: has(Dim::Commune),
        group: has(Dim::Group) || (has(Dim::Programme) && groups_tell),
        programme: has(Dim::Programme) && !groups_tell,
        decision: day || has(Dim::Decision) || has(Dim::Source),
        day,
        status: has(Dim::Status),
        reason: has(Dim::Reason),
        channel: has(Dim::Channel),
        each: plan.splits(),
        people: plan.measures().iter().any(|(_, unit)| *unit == Unit::People),
    }
}

/// The programme of each group, when every group belongs to one only: then no list is asked.
fn programmes_of_groups(desk: &Desk) -> Option<HashMap<String, String>> {
    let mut known: HashMap<String, String> = HashMap::new();
    for programme in desk.app.catalogue.programmes() {
        for group in &programme.groups {
            if known.insert(group.code.clone(), programme.code.clone()).is_some() {
                return None;
            }
        }
    }
    Some(known)
}

/// Reads the facts of a plan, those outside the filter's days left out.
pub(super) async fn facts(desk: &Desk, filter: &Filter, plan: &Plan) -> Result<Vec<Fact>, Error> {
    let known = programmes_of_groups(desk);
    let need = need(plan, filter, known.is_some());
    let stages = plan.stages();
    let asked = |of: &[Stage]| of.iter().any(|stage| stages.contains(stage));
    // The ledger knows days and channels; the standing of entitlements is quicker to add up, and
    // without days the same (`ansinh ledger verify`).
    let by_entry = need.day || need.channel;
    let standing = standing(&stages, &need, by_entry);
    let approved_paid = asked(&[Stage::Approved]) && need.channel;
    let (undated, known_paid) = (
        Filter { from: None, to: None, ..filter.clone() },
        Need { day: false, status: false, ..need },
    );
    // Only who could not be paid stands there since another day than the decision's.
    let standings = Need { day: false, ..need };
    // One moment for all: what is paid between two readings would be counted twice, or not at all.
    let snapshot = desk.app.db.snapshot().await?;
    let (conn, scope) = (&snapshot, &desk.actor.scope);
    let (lists, claims, not_paid, paid, out, declined, demanded, repaid) = tokio::try_join!(
        when(asked(&[Stage::Listed, Stage::Appraised]), build::lists(conn, scope, filter, need)),
        when(
            standing.is_some(),
            build::claims(conn, scope, filter, standings, standing.unwrap_or(Standing::All))
        ),
        when(
            need.day && asked(&[Stage::NotPaid]),
            build::claims(conn, scope, filter, need, Standing::Only(Status::NotPaid))
        ),
        when(asked(&[Stage::Paid]) && by_entry, build::payments(conn, scope, filter, need)),
        when(approved_paid, build::payments(conn, scope, &undated, known_paid)),
        when(asked(&[Stage::Declined]), build::declined(conn, scope, filter, need)),
        when(asked(&[Stage::Demanded]), build::demanded(conn, scope, filter, need)),
        when(asked(&[Stage::Repaid]), build::repaid(conn, scope, filter, need)),
    )?;
    let mut facts = Vec::new();
    for list in &lists {
        facts.extend(of_list(list));
    }
    for grain in &claims {
        facts.extend(of_claim(grain, by_entry, need.day));
    }
    facts.extend(not_paid.iter().map(|grain| {
        let status = Stage::NotPaid.code().to_owned();
        of_grain(grain, Stage::NotPaid, status, parsed(&grain.day))
    }));
    facts.extend(paid.iter().map(of_payment));
    // What the ledger holds at the end is what is paid; a row taken back adds up to nothing.
    facts.extend(out.iter().map(|grain| {
        let paid = Stage::Paid.code().to_owned();
        of_grain(grain, Stage::Approved, paid, decided_on(&grain.decision))
    }));
    facts.extend(declined.iter().map(|grain| with_status(grain, Stage::Declined, "declined")));
    for (stage, grains) in [(Stage::Demanded, &demanded), (Stage::Repaid, &repaid)] {
        facts.extend(grains.iter().map(|grain| with_status(grain, stage, &grain.state)));
    }
    facts.retain(|fact| stages.contains(&fact.stage) && within(fact, filter));
    if let Some(known) = known {
        for fact in &mut facts {
            fact.programme = known.get(&fact.group).cloned().unwrap_or_default();
        }
    }
    Ok(facts)
}

/// Which entitlements the stages need; `None` when the ledger alone tells.
fn standing(stages: &[Stage], need: &Need, by_entry: bool) -> Option<Standing> {
    let status = |stage: &Stage| match stage {
        Stage::Paid if !by_entry => Some(Status::Paid),
        Stage::Open => Some(Status::Open),
        Stage::NotPaid if !need.day => Some(Status::NotPaid),
        Stage::Held => Some(Status::Held),
        _ => None,
    };
    let statuses: Vec<Status> = stages.iter().filter_map(status).collect();
    match statuses.as_slice() {
        _ if stages.contains(&Stage::Approved) && need.channel => Some(Standing::NotPaidOut),
        _ if stages.contains(&Stage::Approved) => Some(Standing::All),
        [] => None,
        [one] => Some(Standing::Only(*one)),
        _ => Some(Standing::All),
    }
}

async fn when<T>(
    asked: bool,
    read: impl Future<Output = Result<Vec<T>, sea_orm::DbErr>>,
) -> Result<Vec<T>, Error> {
    if asked { Ok(read.await?) } else { Ok(vec![]) }
}

fn within(fact: &Fact, filter: &Filter) -> bool {
    let after = filter.from.is_none_or(|from| fact.day.is_some_and(|day| day >= from));
    after && filter.to.is_none_or(|to| fact.day.is_some_and(|day| day <= to))
}

fn parsed(day: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

/// The day of a decision, from its key.
fn decided_on(decision: &str) -> Option<NaiveDate> {
    decision.split('|').nth(1).and_then(parsed)
}

fn of_list(list: &ListGrain) -> Vec<Fact> {
    let day_of = |at: DateTime<Utc>| local(at).0;
    let fact = |stage: Stage, day: Option<NaiveDate>| Fact {
        stage,
        district: list.district_code.clone(),
        commune: list.commune_code.clone(),
        group: list.group_code.clone(),
        programme: list.programme_code.clone(),
        decision: list.decision.clone(),
        day,
        status: list.state.clone(),
        channel: String::new(),
        reason: String::new(),
        each: list.each_dong,
        items: list.items,
        people: list.people,
        dong: list.dong,
    };
    let mut facts = vec![fact(Stage::Listed, Some(day_of(list.prepared_at)))];
    if matches!(State::of(&list.state), Some(State::Appraised | State::Approved)) {
        facts.push(fact(Stage::Appraised, list.appraised_at.map(day_of)));
    }
    facts
}

fn of_grain(grain: &Grain, stage: Stage, status: String, day: Option<NaiveDate>) -> Fact {
    Fact {
        stage,
        district: grain.district_code.clone(),
        commune: grain.commune_code.clone(),
        group: grain.group_code.clone(),
        programme: grain.programme_code.clone(),
        decision: grain.decision.clone(),
        day,
        status,
        channel: grain.channel.clone(),
        reason: grain.reason_code.clone(),
        each: grain.each_dong,
        items: grain.items,
        people: grain.people,
        dong: grain.dong,
    }
}

/// An approved entitlement was decided on a day, and stands somewhere since then; payments and
/// those who could not be paid have days of their own.
fn of_claim(grain: &Grain, by_entry: bool, dated: bool) -> Vec<Fact> {
    let stage = Stage::standing(&grain.state, &grain.hold);
    let decided = decided_on(&grain.decision);
    let status = stage.code().to_owned();
    let mut facts = vec![of_grain(grain, Stage::Approved, status.clone(), decided)];
    let told_elsewhere = (stage == Stage::Paid && by_entry) || (stage == Stage::NotPaid && dated);
    if !told_elsewhere {
        facts.push(of_grain(grain, stage, status, decided));
    }
    facts
}

fn of_payment(grain: &Grain) -> Fact {
    let status = Stage::standing(&grain.state, &grain.hold).code().to_owned();
    of_grain(grain, Stage::Paid, status, parsed(&grain.day))
}

fn with_status(grain: &Grain, stage: Stage, status: &str) -> Fact {
    of_grain(grain, stage, status.to_owned(), parsed(&grain.day))
}

/// Budgets by decision.
pub(super) async fn shares(desk: &Desk, plan: &Plan) -> Result<HashMap<String, Shares>, Error> {
    if !plan.has(|dim| dim == Dim::Source) {
        return Ok(HashMap::new());
    }
    let mut found: HashMap<String, (Uuid, Shares)> = HashMap::new();
    for share in build::shares(desk.app.db.read(), &desk.actor.scope).await? {
        let of = found.entry(share.decision).or_insert((share.id, vec![]));
        if of.0 != share.id {
            *of = (share.id, vec![]);
        }
        of.1.push((share.name, share.percent));
    }
    Ok(found.into_iter().map(|(decision, (_, shares))| (decision, shares)).collect())
}
