//! Lists, entitlements and payments of a commune, written straight into the tables.

use ansinh::clock::new_id;
use ansinh::database::{Sql, Tx, bulk_insert};
use ansinh::web::Error;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;
use vietnam::text::fold;

use crate::paper_columns::DECISION;
use crate::support::TestApp;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A list to be written.
#[derive(Clone)]
pub struct List {
    pub id: Uuid,
    pub commune: &'static str,
    pub district: &'static str,
    pub tiers: i16,
    pub group: &'static str,
    pub state: &'static str,
    pub round: i32,
    pub decision: Option<Uuid>,
    pub posting_ends_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
}

/// A row to be written; `pay` is the state of its entitlement.
#[derive(Clone)]
pub struct Row {
    pub name: String,
    pub number: Option<&'static str>,
    pub birth: (i32, Option<i32>, Option<i32>),
    pub hamlet: &'static str,
    pub people: i32,
    pub dong: i64,
    pub state: &'static str,
    pub pay: Option<&'static str>,
    pub hold: &'static str,
}

impl Row {
    pub fn new(name: &str, number: Option<&'static str>) -> Self {
        Self {
            name: name.to_owned(),
            number,
            birth: (1940, Some(3), Some(5)),
            hamlet: "Bắc Hà",
            people: 1,
            dong: 1_500_000,
            state: "listed",
            pay: None,
            hold: "",
        }
    }
}

impl TestApp {
    fn fresh_id(&self) -> Uuid {
        new_id(self.app.clock.now()).unwrap()
    }

    /// A list of Xã Sơn Kim 1 in a state; change its fields before writing it.
    pub fn list(&self, group: &'static str, state: &'static str) -> List {
        List {
            id: self.fresh_id(),
            commune: "18196",
            district: "439",
            tiers: 3,
            group,
            state,
            round: 1,
            decision: None,
            posting_ends_on: None,
            due_on: None,
        }
    }

    /// Writes a decision and returns its id.
    pub async fn decision(&self, number: &'static str) -> Uuid {
        let id = self.fresh_id();
        let account = self.account("tinh42").await;
        let now = self.app.clock.now();
        self.write(
            "decisions",
            &DECISION,
            vec![vec![
                id.into(),
                "42".into(),
                "".into(),
                number.into(),
                day("2020-05-18").into(),
                "Nguyễn Văn Ký".into(),
                "Chủ tịch".into(),
                1i64.into(),
                1i64.into(),
                account.into(),
                now.into(),
            ]],
        )
        .await;
        id
    }

    /// Writes a list with its rows, and entitlements for those that have a pay state. Returns the
    /// entries' ids.
    pub async fn seed(&self, list: &List, rows: &[Row]) -> Vec<Uuid> {
        let account = self.account("x18196").await;
        let now = self.app.clock.now();
        self.write(
            "beneficiary_lists",
            LIST,
            vec![vec![
                list.id.into(),
                "42".into(),
                list.district.into(),
                list.commune.into(),
                list.tiers.into(),
                day("2020-06-01").into(),
                "NQ42".into(),
                list.group.into(),
                list.round.into(),
                list.state.into(),
                account.into(),
                now.into(),
                list.posting_ends_on.map(|_| day("2020-05-14")).into(),
                list.posting_ends_on.into(),
                list.due_on.into(),
                list.decision.into(),
            ]],
        )
        .await;
        let mut ids = Vec::new();
        let (mut people, mut entries, mut entitlements) = (vec![], vec![], vec![]);
        for row in rows {
            let (person, entry) = (self.fresh_id(), self.fresh_id());
            people.push(vec![person.into(), now.into()]);
            entries.push(entry_values(list, row, person, entry));
            if let (Some(pay), Some(decision)) = (row.pay, list.decision) {
                let id = self.fresh_id();
                entitlements.push(entitlement(list, row, decision, pay, now, [id, entry, person]));
            }
            ids.push(entry);
        }
        self.write("persons", &["id", "created_at"], people).await;
        self.write("list_entries", ENTRY, entries).await;
        self.write("entitlements", ENTITLEMENT, entitlements).await;
        ids
    }

    pub async fn account(&self, username: &str) -> Uuid {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
        }
        let sql = "SELECT id FROM accounts WHERE username = $1";
        let row: Option<Row> = self.app.db.read().row(sql, vec![username.into()]).await.unwrap();
        row.unwrap().id
    }

    pub async fn write(&self, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) {
        self.app
            .db
            .run_tx::<_, Error, _, _>("test.seed", |tx: Tx| {
                let rows = rows.clone();
                async move {
                    bulk_insert(&tx, table, columns, rows, "").await?;
                    Ok((tx, ()))
                }
            })
            .await
            .unwrap();
    }
}

const LIST: &[&str] = &[
    "id",
    "province_code",
    "district_code",
    "commune_code",
    "tiers",
    "unit_date",
    "programme_code",
    "group_code",
    "round",
    "state",
    "prepared_by",
    "prepared_at",
    "posted_on",
    "posting_ends_on",
    "step_due_on",
    "decision_id",
];
const ENTRY: &[&str] = &[
    "province_code",
    "id",
    "list_id",
    "district_code",
    "commune_code",
    "tiers",
    "group_code",
    "person_id",
    "full_name",
    "name_key",
    "sort_key",
    "birth_year",
    "birth_month",
    "birth_day",
    "id_number",
    "id_key",
    "phone",
    "address",
    "hamlet",
    "people",
    "due_dong",
    "amount_dong",
    "note",
    "raw",
    "state",
    "excluded_reason",
];
const ENTITLEMENT: &[&str] = &[
    "province_code",
    "id",
    "entry_id",
    "list_id",
    "decision_id",
    "person_id",
    "exclusion_group",
    "group_code",
    "district_code",
    "commune_code",
    "tiers",
    "monthly_dong",
    "months",
    "people",
    "amount_dong",
    "paid_dong",
    "pay_state",
    "last_day",
    "state",
    "hold",
    "approved_at",
];

/// Secrets that every row carries and no public page may show.
pub const PHONE: &str = "0912345678";
pub const ADDRESS: &str = "Số nhà 17 ngõ 5";
pub const NOTE: &str = "tâm thần phân liệt";

fn entry_values(list: &List, row: &Row, person: Uuid, entry: Uuid) -> Vec<Value> {
    let sort_key = row.name.split(' ').next_back().map(fold).unwrap_or_default();
    vec![
        "42".into(),
        entry.into(),
        list.id.into(),
        list.district.into(),
        list.commune.into(),
        list.tiers.into(),
        list.group.into(),
        person.into(),
        row.name.as_str().into(),
        fold(&row.name).into(),
        sort_key.into(),
        Some(row.birth.0).into(),
        row.birth.1.into(),
        row.birth.2.into(),
        row.number.map(str::to_owned).into(),
        row.number.map(|number| number.trim_start_matches('0').to_owned()).into(),
        Some(PHONE.to_owned()).into(),
        ADDRESS.into(),
        row.hamlet.into(),
        row.people.into(),
        row.dong.into(),
        Some(row.dong).into(),
        NOTE.into(),
        "{}".into(),
        row.state.into(),
        NOTE.into(),
    ]
}

fn entitlement(
    list: &List,
    row: &Row,
    decision: Uuid,
    pay: &str,
    now: DateTime<Utc>,
    [id, entry, person]: [Uuid; 3],
) -> Vec<Value> {
    let paid = pay == "paid";
    vec![
        "42".into(),
        id.into(),
        entry.into(),
        list.id.into(),
        decision.into(),
        person.into(),
        "NQ42".into(),
        list.group.into(),
        list.district.into(),
        list.commune.into(),
        list.tiers.into(),
        500_000i64.into(),
        3i32.into(),
        row.people.into(),
        row.dong.into(),
        (if paid { row.dong } else { 0 }).into(),
        pay.into(),
        paid.then(|| day("2020-06-12")).into(),
        "approved".into(),
        row.hold.into(),
        now.into(),
    ]
}
