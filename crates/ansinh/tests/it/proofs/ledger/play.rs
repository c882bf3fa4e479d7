//! The acts of a round: made at random, judged by the model, sent to the program, compared.

use ansinh::clock::new_id;
use ansinh::identity::Actor;
use ansinh::relief::{
    Channel, Deed as ProgramDeed, Demand as ProgramDemand, Order, Outcome, Payee, Reason,
    RecoveryDeed, RecoveryOrder, RecoveryWritten, demand_back, record_payments, record_recovery,
};
use ansinh::web::Error;
use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::batch::Batch;
use super::model::{Act, Case, Deed, Demand, Level, PartDeed, Verdict};
use crate::proofs::payable::DECIDED;

const REASONS: [&str; 7] =
    ["dead", "away", "no_papers", "not_in_book", "duplicate", "split", "other"];
const NOTES: [&str; 2] = ["ghi muộn vì mất điện", "ghi nhầm người"];
/// Orders of one request.
const REQUEST: usize = 250;

/// What the program gets for an act of the model. Channel and payee follow from the id, so that the
/// same act is the same order.
fn order(entitlement: Uuid, act: &Act) -> Order {
    let spice = act.id.as_bytes()[15];
    let reason = |code: &str| Reason::from_code(code).unwrap();
    let deed = match act.deed {
        Deed::Pay(amount) => ProgramDeed::Pay {
            amount,
            channel: Channel::ALL[usize::from(spice) % 3],
            payee: match spice % 8 {
                0 => Payee::Proxy {
                    name: "Hồ Thị Na".to_owned(),
                    paper: "UQ 12/2020".to_owned(),
                    relation: "con".to_owned(),
                    day: Some(DECIDED),
                },
                _ => Payee::Person,
            },
        },
        Deed::NotPaid(code) => ProgramDeed::NotPaid { reason: reason(code) },
        Deed::Return(amount, code) => ProgramDeed::Return { amount, reason: reason(code) },
        Deed::Reverse(entry_id) => ProgramDeed::Reverse { entry_id },
    };
    let note = act.note.to_owned();
    Order { act_id: act.id, entitlement_id: entitlement, deed, business_day: act.day, note }
}

fn refused(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused { what, .. } => what.clone(),
        other => format!("{other:?}"),
    }
}

fn agrees(verdict: &Verdict, outcome: &Outcome) -> bool {
    match (verdict, outcome) {
        (Verdict::Created(expected), Outcome::Created { amount })
        | (Verdict::Exists(expected), Outcome::Exists { amount }) => expected == amount,
        (Verdict::Refused(words), Outcome::Refused { what, .. }) => what.contains(words),
        _ => false,
    }
}

impl Batch {
    fn day(&mut self) -> NaiveDate {
        let back = |days| self.t.app.clock.today() - Days::new(days);
        match self.dice.below(100) {
            0..=85 => back(0),
            86..=93 => back(1),
            94..=95 => back(2),
            96..=97 => back(0) + Days::new(1),
            _ => DECIDED - Days::new(1),
        }
    }

    fn fresh(&self) -> Uuid {
        new_id(self.t.app.clock.now()).unwrap()
    }

    /// An act on a case: mostly one that makes sense, often enough one that does not.
    fn act(&mut self, at: usize) -> Act {
        let (id, day) = (self.fresh(), self.day());
        let note = if self.dice.chance(60) { self.dice.pick(&NOTES) } else { "" };
        let (mut kind, odd) = (self.dice.below(100), self.dice.chance(4));
        if kind < 53 && self.cases[at].1.is_paid() && self.dice.chance(75) {
            // Nothing is paid twice for long: what is paid comes back or was a mistake.
            kind = 53 + self.dice.below(37);
        } else if (53..68).contains(&kind) && !self.cases[at].1.is_paid() && self.dice.chance(75) {
            kind = self.dice.below(53);
        }
        let reason = self.dice.pick(&REASONS);
        let other = self.dice.below(self.cases.len());
        let case = &self.cases[at].1;
        let amount = case.amount + i64::from(odd);
        let some = |case: &Case, roll: usize| {
            let written = &case.written;
            (!written.is_empty()).then(|| written[roll % written.len()].act.clone())
        };
        let roll = other;
        let deed = match kind {
            0..=34 => Deed::Pay(amount),
            35..=52 => Deed::NotPaid(reason),
            53..=67 => Deed::Return(amount, reason),
            68..=89 => {
                let note = if kind == 68 { "" } else { NOTES[1] };
                let newest = case.top().map_or(id, |top| top.act.id);
                let entry = match some(case, roll) {
                    Some(any) if roll.is_multiple_of(4) => any.id,
                    _ => newest,
                };
                return Act { id, deed: Deed::Reverse(entry), day, note };
            }
            90..=94 => match some(case, roll) {
                Some(again) => return again,
                None => Deed::Pay(amount),
            },
            95..=97 => match some(case, roll) {
                Some(again) => return Act { note: "nội dung khác", ..again },
                None => Deed::Return(amount, reason),
            },
            _ => match self.cases[other].1.written[..self.cases[other].1.settled].first() {
                // An id that an earlier request used for somebody else.
                Some(theirs) if other != at => {
                    return Act { id: theirs.act.id, deed: Deed::Pay(amount), day, note };
                }
                _ => Deed::NotPaid(reason),
            },
        };
        Act { id, deed, day, note }
    }

    /// The model's judgement of an act on a case.
    fn judged(&mut self, at: usize, act: &Act) -> Verdict {
        let elsewhere = |(n, (_, case)): (usize, &(Uuid, Case))| {
            n != at && case.written.iter().any(|one| one.act.id == act.id)
        };
        let taken = act.id.get_version_num() == 7 && self.cases.iter().enumerate().any(elsewhere);
        if taken {
            return Verdict::Refused("nội dung khác");
        }
        let (book, today) = (self.book(act.day), self.today());
        self.cases[at].1.act(act, book, today)
    }

    pub async fn commune_acts(&mut self) {
        let (mut orders, mut expected) = (Vec::new(), Vec::new());
        for (_, case) in &mut self.cases {
            case.settled = case.written.len();
        }
        for at in 0..self.cases.len() {
            let acts = self.dice.pick(&[0, 1, 1, 1, 1, 1, 2]);
            for _ in 0..acts {
                let act = self.act(at);
                let before = self.cases[at].1.clone();
                let verdict = self.judged(at, &act);
                orders.push(order(self.cases[at].0, &act));
                expected.push((before, act, verdict));
            }
        }
        let mut outcomes = Vec::with_capacity(orders.len());
        for request in orders.chunks(REQUEST) {
            let clerk = &self.officers.clerk;
            outcomes.extend(record_payments(&self.t.app, clerk, request).await.unwrap());
        }
        for ((before, act, verdict), outcome) in expected.iter().zip(&outcomes) {
            let name = &self.name;
            assert!(
                agrees(verdict, outcome),
                "{name}: {act:?} on {before:?}: the model says {verdict:?}, the program {}",
                refused(outcome)
            );
            self.tally.count(verdict);
        }
    }

    pub async fn money_is_demanded_back(&mut self) {
        for at in 0..self.cases.len() {
            let case = &self.cases[at].1;
            let (paid, demands) = (case.is_paid(), case.demands.len());
            let percent = if paid { 10 } else { 1 };
            if self.dice.chance(percent) {
                self.demand(at).await;
            }
            if demands > 0 && self.dice.chance(60) {
                self.part(at).await;
            }
        }
    }

    async fn demand(&mut self, at: usize) {
        let (id, today) = (self.fresh(), self.today());
        let day = today - Days::new(u64::from(self.dice.chance(15)));
        let by = self.dice.pick(&[Level::District, Level::Province]);
        let (entitlement, case) = &mut self.cases[at];
        let open = case.paid() - case.demanded();
        let amount = self.dice.pick(&[open, open, open / 2, open / 3, 1, open + 1, 0, -open]);
        let asked = ProgramDemand {
            act: id,
            entitlement: *entitlement,
            number: "210/QĐ-UBND".to_owned(),
            demanded_on: day,
            due_on: today + Days::new(30),
            reason: "Không thuộc hộ nghèo".to_owned(),
            amount,
        };
        let before = case.clone();
        let verdict = case.demand(id, amount, day, by);
        let done = demand_back(&self.t.app, self.actor(by), &asked).await;
        self.compare(&verdict, done, &format!("demand of {amount} on {day} on {before:?}"));
    }

    async fn part(&mut self, at: usize) {
        let (fresh, day, today) = (self.fresh(), self.day(), self.today());
        let (roll, which) = (self.dice.below(100), self.dice.below(8));
        let share = self.dice.pick(&[1, 2, 3]);
        let odd = self.dice.chance(6);
        let above = self.dice.pick(&[Level::District, Level::Province]);
        let case = &self.cases[at].1;
        let place = which % case.demands.len();
        let demand: &Demand = &case.demands[place];
        let amount = if odd { demand.open() + 1 } else { demand.open() / share };
        let (id, deed, by, day) = match roll {
            0..=54 => (fresh, PartDeed::Part(amount), Level::Commune, day),
            55..=69 => (fresh, PartDeed::Waive(amount), above, day),
            70..=91 => {
                let top = demand.top().map_or(fresh, |top| top.id);
                let by = if roll < 82 { Level::Commune } else { above };
                (fresh, PartDeed::Undo(top), by, day)
            }
            _ => match demand.parts.get(which % demand.parts.len().max(1)) {
                Some(known) => {
                    let day = if odd { known.day + Days::new(1) } else { known.day };
                    (known.id, known.deed.clone(), known.by, day)
                }
                None => (fresh, PartDeed::Part(amount), Level::Commune, day),
            },
        };
        let (recovery, before) = (demand.id, demand.clone());
        let order = RecoveryOrder {
            act: id,
            recovery,
            deed: match &deed {
                PartDeed::Part(amount) => {
                    RecoveryDeed::Part { amount: *amount, paper: "PT 7".to_owned() }
                }
                PartDeed::Waive(amount) => {
                    RecoveryDeed::Waive { amount: *amount, basis: "CV 12/UBND".to_owned() }
                }
                PartDeed::Undo(entry) => RecoveryDeed::Reverse { entry: *entry },
            },
            day,
            note: "ghi".to_owned(),
        };
        let words = format!("{deed:?} by {by:?} for {day} on {before:?}");
        let verdict = self.cases[at].1.demands[place].act(id, deed, (day, today), by);
        let done = record_recovery(&self.t.app, self.actor(by), &order).await;
        self.compare(&verdict, done, &words);
    }

    fn actor(&self, level: Level) -> &Actor {
        match level {
            Level::Commune => &self.officers.clerk,
            Level::District => &self.officers.district,
            Level::Province => &self.officers.province,
        }
    }

    fn compare(&mut self, verdict: &Verdict, done: Result<RecoveryWritten, Error>, words: &str) {
        let agreed = match (verdict, &done) {
            (Verdict::Created(_), Ok(RecoveryWritten::Created))
            | (Verdict::Exists(_), Ok(RecoveryWritten::Exists)) => true,
            (Verdict::Refused(words), Err(Error::Refused { what, remedy })) => {
                what.contains(words) || remedy.contains(words)
            }
            _ => false,
        };
        assert!(agreed, "{}: {words}: the model says {verdict:?}, the program {done:?}", self.name);
        self.tally.count(verdict);
    }
}
