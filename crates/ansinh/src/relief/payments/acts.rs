//! Recording acts: each settled for ever by its id, each under the entitlement's own lock.
//!
//! An order is judged on what stands in the ledger, then written under the condition that the ledger
//! still stands so; if somebody was faster it is judged again. The work is shared: the orders of many
//! clerks are read, judged and written with a handful of statements and one commit
//! (`Database::run_grouped`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::rules::{judge, kind_of, repeated, unsound};
use super::store::{self, NewEntry};
use super::types::{Claim, LedgerEntry, Order, Outcome, PayState};
use crate::audit::{self, About, Act, Done};
use crate::clock::local;
use crate::database::{Conn, Tx, violates};
use crate::duties;
use crate::identity::{Actor, Role, account_names};
use crate::web::{App, Error};

/// Orders in one request.
pub(super) const ORDERS_MAX: usize = 300;

/// How often an order is judged again because somebody was faster.
const TRIES_MAX: usize = 16;

/// Records orders, each on its own merits: a refused one does not hold up the others. The answer
/// has the order of the request. What is answered as created is on the disk.
///
/// # Errors
/// [`Error::NotFound`] when an entitlement lies outside the actor's scope; nothing is written then.
/// [`Error::Refused`] when the actor may not pay at all.
pub async fn record(app: &App, actor: &Actor, orders: &[Order]) -> Result<Vec<Outcome>, Error> {
    actor.require(&[Role::Commune], "ghi chi trả")?;
    if orders.len() > ORDERS_MAX {
        return Err(Error::refused(
            format!("Mỗi lần chỉ ghi được {ORDERS_MAX} khoản"),
            "Đánh dấu ít hơn rồi ghi thành nhiều lần.",
        ));
    }
    let mut outcomes: Vec<Option<Outcome>> = vec![None; orders.len()];
    // Orders on one entitlement are written one after the other, each in a round of its own.
    for _ in 0..orders.len() + TRIES_MAX {
        let open: Vec<usize> = (0..orders.len()).filter(|at| outcomes[*at].is_none()).collect();
        if open.is_empty() {
            break;
        }
        let asked = Asked {
            actor: actor.clone(),
            now: app.clock.now(),
            kinds: app.duties.clone(),
            orders: open.iter().map(|at| orders[*at].clone()).collect(),
        };
        let answer = app.db.run_grouped("payments.record", open.len(), asked, record_group).await;
        match answer {
            // Another program used one of these act ids at the same instant: it will be found.
            Err(Error::Database(error)) if violates(&error, store::ENTRY_ID) => {}
            Err(error) => return Err(error),
            Ok(Answer::OutOfScope) => return Err(Error::NotFound),
            Ok(Answer::Outcomes(settled)) => {
                for (at, outcome) in open.into_iter().zip(settled) {
                    outcomes[at] = outcome;
                }
            }
        }
    }
    let settled: Option<Vec<Outcome>> = outcomes.into_iter().collect();
    settled.ok_or_else(|| Error::internal("payments.record", "an entitlement never came to rest"))
}

/// Orders of one officer, settled together with those of others.
struct Asked {
    actor: Actor,
    now: DateTime<Utc>,
    /// They say when a day's book closes.
    kinds: duties::Kinds,
    orders: Vec<Order>,
}

enum Answer {
    /// For each order what became of it. `None`: somebody was faster, ask again.
    Outcomes(Vec<Option<Outcome>>),
    /// One of the entitlements is not the officer's to see; nothing was written.
    OutOfScope,
}

/// What a group has read: claims, their ledgers, acts written before, and who wrote.
struct Book {
    claims: HashMap<Uuid, Claim>,
    ledgers: HashMap<Uuid, Vec<LedgerEntry>>,
    acts: HashMap<Uuid, LedgerEntry>,
    names: HashMap<Uuid, String>,
}

impl Book {
    async fn open(tx: &Tx, group: &[Arc<Asked>]) -> Result<Self, Error> {
        let (mut ids, mut acts) = (Vec::new(), Vec::new());
        for asked in group {
            let scope = &asked.actor.scope;
            for order in &asked.orders {
                ids.push((scope, order.entitlement_id));
                acts.push((scope.province(), order.act_id));
            }
        }
        let claims = store::claims_of_communes(tx, &ids).await?;
        let mut written: Vec<(&str, Uuid)> = Vec::new();
        for claim in claims.iter().filter(|claim| claim.entries > 0) {
            written.push((claim.province_code.as_str(), claim.id));
        }
        let ledgers = store::ledgers_of(tx, &written).await?;
        let mut writers: Vec<Uuid> = Vec::new();
        for entry in ledgers.values().flatten() {
            writers.push(entry.recorded_by);
        }
        Ok(Self {
            names: unit_names(tx, &writers).await?,
            ledgers,
            acts: store::acts_of(tx, &acts).await?,
            claims: claims.into_iter().map(|claim| (claim.id, claim)).collect(),
        })
    }

    /// The claim of an order, if it is the officer's to see. One group serves many communes.
    fn claim(&self, actor: &Actor, order: &Order) -> Option<&Claim> {
        self.claims.get(&order.entitlement_id).filter(|claim| {
            let scope = &actor.scope;
            scope.contains(&claim.province_code, &claim.district_code, &claim.commune_code)
                && claim.tiers == actor.tiers
        })
    }

    fn judge(&self, asked: &Asked, order: &Order) -> Result<Judged, Error> {
        if let Some(written) = self.acts.get(&order.act_id) {
            return Ok(Judged::Settled(repeated(order, written)));
        }
        let claim = self.claim(&asked.actor, order).ok_or(Error::NotFound)?;
        let ledger = self.ledgers.get(&claim.id).map_or(&[][..], Vec::as_slice);
        if i32::try_from(ledger.len()) != Ok(claim.entries) {
            return Ok(Judged::Later);
        }
        let change = match judge(order, claim, ledger, &self.names, local(asked.now).0) {
            Err(refusal) => return Ok(Judged::Settled(refusal)),
            Ok(change) => change,
        };
        match unsound(claim, ledger, &change) {
            Some(fault) => Err(Error::internal("payments.record", fault)),
            None => {
                let previous = ledger.last().map(|entry| entry.chain_sha256.clone());
                let previous = previous.unwrap_or_default();
                let (order, claim) = (order.clone(), claim.clone());
                Ok(Judged::Ready(Box::new(NewEntry { order, change, claim, previous })))
            }
        }
    }
}

enum Judged {
    /// Nothing is written.
    Settled(Outcome),
    /// This is.
    Ready(Box<NewEntry>),
    /// It was read while another program wrote: ask again.
    Later,
}

/// An entry on its way: whose request, which of its orders.
struct Turn<'a> {
    request: usize,
    order: usize,
    asked: &'a Asked,
    entry: Box<NewEntry>,
}

/// Judges and writes the orders of a group.
async fn record_group(tx: Tx, group: Vec<Arc<Asked>>) -> Result<(Tx, Vec<Answer>), Error> {
    let book = Book::open(&tx, &group).await?;
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    let mut turns: Vec<Turn<'_>> = Vec::new();
    let (mut entitlements, mut acts) = (HashSet::new(), HashSet::new());
    let mut days = duties::Books::default();
    for (request, asked) in group.iter().enumerate() {
        if asked.orders.iter().any(|order| book.claim(&asked.actor, order).is_none()) {
            answers.push(Answer::OutOfScope);
            continue;
        }
        let mut outcomes = vec![None; asked.orders.len()];
        for (at, order) in asked.orders.iter().enumerate() {
            // An act or entitlement that is on its way already is looked at again afterwards.
            if acts.contains(&order.act_id) || entitlements.contains(&order.entitlement_id) {
                continue;
            }
            match book.judge(asked, order)? {
                Judged::Later => {}
                Judged::Settled(outcome) => outcomes[at] = Some(outcome),
                Judged::Ready(entry) => {
                    if let Some(refusal) = after_closing(&tx, &mut days, asked, order).await? {
                        outcomes[at] = Some(refusal);
                        continue;
                    }
                    acts.insert(order.act_id);
                    entitlements.insert(order.entitlement_id);
                    turns.push(Turn { request, order: at, asked, entry });
                }
            }
        }
        answers.push(Answer::Outcomes(outcomes));
    }
    write(&tx, &mut turns).await?;
    for turn in &turns {
        let order = &turn.entry.order;
        let entry = (order.act_id, order.business_day, order.note.as_str());
        let settled = turn.entry.claim.pay_state != PayState::Unpaid.code();
        days.written(&tx, &turn.asked.actor, entry, turn.asked.now, settled).await?;
    }
    for turn in turns {
        if let Answer::Outcomes(outcomes) = &mut answers[turn.request] {
            let amount = turn.entry.change.amount;
            outcomes[turn.order] = Some(Outcome::Created { amount });
        }
    }
    Ok((tx, answers))
}

/// What the book of the order's day says against it: closed at 17:30, and no reason given.
async fn after_closing(
    tx: &Tx,
    days: &mut duties::Books,
    asked: &Asked,
    order: &Order,
) -> Result<Option<Outcome>, Error> {
    let entry = (order.act_id, order.business_day, order.note.as_str());
    let refusal = days.allow(tx, &asked.kinds, &asked.actor, entry, asked.now).await?;
    Ok(refusal.map(|(what, remedy)| Outcome::Refused { what, remedy }))
}

/// Writes entries; those whose entitlement moved meanwhile are taken out of `turns`.
async fn write(tx: &Tx, turns: &mut Vec<Turn<'_>>) -> Result<(), Error> {
    // Always in the order of ids, so that two groups seldom wait for each other.
    turns.sort_unstable_by_key(|turn| turn.entry.claim.id);
    let mut entries = Vec::with_capacity(turns.len());
    for turn in turns.iter() {
        entries.push((&turn.asked.actor, turn.asked.now, &*turn.entry));
    }
    let moved = store::add_entries(tx, &entries).await?;
    turns.retain(|turn| moved.contains_key(&turn.entry.claim.id));
    for turn in turns.iter() {
        let (claim, after) = (&turn.entry.claim, &moved[&turn.entry.claim.id]);
        let sum = claim.paid_dong + turn.entry.change.amount;
        if after.paid_dong != sum || after.entries != claim.entries + 1 {
            return Err(Error::internal("payments.record", "an entitlement is not its entries"));
        }
    }
    let mut acts = Vec::with_capacity(turns.len());
    for turn in turns.iter() {
        let claim = &turn.entry.claim;
        let row = About { commune_code: claim.commune_code.clone(), entry: claim.entry_id };
        acts.push(Done {
            account: Some(turn.asked.actor.account_id),
            scope: &turn.asked.actor.scope,
            now: turn.asked.now,
            act: act(&turn.entry),
            about: vec![row],
        });
    }
    audit::record_all(tx, acts).await?;
    Ok(())
}

fn act(entry: &NewEntry) -> Act<'static> {
    Act {
        action: "payment.record",
        subject_kind: "entitlement",
        subject_id: entry.claim.id.to_string(),
        detail: json!({
            "kind": kind_of(&entry.order.deed).code(), "amount_dong": entry.change.amount,
            "act": entry.order.act_id, "day": entry.order.business_day,
        }),
    }
}

/// Names of the units that wrote entries.
pub(super) async fn unit_names<C: Conn>(
    conn: &C,
    writers: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    let names = account_names(conn, writers).await?;
    Ok(names.into_iter().map(|(id, (name, _))| (id, name)).collect())
}
