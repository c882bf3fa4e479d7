//! Approved people to be paid, and the clerk's way through the pages.

use ansinh::clock::new_id;
use ansinh::database::Sql;
use ansinh::identity::Scope;
use ansinh::relief::{ledger_differences, prove_ledger};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;
use vietnam::text::fold;

use crate::support::{Answer, Client, TestApp, start_instant, units_day};

/// Xã Sơn Kim 1, huyện Hương Sơn.
pub const SON_KIM: &str = "18196";

/// A person of a list.
#[derive(Debug, Clone)]
pub struct Someone {
    pub name: String,
    pub id_number: Option<String>,
    pub hamlet: String,
    pub people: i32,
    pub monthly: i64,
    pub months: i32,
    pub hold: String,
    pub state: String,
    pub entry_state: String,
}

/// A person with 1.500.000 đồng to come.
pub fn someone(name: &str, id_number: &str) -> Someone {
    Someone {
        name: name.to_owned(),
        id_number: (!id_number.is_empty()).then(|| id_number.to_owned()),
        hamlet: "Thôn Bắc Hà".to_owned(),
        people: 1,
        monthly: 500_000,
        months: 3,
        hold: String::new(),
        state: "approved".to_owned(),
        entry_state: "listed".to_owned(),
    }
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

pub async fn account(t: &TestApp, username: &str) -> Uuid {
    let sql = "SELECT id FROM accounts WHERE username = $1";
    let row: Option<Id> = t.app.db.read().row(sql, vec![username.into()]).await.unwrap();
    row.unwrap_or_else(|| panic!("no account {username}")).id
}

fn fresh() -> Uuid {
    new_id(start_instant()).unwrap()
}

/// An approved list of a commune under a decision of 10/5/2020; returns the entitlements' ids in
/// the order of `people`.
pub async fn approved(t: &TestApp, commune: &str, group: &str, people: &[Someone]) -> Vec<Uuid> {
    let district = t.app.areas.unit(3, commune, units_day()).unwrap().parent_code.clone();
    let clerk = account(t, &format!("x{commune}")).await;
    let province = account(t, "tinh42").await;
    let now: DateTime<Utc> = start_instant();
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let (decision, list) = (fresh(), fresh());
    let amount: i64 = people.iter().map(|p| p.monthly * i64::from(p.months * p.people)).sum();
    let tx = t.app.db.read();
    change(
        tx,
        "INSERT INTO decisions (id, province_code, district_code, number, decided_on, signer_name,
           signer_title, person_count, amount_dong, recorded_by, recorded_at)
         VALUES ($1, '42', '', $2, $3, 'Nguyễn Văn An', 'Chủ tịch', $4, $5, $6, $7)",
        vec![
            decision.into(),
            format!("{}/QĐ-UBND", &decision.simple().to_string()[26..]).into(),
            day(2020, 5, 10).into(),
            i64::try_from(people.len()).unwrap().into(),
            amount.into(),
            province.into(),
            now.into(),
        ],
    )
    .await;
    let rounds = t.number("SELECT COUNT(*) FROM beneficiary_lists").await;
    change(
        tx,
        "INSERT INTO beneficiary_lists (id, province_code, district_code, commune_code, tiers,
           unit_date, programme_code, group_code, round, state, prepared_by, prepared_at, decision_id)
         VALUES ($1, '42', $2, $3, 3, $4, 'NQ42', $5, $6, 'approved', $7, $8, $9)",
        vec![
            list.into(),
            district.clone().into(),
            commune.into(),
            units_day().into(),
            group.into(),
            i32::try_from(rounds + 1).unwrap().into(),
            clerk.into(),
            now.into(),
            decision.into(),
        ],
    )
    .await;
    let mut ids = Vec::new();
    for person in people {
        ids.push(entitle(t, (commune, &district, group), list, decision, person).await);
    }
    ids
}

async fn entitle(
    t: &TestApp,
    (commune, district, group): (&str, &str, &str),
    list: Uuid,
    decision: Uuid,
    person: &Someone,
) -> Uuid {
    let (who, id) = (fresh(), fresh());
    let now: DateTime<Utc> = start_instant();
    let conn = t.app.db.read();
    change(
        conn,
        "INSERT INTO persons (id, created_at) VALUES ($1, $2)",
        vec![who.into(), now.into()],
    )
    .await;
    let entry = enlist(t, (commune, district, group), list, who, person).await;
    change(
        conn,
        "INSERT INTO entitlements (province_code, id, entry_id, list_id, decision_id, person_id,
           exclusion_group, group_code, district_code, commune_code, tiers, monthly_dong, months,
           people, amount_dong, state, hold, approved_at)
         VALUES ('42', $1, $2, $3, $4, $5, 'NQ42', $6, $7, $8, 3, $9, $10, $11, $12, $13, $14, $15)",
        vec![
            id.into(),
            entry.into(),
            list.into(),
            decision.into(),
            who.into(),
            group.into(),
            district.into(),
            commune.into(),
            person.monthly.into(),
            person.months.into(),
            person.people.into(),
            (person.monthly * i64::from(person.months * person.people)).into(),
            person.state.clone().into(),
            person.hold.clone().into(),
            now.into(),
        ],
    )
    .await;
    id
}

async fn enlist(
    t: &TestApp,
    (commune, district, group): (&str, &str, &str),
    list: Uuid,
    who: Uuid,
    person: &Someone,
) -> Uuid {
    let entry = fresh();
    let conn = t.app.db.read();
    let key = person.id_number.as_deref().map(|number| number.trim_start_matches('0').to_owned());
    let folded = fold(&person.name);
    let mut given: Vec<&str> = folded.split_whitespace().collect();
    given.rotate_right(1);
    change(
        conn,
        "INSERT INTO list_entries (province_code, id, list_id, district_code, commune_code, tiers,
           group_code, person_id, full_name, name_key, sort_key, birth_year, id_number, id_key,
           hamlet, months, amount_dong, raw, state)
         VALUES ('42', $1, $2, $3, $4, 3, $5, $6, $7, $8, $9, 1964, $10, $11, $12, $13, $14, '{}',
           $15)",
        vec![
            entry.into(),
            list.into(),
            district.into(),
            commune.into(),
            group.into(),
            who.into(),
            person.name.clone().into(),
            folded.clone().into(),
            given.join(" ").into(),
            person.id_number.clone().into(),
            key.into(),
            person.hamlet.clone().into(),
            person.months.into(),
            (person.monthly * i64::from(person.months * person.people)).into(),
            person.entry_state.clone().into(),
        ],
    )
    .await;
    entry
}

async fn change(conn: &sea_orm::DatabaseConnection, sql: &str, values: Vec<Value>) {
    conn.change(sql, values).await.unwrap();
}

/// Every entitlement says what its entries say.
pub async fn ledger_is_sound(t: &TestApp) {
    let scope = Scope::Province { province: "42".to_owned() };
    let differences = ledger_differences(t.app.db.read(), &scope).await.unwrap();
    assert!(differences.is_empty(), "{differences:?}");
    let proof = prove_ledger(&t.app.db, &scope).await.unwrap();
    assert!(proof.faults.is_empty(), "{:?}", proof.faults);
}

/// Ticks these and asks for the form; returns its `khoan` tokens.
pub async fn pay_form(clerk: &mut Client, ids: &[Uuid]) -> Vec<String> {
    let page = form(clerk, "/chi-tra/xac-nhan", ids).await.page();
    tokens(&page)
}

/// Posts ticked rows to a form's address.
pub async fn form(clerk: &mut Client, address: &str, ids: &[Uuid]) -> Answer {
    if clerk.csrf.is_empty() {
        clerk.get("/doi-mat-khau").await.page();
    }
    let texts: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let fields: Vec<(&str, &str)> = texts.iter().map(|id| ("chon", id.as_str())).collect();
    clerk.post(address, &fields).await
}

/// The `khoan` tokens of a form.
pub fn tokens(page: &str) -> Vec<String> {
    values(page, "khoan")
}

/// Values of the hidden fields of a name.
pub fn values(page: &str, name: &str) -> Vec<String> {
    page.split(&format!("name=\"{name}\" value=\""))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

/// Sends the pay form with these tokens and more fields.
pub async fn send(clerk: &mut Client, tokens: &[String], more: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = tokens.iter().map(|one| ("khoan", one.as_str())).collect();
    if !more.iter().any(|(name, _)| *name == "kenh") {
        fields.push(("kenh", "cash"));
    }
    fields.extend_from_slice(more);
    clerk.post("/chi-tra/ghi", &fields).await
}

/// The whole way: tick, form, record.
pub async fn pay(clerk: &mut Client, ids: &[Uuid]) -> String {
    let tokens = pay_form(clerk, ids).await;
    send(clerk, &tokens, &[]).await.page()
}

/// Records these as not paid.
pub async fn not_paid(clerk: &mut Client, ids: &[Uuid], reason: &str, note: &str) -> Answer {
    let page = form(clerk, "/chi-tra/khong-chi", ids).await.page();
    let tokens = tokens(&page);
    let mut fields: Vec<(&str, &str)> = tokens.iter().map(|one| ("khoan", one.as_str())).collect();
    fields.push(("ly_do", reason));
    fields.push(("ghi_chu", note));
    clerk.post("/chi-tra/ghi-khong-chi", &fields).await
}

/// The money of a paid entitlement comes back.
pub async fn give_back(clerk: &mut Client, id: Uuid, reason: &str) -> Answer {
    let address = format!("/chi-tra/{id}");
    let page = clerk.get(&address).await.page();
    let (act, amount) = (&values(&page, "ma")[0], &values(&page, "so_tien")[0]);
    let fields = [("ma", act.as_str()), ("so_tien", amount), ("ly_do", reason)];
    clerk.post(&format!("{address}/hoan-tra"), &fields).await
}

/// The last entry was a mistake.
pub async fn reverse(clerk: &mut Client, id: Uuid, why: &str) -> Answer {
    let address = format!("/chi-tra/{id}");
    let page = clerk.get(&address).await.page();
    let (act, entry) = (&values(&page, "ma")[0], &values(&page, "but_toan")[0]);
    let fields = [("ma", act.as_str()), ("but_toan", entry), ("ly_do_dao", why)];
    clerk.post(&format!("{address}/dinh-chinh"), &fields).await
}

/// What a run of random acts should have left behind: đồng and state of each, kept by the rules of
/// a stack and nothing else.
#[derive(Debug, Clone)]
pub struct Model {
    stacks: Vec<Vec<char>>,
    held: Vec<bool>,
}

impl Model {
    /// Nothing recorded yet; these are held.
    pub fn new(held: &[bool]) -> Self {
        Self { stacks: vec![Vec::new(); held.len()], held: held.to_vec() }
    }

    pub fn paid(&self) -> usize {
        self.stacks.iter().filter(|stack| stack.last() == Some(&'p')).count()
    }

    pub fn not_paid(&self) -> usize {
        self.stacks.iter().filter(|stack| matches!(stack.last(), Some('n' | 'r'))).count()
    }
}

/// Does `acts` random things to these people through the pages, refused ones too, and the same to
/// the model. `seed` chooses the run.
pub async fn random_acts(
    clerk: &mut Client,
    ids: &[Uuid],
    model: &mut Model,
    acts: u32,
    seed: u64,
) {
    let mut random = seed;
    let mut next = move |below: usize| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % below
    };
    let reasons = ["dead", "away", "no_papers", "not_in_book", "duplicate", "split"];
    for _ in 0..acts {
        let at = next(ids.len());
        let stack = &mut model.stacks[at];
        match next(5) {
            0 | 1 => {
                let payable = stack.last() != Some(&'p') && !model.held[at];
                let fields = tokens(&form(clerk, "/chi-tra/xac-nhan", &ids[at..=at]).await.page());
                assert_eq!(payable, !fields.is_empty(), "{stack:?}");
                if payable {
                    send(clerk, &fields, &[]).await.page();
                    stack.push('p');
                }
            }
            2 => {
                let written = not_paid(clerk, &ids[at..=at], reasons[next(6)], "").await.page();
                if written.contains("Đã ghi 1 khoản") {
                    stack.push('n');
                }
            }
            3 if stack.last() == Some(&'p') => {
                give_back(clerk, ids[at], reasons[next(6)]).await.goes_to();
                stack.push('r');
            }
            4 if !stack.is_empty() => {
                reverse(clerk, ids[at], "ghi nhầm").await.goes_to();
                stack.pop();
            }
            _ => {}
        }
    }
}
