//! What was granted to a row of an open pair is not paid until somebody has decided.

use axum::http::StatusCode;
use uuid::Uuid;

use super::people::{SON_KIM, bring_to_decision, decide, put, put_one, row};
use crate::on_both;
use crate::payments::fixture::{ledger_is_sound, not_paid, pay, values};
use crate::support::{Client, TestApp};

const ID: &str = "042154003817";

/// The address of the only open warning.
async fn warning(client: &mut Client) -> String {
    let page = client.get("/canh-bao").await.page();
    let body = page.split("<tbody>").nth(1).unwrap_or_else(|| panic!("none: {page}"));
    let rest = body.split("href=\"/canh-bao/").nth(1).unwrap();
    format!("/canh-bao/{}", rest.split('"').next().unwrap())
}

/// What the clerk can pay.
async fn payable(clerk: &mut Client) -> Vec<Uuid> {
    let page = clerk.get("/chi-tra").await.page();
    values(&page, "chon").iter().map(|id| id.parse().unwrap()).collect()
}

async fn grant(t: &TestApp, lists: &[Uuid], number: &str) {
    let mut province = t.sign_in("tinh42").await;
    let on = vietnam::date::vi_date(t.app.clock.today());
    decide(&mut province, lists, number, &on).await.goes_to();
}

async fn held(t: &TestApp) -> i64 {
    t.number("SELECT COUNT(*) FROM entitlements WHERE hold = 'duplicate'").await
}

async fn a_grant_is_held_from_the_moment_its_number_comes_a_second_time(t: TestApp) {
    let first = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some(ID)).await;
    bring_to_decision(&t, SON_KIM, first).await;
    grant(&t, &[first], "1502/QĐ-UBND").await;
    let mut clerk = t.sign_in("x18196").await;
    let before = payable(&mut clerk).await;
    assert_eq!(before.len(), 1);
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some(ID)).await;
    assert_eq!(held(&t).await, 1, "held, though it had been granted");
    assert!(payable(&mut clerk).await.is_empty(), "nobody is asked to pay it");
    // A page that was opened before the second row came.
    let answer = not_paid(&mut clerk, &before, "vang_mat", "").await;
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);

    let mut owner = t.sign_in("x18199").await;
    let at = warning(&mut owner).await;
    let page = owner.get(&at).await.page();
    let veteran = if page.contains("Quy tắc giữ dòng A") { "A" } else { "B" };
    owner.post(&at, &[("giu", veteran)]).await.goes_to();
    assert_eq!(held(&t).await, 0);
    let mut clerk = t.sign_in("x18196").await;
    let ids = payable(&mut clerk).await;
    assert!(pay(&mut clerk, &ids).await.contains("Đã ghi 1 khoản đã chi"));
    ledger_is_sound(&t).await;
}
on_both!(a_grant_is_held_from_the_moment_its_number_comes_a_second_time);

async fn papers_asked_for_after_the_approval_hold_both_until_they_have_been_seen(t: TestApp) {
    let alike =
        [("NCC", "Trần Thị Hường", "042154003817"), ("BTXH", "Trần Thị Hương", "042154117204")];
    let mut lists = Vec::new();
    for (group, name, number) in alike {
        let one = row(&t, SON_KIM, group, name, Some(number), 1);
        lists.push(put(&t, "x18196", vec![one]).await.unwrap().list_ids[0]);
    }
    for list in &lists {
        bring_to_decision(&t, SON_KIM, *list).await;
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM duplicate_warnings").await, 1);
    grant(&t, &lists, "1502/QĐ-UBND").await;
    let mut clerk = t.sign_in("x18196").await;
    let both = payable(&mut clerk).await;
    assert_eq!(both.len(), 2, "a suspicion asks and holds nothing");
    let at = warning(&mut clerk).await;
    clerk.get(&at).await.page();
    clerk.post(&at, &[("giu", "giay")]).await.goes_to();
    assert_eq!(held(&t).await, 2);
    assert!(payable(&mut clerk).await.is_empty());
    clerk.get(&at).await.page();
    let seen = [("giu", "hai"), ("can_cu", "Đã xem CCCD của cả hai người")];
    clerk.post(&at, &seen).await.goes_to();
    assert_eq!(held(&t).await, 0);
    assert!(pay(&mut clerk, &both).await.contains("Đã ghi 2 khoản đã chi"));
    ledger_is_sound(&t).await;
}
on_both!(papers_asked_for_after_the_approval_hold_both_until_they_have_been_seen);

async fn of_two_officers_who_decide_a_pair_at_one_instant_one_is_told(t: TestApp) {
    put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some(ID)).await;
    put_one(&t, SON_KIM, "HN", "Trần Thị Hường", Some(ID)).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    let at = warning(&mut clerk).await;
    clerk.get(&at).await.page();
    district.get(&at).await.page();
    let (keep, part) = ([("giu", "A")], [("giu", "hai"), ("can_cu", "Hai bà khác nhau")]);
    let (one, two) = tokio::join!(clerk.post(&at, &keep), district.post(&at, &part));
    let went = [&one, &two].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(went, 1, "{} {} {} {}", one.status, one.body, two.status, two.body);
    let state =
        "SELECT COUNT(*) FROM duplicate_warnings WHERE state IN ('kept_first', 'different')";
    assert_eq!(t.number(state).await, 1);
    let left = t.number("SELECT COUNT(*) FROM list_entries WHERE state = 'excluded'").await;
    let kept = "SELECT COUNT(*) FROM duplicate_warnings WHERE state = 'kept_first'";
    assert_eq!(left, t.number(kept).await, "no half of a decision");
}
on_both!(of_two_officers_who_decide_a_pair_at_one_instant_one_is_told);
