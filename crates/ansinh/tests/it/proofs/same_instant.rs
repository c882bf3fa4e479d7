//! Two officers at the same instant, round after round through the real router: always one success,
//! and one clear refusal that names the first.

use std::collections::HashMap;
use std::sync::Arc;

use ansinh::clock::new_id;
use ansinh::database::{Sql, bulk_insert};
use ansinh::web::Error;
use axum::http::StatusCode;
use chrono::NaiveDate;
use sea_orm::Value;
use tokio::sync::Barrier;
use uuid::Uuid;

use super::payable::{Payable, approve};
use super::{engine, now, size, told};
use crate::on_both;
use crate::payments::fixture::{SON_KIM, account, ledger_is_sound};
use crate::support::{Answer, Client, TestApp};

/// Rounds: short, whole.
const ROUNDS: (usize, usize) = (60, 1_000);

/// An address and what is posted there.
type Form = (&'static str, Vec<(String, String)>);

/// Sends `forms[n]` in round n, at the same instant as the other officer.
async fn officer(mut client: Client, barrier: Arc<Barrier>, forms: Vec<Form>) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(forms.len());
    for (address, fields) in forms {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        barrier.wait().await;
        answers.push(client.post(address, &fields).await);
    }
    answers
}

/// Both officers' answers, round by round.
async fn together(clients: [Client; 2], forms: [Vec<Form>; 2]) -> Vec<[Answer; 2]> {
    let barrier = Arc::new(Barrier::new(2));
    let [one, other] = clients;
    let [first, second] = forms;
    let one = tokio::spawn(officer(one, barrier.clone(), first));
    let other = tokio::spawn(officer(other, barrier, second));
    let (one, other) = tokio::join!(one, other);
    one.unwrap().into_iter().zip(other.unwrap()).map(|(one, other)| [one, other]).collect()
}

fn field(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// A payment with an act id of the client's own making: the list's form, or the hamlet's sheet.
fn payment(round: usize, id: Uuid, act: Uuid) -> Form {
    let mut fields = vec![field("khoan", format!("{id}.{act}.1500000")), field("kenh", "cash")];
    if round.is_multiple_of(2) {
        return ("/chi-tra/ghi", fields);
    }
    let sheet = [field("chi", id.to_string()), field("thon", "Thôn Bắc Hà"), field("buoc", "ghi")];
    fields.extend(sheet);
    ("/chi-tra/phieu", fields)
}

async fn of_two_payments_at_the_same_instant_one_is_made_and_one_names_it(t: TestApp) {
    let begun = now();
    let rounds = size(ROUNDS.0, ROUNDS.1);
    let one = Payable {
        commune: SON_KIM.to_owned(),
        district: "439".to_owned(),
        group: "NCC",
        name: "Hồ Thanh Bình".to_owned(),
        hamlet: "Thôn Bắc Hà".to_owned(),
        monthly: 500_000,
        months: 3,
        people: 1,
        hold: "",
        state: "approved",
    };
    let by = account(&t, "tinh42").await;
    let people = vec![one; rounds];
    let ids = approve(&t.app.db, (by, t.app.clock.now()), "1502/QĐ-UBND", &people).await.unwrap();
    let fresh = || new_id(t.app.clock.now()).unwrap();
    let forms = [0, 1].map(|_| {
        let rounds = ids.iter().enumerate();
        rounds.map(|(round, id)| payment(round, *id, fresh())).collect::<Vec<_>>()
    });
    let mut clients = [t.sign_in("x18196").await, t.sign_in("x18196").await];
    for client in &mut clients {
        client.get("/doi-mat-khau").await.page();
    }
    let first = "Hồ Thanh Bình đã được chi: đã chi 1.500.000 đồng (tiền mặt), ngày chi 15/5/2020, \
                 Xã Sơn Kim 1 ghi lúc 8 giờ 00 ngày 15/5/2020";
    let mut firsts = [0, 0];
    for (round, pages) in together(clients, forms).await.into_iter().enumerate() {
        let pages = pages.map(Answer::page);
        let won = |page: &String| page.contains("Đã ghi 1 khoản đã chi");
        assert_eq!(pages.iter().filter(|page| won(page)).count(), 1, "{round}: {pages:?}");
        let winner = usize::from(won(&pages[1]));
        assert!(pages[1 - winner].contains(first), "{round}: {}", pages[1 - winner]);
        firsts[winner] += 1;
    }
    let rounds = i64::try_from(rounds).unwrap();
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, rounds);
    let sum = "SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements";
    assert_eq!(t.number(sum).await, rounds * 1_500_000);
    ledger_is_sound(&t).await;
    let (name, [a, b]) = (engine(&t), firsts);
    let line = format!(
        "payments at the same instant on {name}: {rounds} rounds, {a} won by one officer, {b} by \
         the other, {rounds} refusals that name the first"
    );
    told(&line, begun);
}
on_both!(of_two_payments_at_the_same_instant_one_is_made_and_one_names_it);

/// A person on the lists of two communes, each list appraised; a second officer has judged the pair,
/// wrongly, so that only the constraint stands between the two decisions. Returns the two lists of
/// each round.
async fn appraised_pairs(t: &TestApp, rounds: usize) -> Vec<[Uuid; 2]> {
    let now = t.app.clock.now();
    let clerks = [account(t, "x18196").await, account(t, "x18199").await];
    let district = account(t, "h439").await;
    let fresh = || new_id(now).unwrap();
    let (mut persons, mut lists, mut entries, mut warnings) = (vec![], vec![], vec![], vec![]);
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let (person, number) = (fresh(), format!("0421540{round:05}"));
        persons.push(vec![person.into(), now.into()]);
        let (pair, rows) = ([fresh(), fresh()], [fresh(), fresh()]);
        for (side, (commune, group)) in [("18196", "NCC"), ("18199", "BTXH")].iter().enumerate() {
            let round = i32::try_from(round + 1).unwrap();
            let by = (clerks[side], district);
            lists.push(list_row(pair[side], (commune, group), round, by, now));
            entries.push(entry_row(rows[side], pair[side], (commune, group), person, &number));
        }
        let (first, second) = (rows[0].min(rows[1]), rows[0].max(rows[1]));
        warnings.push(vec![
            fresh().into(),
            "42".into(),
            "certain".into(),
            "same_id".into(),
            first.into(),
            second.into(),
            now.into(),
            "different".into(),
        ]);
        pairs.push(pair);
    }
    let parts: HashMap<&str, (&str, Vec<Vec<Value>>)> = HashMap::from([
        ("persons", ("id, created_at", persons)),
        ("beneficiary_lists", (LIST, lists)),
        ("list_entries", (ENTRY, entries)),
        ("duplicate_warnings", (WARNING, warnings)),
    ]);
    t.app
        .db
        .run_tx::<_, Error, _, _>("test.pairs", |tx| {
            let parts = parts.clone();
            async move {
                for table in ["persons", "beneficiary_lists", "list_entries", "duplicate_warnings"]
                {
                    let (columns, rows) = parts[table].clone();
                    let columns: Vec<&str> = columns.split(", ").collect();
                    bulk_insert(&tx, table, &columns, rows, "").await?;
                }
                // An officer has judged them: what nobody decided would open again.
                let judged = "UPDATE duplicate_warnings SET decided_by =
                    (SELECT id FROM accounts ORDER BY username LIMIT 1)";
                tx.change(judged, vec![]).await?;
                // One name and one birthday with neighbouring numbers: the engine would ask.
                tx.change("DELETE FROM match_waiting", vec![]).await?;
                Ok((tx, ()))
            }
        })
        .await
        .unwrap();
    pairs
}

const LIST: &str = "id, province_code, district_code, commune_code, tiers, unit_date, \
  programme_code, group_code, round, state, prepared_by, prepared_at, appraised_by";
const ENTRY: &str = "province_code, id, list_id, district_code, commune_code, tiers, group_code, \
  person_id, full_name, name_key, sort_key, birth_year, id_number, id_key, hamlet, months, \
  amount_dong, due_dong, raw, state";
const WARNING: &str = "id, province_code, kind, evidence, first_entry_id, second_entry_id, \
  raised_at, state";

fn list_row(
    id: Uuid,
    (commune, group): (&str, &str),
    round: i32,
    (clerk, district): (Uuid, Uuid),
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<Value> {
    let units = NaiveDate::from_ymd_opt(2020, 6, 1);
    let mut row: Vec<Value> = vec![id.into(), "42".into(), "439".into(), commune.into()];
    row.extend([3i16.into(), units.into(), "NQ42".into(), group.into(), round.into()]);
    row.extend(["appraised".into(), clerk.into(), now.into(), district.into()]);
    row
}

fn entry_row(
    id: Uuid,
    list: Uuid,
    (commune, group): (&str, &str),
    person: Uuid,
    number: &str,
) -> Vec<Value> {
    let key = number.trim_start_matches('0');
    let mut row: Vec<Value> = vec!["42".into(), id.into(), list.into(), "439".into()];
    row.extend([commune.into(), 3i16.into(), group.into(), person.into()]);
    row.extend(["Trần Thị Hường".into(), "tran thi huong".into(), "huong tran thi".into()]);
    row.extend([1954i32.into(), number.into(), key.into(), "Nam Hà".into(), 3i32.into()]);
    row.extend([1_500_000i64.into(), 1_500_000i64.into(), "{}".into(), "listed".into()]);
    row
}

fn decision(list: Uuid, number: String) -> Form {
    let fields = vec![
        field("danh_sach", list.to_string()),
        field("so", number),
        field("ngay", "15/5/2020"),
        field("nguoi_ky", "Trần Tiến Hưng"),
        field("chuc_vu", "Chủ tịch"),
        field(&format!("phien_ban_{list}"), "1"),
        field("so_nguoi", "1"),
        field("so_tien", "1500000"),
    ];
    ("/quyet-dinh", fields)
}

async fn of_two_decisions_over_one_person_at_the_same_instant_one_names_the_other(t: TestApp) {
    let begun = now();
    let rounds = size(ROUNDS.0, ROUNDS.1);
    let pairs = appraised_pairs(&t, rounds).await;
    let forms = [0, 1].map(|side| {
        let sign = ["A", "B"][side];
        let rounds = pairs.iter().enumerate();
        rounds
            .map(|(round, pair)| decision(pair[side], format!("{sign}{round}/QĐ-UBND")))
            .collect::<Vec<_>>()
    });
    let mut clients = [t.sign_in("tinh42").await, t.sign_in("tinh42").await];
    for client in &mut clients {
        client.get("/doi-mat-khau").await.page();
    }
    let mut firsts = [0, 0];
    for (round, answers) in together(clients, forms).await.into_iter().enumerate() {
        let won = |answer: &Answer| answer.status == StatusCode::SEE_OTHER;
        let count = answers.iter().filter(|answer| won(answer)).count();
        assert_eq!(count, 1, "round {round}: {} / {}", answers[0].body, answers[1].body);
        let winner = usize::from(won(&answers[1]));
        let lost = &answers[1 - winner];
        assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY, "{round}: {}", lost.body);
        let (sign, commune, group) =
            [("A", "Xã Sơn Kim 1", "có công"), ("B", "Xã Sơn Kim 2", "bảo trợ xã hội")][winner];
        let number = format!("Đã được duyệt ở Quyết định {sign}{round}/QĐ-UBND ngày 15/5/2020");
        for words in ["Trần Thị Hường", &number, commune, group] {
            assert!(lost.body.contains(words), "{round}, {words}: {}", lost.body);
        }
        firsts[winner] += 1;
    }
    let rounds = i64::try_from(rounds).unwrap();
    let approved = "SELECT COUNT(*) FROM entitlements WHERE state = 'approved'";
    assert_eq!(t.number(approved).await, rounds);
    assert_eq!(t.number("SELECT COUNT(DISTINCT person_id) FROM entitlements").await, rounds);
    assert_eq!(t.number("SELECT COUNT(*) FROM decisions").await, rounds);
    let (name, [a, b]) = (engine(&t), firsts);
    let line = format!(
        "decisions over one person at the same instant on {name}: {rounds} rounds, {a} won by one \
         commune's list, {b} by the other's, {rounds} refusals that name the first"
    );
    told(&line, begun);
}
on_both!(of_two_decisions_over_one_person_at_the_same_instant_one_names_the_other);
