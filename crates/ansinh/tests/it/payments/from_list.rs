//! The whole way: a row of a list, niêm yết, appraisal, decision, and then the money.

use axum::http::StatusCode;
use uuid::Uuid;

use super::fixture::*;
use crate::on_both;
use crate::relief::people::{bring_to_decision, decide, put_one};
use crate::support::{Client, TestApp};

/// A person approved through the pages; her entitlement.
async fn approved_person(t: &TestApp, name: &str, id: Option<&str>) -> (Uuid, Client) {
    let list = put_one(t, SON_KIM, "NCC", name, id).await;
    bring_to_decision(t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    let day = vietnam::date::vi_date(t.app.clock.today());
    decide(&mut province, &[list], "1502/QĐ-UBND", &day).await.goes_to();
    (list, province)
}

async fn a_row_of_a_list_is_paid_under_its_decision(t: TestApp) {
    approved_person(&t, "Trần Thị Hường", Some("042154003817")).await;
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/chi-tra").await.page();
    assert!(page.contains("1 khoản chưa chi, 1.500.000 đồng"), "{page}");
    let found = clerk.post("/chi-tra/tim", &[("tim", "huong tran")]).await.page();
    let id = Uuid::parse_str(&values(&found, "chon")[0]).unwrap();
    assert!(pay(&mut clerk, &[id]).await.contains("Đã ghi 1 khoản đã chi"));
    let ledger = clerk.get(&format!("/chi-tra/{id}")).await.page();
    assert!(ledger.contains("1502/QĐ-UBND") && ledger.contains("3 tháng × 500.000"), "{ledger}");
    let report = clerk.get("/bao-cao").await.page();
    assert!(report.contains("đã chi hết số được duyệt"), "{report}");
    ledger_is_sound(&t).await;
}
on_both!(a_row_of_a_list_is_paid_under_its_decision);

async fn a_person_without_papers_is_approved_and_held_but_may_be_written_off(t: TestApp) {
    approved_person(&t, "Phan Văn Lĩnh", None).await;
    let mut clerk = t.sign_in("x18196").await;
    let held = clerk.get("/chi-tra?hien=tam-giu").await.page();
    assert!(held.contains("chưa có số CMND/CCCD"), "{held}");
    let id = held.split("href=\"/chi-tra/").find_map(|rest| Uuid::parse_str(rest.get(..36)?).ok());
    let id = id.unwrap();
    let token = format!("{id}.{}.1500000", Uuid::from_u128(3));
    let answer = send(&mut clerk, &[token], &[]).await.page();
    assert!(answer.contains("1 khoản không ghi được"), "{answer}");
    not_paid(&mut clerk, &[id], "no_papers", "").await.page();
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE pay_state = 'not_paid'").await, 1);
    ledger_is_sound(&t).await;
}
on_both!(a_person_without_papers_is_approved_and_held_but_may_be_written_off);

async fn a_size_changed_under_the_form_is_told_and_nothing_is_written(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    // A member of the household declined meanwhile.
    use ansinh::database::Sql;
    let smaller = "UPDATE entitlements SET amount_dong = 750000";
    t.app.db.read().change(smaller, vec![]).await.unwrap();
    let answer = send(&mut clerk, &tokens, &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("khi đó 1.500.000 đồng, bây giờ 750.000 đồng"), "{}", answer.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(a_size_changed_under_the_form_is_told_and_nothing_is_written);
