//! After a batch: tables, late marks, reports and proof beside the model.

use std::collections::HashMap;

use ansinh::database::Sql;
use ansinh::relief::{ledger_differences, prove_ledger};
use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::batch::Batch;
use super::model::{Case, Deed};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Stated {
    id: Uuid,
    paid_dong: i64,
    pay_state: String,
    reason_code: String,
    entries: i32,
    recovering_dong: i64,
    last_day: Option<NaiveDate>,
}

impl Stated {
    fn of(id: Uuid, case: &Case) -> Self {
        let (state, reason) = case.state();
        Self {
            id,
            paid_dong: case.paid(),
            pay_state: state.to_owned(),
            reason_code: reason.to_owned(),
            entries: i32::try_from(case.written.len()).unwrap(),
            recovering_dong: case.demanded(),
            last_day: case.written.last().map(|one| one.act.day),
        }
    }
}

#[derive(Debug, PartialEq, FromQueryResult)]
struct Entry {
    entitlement_id: Uuid,
    id: Uuid,
    kind: String,
    amount_dong: i64,
    note: String,
    business_day: NaiveDate,
}

fn entries_of(id: Uuid, case: &Case) -> Vec<Entry> {
    let entry = |one: &super::model::Written| Entry {
        entitlement_id: id,
        id: one.act.id,
        kind: match one.act.deed {
            Deed::Pay(_) => "paid",
            Deed::NotPaid(_) => "not_paid",
            Deed::Return(..) => "returned",
            Deed::Reverse(_) => "reversal",
        }
        .to_owned(),
        amount_dong: one.amount,
        note: one.act.note.to_owned(),
        business_day: one.act.day,
    };
    case.written.iter().map(entry).collect()
}

#[derive(Debug, PartialEq, FromQueryResult)]
struct Recovery {
    id: Uuid,
    amount_dong: i64,
    returned_dong: i64,
    waived_dong: i64,
    entries: i32,
}

#[derive(Debug, FromQueryResult)]
struct Late {
    entry_id: Uuid,
    reopening_id: Option<Uuid>,
}

impl Batch {
    async fn rows<T: FromQueryResult + Send + Sync>(&self, sql: &str) -> Vec<T> {
        let values = vec![self.commune.code.as_str().into()];
        self.t.app.db.read().rows(sql, values).await.unwrap()
    }

    pub async fn check(&mut self) {
        self.tables_agree().await;
        self.marks_agree().await;
        self.reports_agree().await;
        let scope = &self.officers.clerk.scope;
        let proof = prove_ledger(&self.t.app.db, scope).await.unwrap();
        assert_eq!(proof.faults, Vec::<String>::new(), "{}", self.name);
        let paid: i64 = self.cases.iter().map(|(_, case)| case.paid()).sum();
        assert_eq!(proof.paid_dong, paid, "{}", self.name);
        let differences = ledger_differences(self.t.app.db.read(), scope).await.unwrap();
        assert!(differences.is_empty(), "{}: {differences:?}", self.name);
        self.tally.paid_dong += paid;
        for (_, case) in &self.cases {
            self.tally.entries += case.written.len();
            self.tally.demands += case.demands.len();
            self.tally.late += case.written.iter().filter(|one| one.late.is_some()).count();
        }
    }

    async fn tables_agree(&self) {
        let stated =
            "SELECT id, paid_dong, pay_state, reason_code, entries, recovering_dong, last_day
          FROM entitlements WHERE commune_code = $1";
        let stated: Vec<Stated> = self.rows(stated).await;
        let stated: HashMap<Uuid, Stated> = stated.into_iter().map(|row| (row.id, row)).collect();
        assert_eq!(stated.len(), self.cases.len());
        let entries = "SELECT entitlement_id, id, kind, amount_dong, note, business_day
          FROM payment_entries WHERE commune_code = $1 ORDER BY entitlement_id, seq";
        let mut ledgers: HashMap<Uuid, Vec<Entry>> = HashMap::new();
        for entry in self.rows::<Entry>(entries).await {
            ledgers.entry(entry.entitlement_id).or_default().push(entry);
        }
        let demands = "SELECT id, amount_dong, returned_dong, waived_dong, entries
          FROM recoveries WHERE commune_code = $1";
        let demands: Vec<Recovery> = self.rows(demands).await;
        let mut demands: HashMap<Uuid, Recovery> =
            demands.into_iter().map(|row| (row.id, row)).collect();
        for (id, case) in &self.cases {
            let name = &self.name;
            assert_eq!(stated[id], Stated::of(*id, case), "{name}: {case:?}");
            let ledger = ledgers.remove(id).unwrap_or_default();
            assert_eq!(ledger, entries_of(*id, case), "{name}: {case:?}");
            let sum: i64 = ledger.iter().map(|entry| entry.amount_dong).sum();
            assert_eq!(sum, case.paid(), "{name}: {case:?}");
            for demand in &case.demands {
                let expected = Recovery {
                    id: demand.id,
                    amount_dong: demand.amount,
                    returned_dong: demand.returned(),
                    waived_dong: demand.waived(),
                    entries: i32::try_from(demand.parts.len()).unwrap(),
                };
                assert_eq!(demands.remove(&demand.id), Some(expected), "{name}: {demand:?}");
            }
        }
        assert!(ledgers.is_empty() && demands.is_empty(), "{}: rows of nobody", self.name);
    }

    async fn marks_agree(&self) {
        let late = "SELECT entry_id, reopening_id FROM late_entries WHERE commune_code = $1";
        let late: Vec<Late> = self.rows(late).await;
        let late: HashMap<Uuid, bool> =
            late.into_iter().map(|row| (row.entry_id, row.reopening_id.is_some())).collect();
        let written = self.cases.iter().flat_map(|(_, case)| &case.written);
        let expected: HashMap<Uuid, bool> =
            written.filter_map(|one| Some((one.act.id, one.late?))).collect();
        assert_eq!(late, expected, "{}", self.name);
    }

    /// The commune's report and its book as files.
    async fn reports_agree(&self) {
        let mut clerk = self.t.sign_in(&format!("x{}", self.commune.code)).await.unwatched();
        let csv = clerk.get("/bao-cao/tep/tong-hop.csv").await.page();
        let sum = |body: &str, at: usize| -> i64 {
            let number = |line: &str| line.split(',').nth(at).unwrap().parse::<i64>().unwrap();
            body.lines().skip(1).map(number).sum()
        };
        let own = |state: &str| {
            let own = self.cases.iter().map(|(_, case)| case).filter(|case| !case.cancelled);
            own.filter(|case| status(case) == state)
                .fold((0, 0), |(items, dong), case| (items + 1, dong + case.amount))
        };
        // From the fifth column: items, people, đồng of approved, paid, open, not paid, held.
        for (state, at) in [("paid", 7), ("unpaid", 10), ("not_paid", 13), ("held", 16)] {
            let said = (sum(&csv, at), sum(&csv, at + 2));
            assert_eq!(said, own(state), "{}, {state}: {csv}", self.name);
        }
        let page = clerk.get("/bao-cao").await.page();
        assert!(page.contains("<b>Khớp:</b>"), "{}: {page}", self.name);
        let book = clerk.get("/bao-cao/tep/so-chi.csv").await.page();
        let paid: i64 = self.cases.iter().map(|(_, case)| case.paid()).sum();
        assert_eq!(sum(&book, 7), paid, "{}", self.name);
    }
}

/// Where a report counts a case.
fn status(case: &Case) -> &'static str {
    match case.state().0 {
        "unpaid" if case.held => "held",
        state => state,
    }
}
