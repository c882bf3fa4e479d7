//! `ledger verify`: a sound ledger proves itself, any hand in the tables is found.

use ansinh::identity::Scope;
use ansinh::relief::{LedgerProof, prove_ledger, source_sums};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::fixture::*;
use crate::on_both;
use crate::support::TestApp;

fn province() -> Scope {
    Scope::Province { province: "42".to_owned() }
}

async fn proof(t: &TestApp) -> LedgerProof {
    prove_ledger(&t.app.db, &province()).await.unwrap()
}

async fn hand(t: &TestApp, sql: &str) {
    t.tampers();
    t.app.db.read().execute_unprepared(sql).await.unwrap();
}

async fn every_hand_in_the_tables_is_found(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", ""), someone("Phạm Thị Bảy", "")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    give_back(&mut clerk, ids[0], "away").await.goes_to();
    reverse(&mut clerk, ids[0], "ghi nhầm").await.goes_to();
    let sound = proof(&t).await;
    assert_eq!(sound.faults, Vec::<String>::new());
    assert_eq!((sound.entitlements, sound.entries, sound.unsealed), (2, 4, 0));
    assert_eq!(sound.paid_dong, 3_000_000);
    let one = ids[1];
    let forbidden = format!("UPDATE payment_entries SET note = 'x' WHERE {}", whose(&t, one));
    let refused = t.app.db.read().execute_unprepared(&forbidden).await.unwrap_err().to_string();
    assert!(refused.contains("never changed"), "{refused}");
    let guards: &[&str] = match t.app.db.engine() {
        sea_orm::DbBackend::Sqlite => {
            &["DROP TRIGGER payment_entries_never_changed", "DROP TRIGGER payment_entries_kept"]
        }
        _ => &["ALTER TABLE payment_entries DISABLE TRIGGER ALL"],
    };
    for guard in guards {
        hand(&t, guard).await;
    }
    let hands = [
        ("note = 'khác'", "note = ''"),
        ("channel = 'bank'", "channel = 'cash'"),
        ("business_day = '2020-05-14'", "business_day = '2020-05-15'"),
        ("amount_dong = 1400000", "amount_dong = 1500000"),
        ("commune_code = '18172'", "commune_code = '18196'"),
        ("proxy_name = 'Ai đó'", "proxy_name = ''"),
        ("seq = 2", "seq = 1"),
    ];
    for (alter, mend) in hands {
        hand(&t, &format!("UPDATE payment_entries SET {alter} WHERE {}", whose(&t, one))).await;
        assert!(proof(&t).await.fault_count > 0, "{alter}");
        hand(&t, &format!("UPDATE payment_entries SET {mend} WHERE {}", whose(&t, one))).await;
        assert_eq!(proof(&t).await.fault_count, 0, "{mend}");
    }
    for alter in ["paid_dong = 0", "pay_state = 'unpaid'", "entries = 0", "last_day = NULL"] {
        let mend = match alter {
            "paid_dong = 0" => "paid_dong = 1500000",
            "pay_state = 'unpaid'" => "pay_state = 'paid'",
            "entries = 0" => "entries = 1",
            _ => "last_day = '2020-05-15'",
        };
        let id = id_text(&t, one);
        hand(&t, &format!("UPDATE entitlements SET {alter} WHERE id = {id}")).await;
        assert!(proof(&t).await.fault_count > 0, "{alter}");
        hand(&t, &format!("UPDATE entitlements SET {mend} WHERE id = {id}")).await;
    }
    hand(&t, &format!("DELETE FROM payment_entries WHERE {}", whose(&t, one))).await;
    assert!(proof(&t).await.fault_count > 0, "a removed entry");
}
on_both!(every_hand_in_the_tables_is_found);

async fn every_hand_in_the_kept_sums_is_found(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", ""), someone("Phạm Thị Bảy", "")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let hands = [
        ("entitlement_sums", "items = items + 1", "items = items - 1"),
        ("entitlement_sums", "paid_dong = paid_dong - 1", "paid_dong = paid_dong + 1"),
        ("ledger_days", "entries = entries + 1", "entries = entries - 1"),
        ("ledger_days", "business_day = '2020-05-16'", "business_day = '2020-05-15'"),
    ];
    for (table, alter, mend) in hands {
        hand(&t, &format!("UPDATE {table} SET {alter}")).await;
        let found = proof(&t).await;
        assert!(found.faults.iter().any(|f| f.contains("tổng giữ sẵn")), "{alter}: {found:?}");
        hand(&t, &format!("UPDATE {table} SET {mend}")).await;
        assert_eq!(proof(&t).await.fault_count, 0, "{mend}");
    }
}
on_both!(every_hand_in_the_kept_sums_is_found);

/// An id as a literal of the engine.
fn id_text(t: &TestApp, id: Uuid) -> String {
    match t.app.db.engine() {
        sea_orm::DbBackend::Sqlite => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

fn whose(t: &TestApp, id: Uuid) -> String {
    format!("entitlement_id = {}", id_text(t, id))
}

async fn random_acts_leave_a_ledger_that_proves_itself(t: TestApp) {
    let people: Vec<Someone> = (0..6).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut model = Model::new(&[false; 6]);
    let mut clerk = t.sign_in("x18196").await;
    for seed in 0..4 {
        random_acts(&mut clerk, &ids, &mut model, 30, 977 + seed).await;
        let proof = proof(&t).await;
        assert_eq!(proof.faults, Vec::<String>::new(), "seed {seed}");
        assert_eq!(proof.paid_dong, i64::try_from(model.paid()).unwrap() * 1_500_000);
    }
}
on_both!(random_acts_leave_a_ledger_that_proves_itself);

async fn budgets_add_up_to_what_was_paid(t: TestApp) {
    let mut people = vec![someone("Hồ Thanh Bình", ""), someone("Phạm Thị Bảy", "")];
    people[1].monthly = 250_001;
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    hand(
        &t,
        "INSERT INTO decision_sources SELECT id, 1, 'trung_uong', 'Trung ương', 70 FROM decisions",
    )
    .await;
    hand(&t, "INSERT INTO decision_sources SELECT id, 2, 'tinh', 'Tỉnh', 30 FROM decisions").await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let sums = source_sums(&t.app.db, &province()).await.unwrap();
    let part = |code: &str| sums.iter().find(|(known, ..)| known == code).unwrap().2;
    assert_eq!(part("trung_uong") + part("tinh"), 1_500_000 + 750_003);
    assert_eq!(part("trung_uong"), 1_050_000 + 525_002);
    assert_eq!(proof(&t).await.fault_count, 0);
}
on_both!(budgets_add_up_to_what_was_paid);
