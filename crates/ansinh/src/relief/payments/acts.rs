//! Recording acts: each settled for ever by its id, each under the entitlement's own lock.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use uuid::Uuid;

use super::rules::{judge, kind_of, repeated};
use super::store;
use super::types::{Claim, LedgerEntry, Order, Outcome};
use crate::audit::{self, About, Act};
use crate::database::{Conn, Tx, violates};
use crate::identity::{Actor, Role, account_names};
use crate::web::{App, Error};

/// Orders in one request.
pub(super) const ORDERS_MAX: usize = 200;

/// How often an order is judged again because somebody was faster.
const TRIES_MAX: u32 = 4;

/// Records orders, each on its own merits: a refused one does not hold up the others. The answer
/// has the order of the request.
///
/// # Errors
/// [`Error::NotFound`] when an entitlement lies outside the actor's scope; nothing is written then.
/// [`Error::Refused`] when the actor may not pay at all.
pub(in crate::relief) async fn record(
    app: &App,
    actor: &Actor,
    orders: &[Order],
) -> Result<Vec<Outcome>, Error> {
    actor.require(&[Role::Commune], "ghi chi trả")?;
    if orders.len() > ORDERS_MAX {
        return Err(Error::refused(
            format!("Mỗi lần chỉ ghi được {ORDERS_MAX} khoản"),
            "Đánh dấu ít hơn rồi ghi thành nhiều lần.",
        ));
    }
    match record_once(app, actor, orders).await {
        // Two requests used one act id at the same instant: the second finds it written now.
        Err(Error::Database(error)) if violates(&error, store::ENTRY_ID) => {
            record_once(app, actor, orders).await
        }
        outcome => outcome,
    }
}

async fn record_once(app: &App, actor: &Actor, orders: &[Order]) -> Result<Vec<Outcome>, Error> {
    // Always in the order of ids, so that two batches never wait for each other.
    let mut turns: Vec<usize> = (0..orders.len()).collect();
    turns.sort_by_key(|at| orders[*at].entitlement_id);
    app.db
        .run_tx::<_, Error, _, _>("payments.record", |tx| {
            let turns = &turns;
            async move {
                let mut book = Book::open(&tx, actor, orders).await?;
                let mut outcomes: Vec<Option<Outcome>> = vec![None; orders.len()];
                for at in turns {
                    outcomes[*at] = Some(book.record(&tx, app, actor, &orders[*at]).await?);
                }
                Ok((tx, outcomes.into_iter().flatten().collect()))
            }
        })
        .await
}

/// What a batch has read: claims, their ledgers, and acts written before.
struct Book {
    claims: HashMap<Uuid, Claim>,
    ledgers: HashMap<Uuid, Vec<LedgerEntry>>,
    acts: HashMap<Uuid, LedgerEntry>,
    /// Act ids written by this batch.
    written: HashSet<Uuid>,
}

impl Book {
    async fn open(tx: &Tx, actor: &Actor, orders: &[Order]) -> Result<Self, Error> {
        let ids: Vec<Uuid> = orders.iter().map(|order| order.entitlement_id).collect();
        let acts: Vec<Uuid> = orders.iter().map(|order| order.act_id).collect();
        let claims = store::claims_by_id(tx, &actor.scope, &ids).await?;
        let claims: HashMap<Uuid, Claim> = claims.into_iter().map(|c| (c.id, c)).collect();
        if ids.iter().any(|id| !claims.contains_key(id)) {
            return Err(Error::NotFound);
        }
        Ok(Self {
            claims,
            ledgers: store::ledgers(tx, &actor.scope, &ids).await?,
            acts: store::acts(tx, &actor.scope, &acts).await?,
            written: HashSet::new(),
        })
    }

    async fn record(
        &mut self,
        tx: &Tx,
        app: &App,
        actor: &Actor,
        order: &Order,
    ) -> Result<Outcome, Error> {
        // An earlier order of this very batch changed what was read.
        let stale = !self.claims.contains_key(&order.entitlement_id);
        if stale || self.written.contains(&order.act_id) {
            self.look_again(tx, actor, order).await?;
        }
        for _ in 0..TRIES_MAX {
            if let Some(written) = self.acts.get(&order.act_id) {
                return Ok(repeated(order, written));
            }
            match self.try_record(tx, app, actor, order).await? {
                Some(outcome) => return Ok(outcome),
                None => self.look_again(tx, actor, order).await?,
            }
        }
        Err(Error::internal(
            "payments.record",
            "an entitlement moved four times in one transaction",
        ))
    }

    /// `None` when the entitlement moved since it was read.
    async fn try_record(
        &mut self,
        tx: &Tx,
        app: &App,
        actor: &Actor,
        order: &Order,
    ) -> Result<Option<Outcome>, Error> {
        let Some(claim) = self.claims.get(&order.entitlement_id) else {
            return Err(Error::NotFound);
        };
        let empty = Vec::new();
        let ledger = self.ledgers.get(&claim.id).unwrap_or(&empty);
        let now = app.clock.now();
        let writers: Vec<Uuid> = ledger.iter().map(|entry| entry.recorded_by).collect();
        let names = unit_names(tx, &writers).await?;
        let change = match judge(order, claim, ledger, &names, app.clock.today()) {
            Ok(change) => change,
            Err(refusal) => return Ok(Some(refusal)),
        };
        if !store::add_entry(tx, actor, now, order, &change, claim).await? {
            return Ok(None);
        }
        let act = Act {
            action: "payment.record",
            subject_kind: "entitlement",
            subject_id: claim.id.to_string(),
            detail: json!({
                "kind": kind_of(&order.deed).code(), "amount_dong": change.amount,
                "act": order.act_id, "day": order.business_day,
            }),
        };
        let row = About { commune_code: claim.commune_code.clone(), entry: claim.entry_id };
        audit::record_about(tx, actor, now, act, &[row]).await?;
        self.claims.remove(&order.entitlement_id);
        self.written.insert(order.act_id);
        Ok(Some(Outcome::Created { amount: change.amount }))
    }

    async fn look_again(&mut self, tx: &Tx, actor: &Actor, order: &Order) -> Result<(), Error> {
        let ids = [order.entitlement_id];
        for claim in store::claims_by_id(tx, &actor.scope, &ids).await? {
            self.claims.insert(claim.id, claim);
        }
        self.ledgers.extend(store::ledgers(tx, &actor.scope, &ids).await?);
        self.acts.extend(store::acts(tx, &actor.scope, &[order.act_id]).await?);
        Ok(())
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
