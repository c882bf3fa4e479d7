//! Approved people waiting for their money, as many as a proof needs, written straight into the
//! tables. Shared with the example that makes the database for the power cuts.

use std::collections::HashMap;

use ansinh::clock::new_id;
use ansinh::database::{Database, Sql, bulk_insert};
use ansinh::web::Error;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::paper_columns::{DECISION, LIST};

/// Rows of one transaction.
const CHUNK: usize = 4_000;

/// The day of every decision here.
pub const DECIDED: NaiveDate = NaiveDate::from_ymd_opt(2020, 5, 10).unwrap();

/// A person with money to come.
#[derive(Debug, Clone)]
pub struct Payable {
    pub commune: String,
    pub district: String,
    pub group: &'static str,
    pub name: String,
    pub hamlet: String,
    /// Đồng a month, a person.
    pub monthly: i64,
    pub months: i32,
    pub people: i32,
    /// Empty, `no_id` …
    pub hold: &'static str,
    /// `approved` or `cancelled`.
    pub state: &'static str,
}

impl Payable {
    /// Đồng in all.
    pub fn amount(&self) -> i64 {
        self.monthly * i64::from(self.months) * i64::from(self.people)
    }
}

/// Rows of four tables that belong together.
struct Made {
    id: Uuid,
    person: Vec<Value>,
    entry: Vec<Value>,
    claim: Vec<Value>,
}

/// Writes these people under one decision of 10/5/2020; their entitlements, in order.
pub async fn approve(
    db: &Database,
    (by, now): (Uuid, DateTime<Utc>),
    number: &str,
    people: &[Payable],
) -> Result<Vec<Uuid>, Error> {
    let decision = new_id(now)?;
    let lists = papers(db, (by, now), (decision, number), people).await?;
    let mut ids = Vec::with_capacity(people.len());
    for chunk in people.chunks(CHUNK) {
        let mut made = Vec::with_capacity(chunk.len());
        for one in chunk {
            let list = lists[&(one.commune.clone(), one.group)];
            made.push(rows(one, list, decision, now)?);
        }
        ids.extend(made.iter().map(|one| one.id));
        let of = |part: fn(&Made) -> &Vec<Value>| -> Vec<Vec<Value>> {
            made.iter().map(|one| part(one).clone()).collect()
        };
        let (persons, entries, claims) = (of(|m| &m.person), of(|m| &m.entry), of(|m| &m.claim));
        db.run_tx::<_, Error, _, _>("test.payable", |tx| {
            let (persons, entries, claims) = (persons.clone(), entries.clone(), claims.clone());
            async move {
                bulk_insert(&tx, "persons", &["id", "created_at"], persons, "").await?;
                bulk_insert(&tx, "list_entries", &ENTRY, entries, "").await?;
                bulk_insert(&tx, "entitlements", &CLAIM, claims, "").await?;
                Ok((tx, ()))
            }
        })
        .await?;
    }
    Ok(ids)
}

/// The engine looks at its tables, as that of a server which has run for a while has done.
pub async fn look_at_tables(db: &Database) -> Result<(), Error> {
    db.read().change("ANALYZE", vec![]).await?;
    Ok(())
}

/// The decision, and a list for each commune and group.
async fn papers(
    db: &Database,
    (by, now): (Uuid, DateTime<Utc>),
    (decision, number): (Uuid, &str),
    people: &[Payable],
) -> Result<HashMap<(String, &'static str), Uuid>, Error> {
    let mut lists: HashMap<(String, &'static str), Uuid> = HashMap::new();
    let round = db.read().number("SELECT COUNT(*) FROM beneficiary_lists", vec![]).await?;
    let mut list_rows: Vec<Vec<Value>> = Vec::new();
    for one in people {
        let key = (one.commune.clone(), one.group);
        if lists.contains_key(&key) {
            continue;
        }
        let id = new_id(now)?;
        lists.insert(key, id);
        list_rows.push(vec![
            id.into(),
            "42".into(),
            one.district.as_str().into(),
            one.commune.as_str().into(),
            3i16.into(),
            NaiveDate::from_ymd_opt(2020, 6, 1).into(),
            "NQ42".into(),
            one.group.into(),
            i32::try_from(round + 1).unwrap_or(0).into(),
            "approved".into(),
            by.into(),
            now.into(),
            decision.into(),
        ]);
    }
    let row: Vec<Value> = vec![
        decision.into(),
        "42".into(),
        "".into(),
        number.into(),
        DECIDED.into(),
        "Nguyễn Văn An".into(),
        "Chủ tịch".into(),
        i64::try_from(people.len()).unwrap_or(0).into(),
        people.iter().map(Payable::amount).sum::<i64>().into(),
        by.into(),
        now.into(),
    ];
    db.run_tx::<_, Error, _, _>("test.papers", |tx| {
        let (row, list_rows) = (row.clone(), list_rows.clone());
        async move {
            bulk_insert(&tx, "decisions", &DECISION, vec![row], "").await?;
            bulk_insert(&tx, "beneficiary_lists", &LIST, list_rows, "").await?;
            Ok((tx, ()))
        }
    })
    .await?;
    Ok(lists)
}

fn rows(one: &Payable, list: Uuid, decision: Uuid, now: DateTime<Utc>) -> Result<Made, Error> {
    let (person, entry, id) = (new_id(now)?, new_id(now)?, new_id(now)?);
    let folded = vietnam::text::fold(&one.name);
    let (amount, people) = (one.amount(), one.people);
    let place = || -> [Value; 3] {
        [one.district.as_str().into(), one.commune.as_str().into(), 3i16.into()]
    };
    let mut listed: Vec<Value> = vec!["42".into(), entry.into(), list.into()];
    listed.extend(place());
    listed.extend([one.group.into(), person.into(), one.name.as_str().into()]);
    listed.extend([folded.as_str().into(), folded.as_str().into(), one.hamlet.as_str().into()]);
    listed.extend([one.months.into(), amount.into(), people.into(), amount.into()]);
    listed.extend(["{}".into(), "listed".into()]);
    let mut claim: Vec<Value> = vec!["42".into(), id.into(), entry.into(), list.into()];
    claim.extend([decision.into(), person.into(), "NQ42".into(), one.group.into()]);
    claim.extend(place());
    claim.extend([one.monthly.into(), one.months.into(), people.into(), amount.into()]);
    claim.extend([one.state.into(), one.hold.into(), now.into()]);
    Ok(Made { id, person: vec![person.into(), now.into()], entry: listed, claim })
}

const ENTRY: [&str; 18] = [
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
    "hamlet",
    "months",
    "amount_dong",
    "people",
    "due_dong",
    "raw",
    "state",
];
const CLAIM: [&str; 18] = [
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
    "state",
    "hold",
    "approved_at",
];
