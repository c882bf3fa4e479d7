//! The report of Chư Păh district (Gia Lai) of 19/6/2020 as a story: 22.913 listed, six reasons for
//! not paying, 21.648 paid, and every sum the same wherever it is read.

use std::collections::HashMap;

use ansinh::audit;
use ansinh::clock::new_id;
use ansinh::database::Sql;
use ansinh::identity::{Scope, act_as};
use ansinh::relief::{
    Channel, Deed, Order, Outcome, Payee, Reason, ledger_differences, prove_ledger, record_payments,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;
use vietnam::money::Dong;

use super::payable::{Payable, approve, look_at_tables};
use super::{Dice, engine, now, size, told};
use crate::on_both;
use crate::payments::fixture::{account, not_paid, tokens};
use crate::support::{Client, TestApp, encode, units_day};

const LISTED: usize = 22_913;
const PAID: usize = 21_648;
/// Code, words of the report page, how many.
const REASONS: [(&str, &str, usize); 6] = [
    ("dead", "Đã chết", 69),
    ("away", "Đi vắng, chuyển đi hoặc đang chấp hành án", 68),
    ("no_papers", "Thiếu giấy tờ", 95),
    ("not_in_book", "Không có trong sổ hộ khẩu hoặc sai tên", 503),
    ("duplicate", "Trùng hoặc đã hưởng ở nhóm khác", 236),
    ("split", "Đã tách hộ", 294),
];
/// Code, đồng a month, largest household.
const GROUPS: [(&str, i64, usize); 5] = [
    ("HN", 250_000, 7),
    ("HCN", 250_000, 6),
    ("BTXH", 500_000, 1),
    ("NCC", 500_000, 1),
    ("LDTD", 1_000_000, 1),
];
const DISTRICT: &str = "439";
const HAMLETS: usize = 4;
/// Communes that pay by their sheets in the ordinary run; by `cargo xtask prove` all do.
const SHEETS_SHORT: usize = 3;

/// A listed person: what will become of her, and with how much money.
struct Fate {
    payable: Payable,
    /// Empty: paid.
    reason: &'static str,
}

fn fates(t: &TestApp) -> Vec<Fate> {
    let mut dice = Dice::new(super::seed(), 1);
    let mut reasons: Vec<&'static str> = vec![""; PAID];
    for (code, _, count) in REASONS {
        reasons.extend(std::iter::repeat_n(code, count));
    }
    assert_eq!(reasons.len(), LISTED, "the six reasons and the paid are everybody");
    dice.shuffle(&mut reasons);
    let communes = t.app.areas.communes_of(DISTRICT, units_day());
    let fate = |(n, reason): (usize, &'static str)| {
        let (group, monthly, household) = dice.pick(&GROUPS);
        let commune = &communes[n % communes.len()];
        let payable = Payable {
            commune: commune.code.clone(),
            district: DISTRICT.to_owned(),
            group,
            name: format!("Rơ Châm {n}"),
            hamlet: format!("Làng {}", n / communes.len() % HAMLETS + 1),
            monthly,
            months: if group == "LDTD" { i32::try_from(1 + dice.below(3)).unwrap() } else { 3 },
            people: i32::try_from(1 + dice.below(household)).unwrap(),
            hold: if reason == "no_papers" { "no_id" } else { "" },
            state: "approved",
        };
        Fate { payable, reason }
    };
    reasons.into_iter().enumerate().map(fate).collect()
}

/// One clerk's whole work: a sheet a hamlet until it is empty, then those without papers.
async fn commune_pays(clerk: &mut Client, own: &HashMap<Uuid, &Fate>) {
    for hamlet in 1..=HAMLETS {
        let hamlet = format!("Làng {hamlet}");
        let address = format!("/chi-tra/phieu?thon={}", encode(&hamlet));
        loop {
            let rows = tokens(&clerk.get(&address).await.page());
            if rows.is_empty() {
                break;
            }
            let mut fields: Vec<(String, String)> = Vec::new();
            for row in &rows {
                fields.push(("khoan".to_owned(), row.clone()));
                let id = row.split('.').next().unwrap();
                match own[&id.parse::<Uuid>().unwrap()].reason {
                    "" => fields.push(("chi".to_owned(), id.to_owned())),
                    reason => fields.push((format!("ld_{id}"), reason.to_owned())),
                }
            }
            for (name, value) in [("thon", hamlet.as_str()), ("kenh", "cash"), ("buoc", "ghi")] {
                fields.push((name.to_owned(), value.to_owned()));
            }
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let done = clerk.post("/chi-tra/phieu", &fields).await.page();
            assert!(!done.contains("không ghi được"), "{done}");
        }
    }
    let held: Vec<Uuid> =
        own.iter().filter(|(_, fate)| fate.reason == "no_papers").map(|(id, _)| *id).collect();
    if !held.is_empty() {
        not_paid(clerk, &held, "no_papers", "").await.page();
    }
}

/// The same without the pages, through the function that they call: shorter in the ordinary run.
async fn commune_records(t: &TestApp, commune: &str, own: &HashMap<Uuid, &Fate>) {
    let clerk = act_as(&t.app.db, &format!("x{commune}")).await.unwrap().unwrap();
    let order = |(id, fate): (&Uuid, &&Fate)| Order {
        act_id: new_id(t.app.clock.now()).unwrap(),
        entitlement_id: *id,
        deed: match Reason::from_code(fate.reason) {
            Some(reason) => Deed::NotPaid { reason },
            None => Deed::Pay {
                amount: fate.payable.amount(),
                channel: Channel::Cash,
                payee: Payee::Person,
            },
        },
        business_day: t.app.clock.today(),
        note: String::new(),
    };
    let orders: Vec<Order> = own.iter().map(order).collect();
    for request in orders.chunks(250) {
        for outcome in record_payments(&t.app, &clerk, request).await.unwrap() {
            assert!(matches!(outcome, Outcome::Created { .. }), "{outcome:?}");
        }
    }
}

#[derive(FromQueryResult)]
struct Sum {
    name: String,
    items: i64,
    dong: i64,
}

/// (items, đồng) by name, straight from the tables.
async fn sums(t: &TestApp, sql: &str) -> HashMap<String, (i64, i64)> {
    let rows: Vec<Sum> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    rows.into_iter().map(|row| (row.name, (row.items, row.dong))).collect()
}

/// (items, đồng) that a reason (empty: paid) must have.
fn due(fates: &[Fate], reason: &str) -> (i64, i64) {
    let own = fates.iter().filter(|fate| fate.reason == reason);
    own.fold((0, 0), |(items, dong), fate| (items + 1, dong + fate.payable.amount()))
}

async fn chu_pah_pays_21648_of_22913_and_every_sum_agrees(t: TestApp) {
    let begun = now();
    let fates = fates(&t);
    let people: Vec<Payable> = fates.iter().map(|fate| fate.payable.clone()).collect();
    let by = account(&t, "tinh42").await;
    let ids = approve(&t.app.db, (by, t.app.clock.now()), "1502/QĐ-UBND", &people).await.unwrap();
    look_at_tables(&t.app.db).await.unwrap();
    let mut own: HashMap<&str, HashMap<Uuid, &Fate>> = HashMap::new();
    for (id, fate) in ids.iter().zip(&fates) {
        own.entry(&fate.payable.commune).or_default().insert(*id, fate);
    }
    t.set_local("2020-06-19T08:00");
    let mut own: Vec<(&str, HashMap<Uuid, &Fate>)> = own.into_iter().collect();
    own.sort_by_key(|(commune, _)| *commune);
    let by_sheet = size(SHEETS_SHORT, own.len());
    for (at, (commune, own)) in own.into_iter().enumerate() {
        if at < by_sheet {
            let mut clerk = t.sign_in(&format!("x{commune}")).await.unwatched();
            commune_pays(&mut clerk, &own).await;
        } else {
            commune_records(&t, commune, &own).await;
        }
    }
    tables_agree(&t, &fates).await;
    report_agrees(&t, &fates).await;
    let scope = Scope::Province { province: "42".to_owned() };
    let proof = prove_ledger(&t.app.db, &scope).await.unwrap();
    assert_eq!(proof.faults, Vec::<String>::new());
    assert_eq!((proof.entitlements, proof.entries), (LISTED, LISTED));
    assert_eq!(proof.paid_dong, due(&fates, "").1);
    assert!(ledger_differences(t.app.db.read(), &scope).await.unwrap().is_empty());
    assert!(audit::verify(&t.app.db, &[]).await.unwrap().faults.is_empty());
    let dong = Dong(proof.paid_dong);
    let name = engine(&t);
    told(&format!("Chư Păh on {name}: {PAID} of {LISTED} paid, {dong} đồng, 94,4 %"), begun);
}
on_both!(chu_pah_pays_21648_of_22913_and_every_sum_agrees);

async fn tables_agree(t: &TestApp, fates: &[Fate]) {
    let states =
        "SELECT CASE pay_state WHEN 'not_paid' THEN reason_code ELSE pay_state END AS name,
        CAST(COUNT(*) AS BIGINT) AS items, CAST(SUM(amount_dong) AS BIGINT) AS dong
      FROM entitlements GROUP BY 1";
    let states = sums(t, states).await;
    let entries = "SELECT CASE kind WHEN 'not_paid' THEN reason_code ELSE kind END AS name,
        CAST(COUNT(*) AS BIGINT) AS items, CAST(SUM(amount_dong) AS BIGINT) AS dong
      FROM payment_entries GROUP BY 1";
    let entries = sums(t, entries).await;
    assert_eq!((states.len(), entries.len()), (7, 7), "paid and the six reasons, nobody open");
    assert_eq!((states["paid"], entries["paid"]), (due(fates, ""), due(fates, "")));
    assert_eq!(states["paid"].0, i64::try_from(PAID).unwrap());
    for (code, _, count) in REASONS {
        assert_eq!(states[code], due(fates, code), "{code}");
        assert_eq!(entries[code], (i64::try_from(count).unwrap(), 0), "{code}");
    }
}

async fn report_agrees(t: &TestApp, fates: &[Fate]) {
    let mut chief = t.sign_in("h439").await.unwatched();
    let page = chief.get("/bao-cao").await.page();
    let all: i64 = fates.iter().map(|fate| fate.payable.amount()).sum();
    let (paid, paid_dong) = due(fates, "");
    for text in ["94,4 %", "<b>Khớp:</b>", "1.265 khoản không chi được", "22.913", "21.648"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains(&Dong(all).to_string()) && page.contains(&Dong(paid_dong).to_string()));
    for (code, label, count) in REASONS {
        let (_, dong) = due(fates, code);
        let row = page.split(&format!("<th scope=\"row\">{label}</th>")).nth(1).unwrap();
        let row = row.split("</tr>").next().unwrap();
        assert!(row.contains(&format!(">{count}</a>")), "{label}: {row}");
        assert!(row.contains(&format!("<td class=\"p\">{}</td>", Dong(dong))), "{label}: {row}");
    }
    // Unit, code, group, code; then items, people, đồng of: approved, paid, open, not paid, held.
    let csv = records(&chief.get("/bao-cao/tep/tong-hop.csv").await.page());
    let column = |at: usize| -> i64 { csv.iter().map(|r| r[at].parse::<i64>().unwrap()).sum() };
    let listed = i64::try_from(LISTED).unwrap();
    assert_eq!((column(4), column(6)), (listed, all));
    assert_eq!((column(7), column(9)), (paid, paid_dong));
    assert_eq!((column(10), column(13), column(16)), (0, 1_265, 0));
    assert_eq!((column(12), column(15)), (0, all - paid_dong));
    let book = records(&chief.get("/bao-cao/tep/so-chi.csv").await.page());
    let sum: i64 = book.iter().map(|record| record[7].parse::<i64>().unwrap()).sum();
    assert_eq!((book.len(), sum), (LISTED, paid_dong));
    for (code, _, count) in REASONS {
        let address = format!("/bao-cao/tep/doi-tuong.csv?tinh-trang=khong-chi-duoc&ly-do={code}");
        assert_eq!(records(&chief.get(&address).await.page()).len(), count, "{code}");
    }
    let province = t.sign_in("tinh42").await.unwatched().get("/bao-cao").await.page();
    assert!(province.contains("94,4 %"), "{province}");
    let daily = chief.get("/bao-cao/hang-ngay?ngay=2020-06-19").await.page();
    assert!(daily.contains("21.648") && daily.contains(&Dong(paid_dong).to_string()), "{daily}");
}

/// The records of a CSV without its head.
fn records(body: &str) -> Vec<Vec<String>> {
    body.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}
