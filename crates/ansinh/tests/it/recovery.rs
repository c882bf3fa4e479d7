//! Money demanded back: by the level above, returned in parts, waived by somebody else.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Answer, Client, TestApp};

/// Demands `amount` back of a paid entitlement; returns the demand's address.
pub async fn demand(officer: &mut Client, id: Uuid, amount: &str) -> Answer {
    let form = officer.get(&format!("/thu-hoi/moi?khoan={id}")).await.page();
    let act = values(&form, "ma")[0].clone();
    let id = id.to_string();
    let fields = [
        ("ma", act.as_str()),
        ("khoan", &id),
        ("so", "210/QĐ-UBND"),
        ("ngay_qd", "15/5/2020"),
        ("han", "30/6/2020"),
        ("so_tien", amount),
        ("ly_do", "Không thuộc hộ nghèo"),
    ];
    officer.post("/thu-hoi/moi", &fields).await
}

pub async fn act(
    officer: &mut Client,
    address: &str,
    deed: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = officer.get(address).await.page();
    let made = values(&page, "ma");
    let act = made.first().map_or("00000000-0000-7000-8000-000000000000", String::as_str);
    let mut all = vec![("ma", act), ("ngay", "15/5/2020")];
    all.extend_from_slice(fields);
    officer.post(&format!("{address}/{deed}"), &all).await
}

async fn money_comes_back_in_parts_each_with_a_receipt(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let mut district = t.sign_in("h439").await;
    let ledger = district.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(ledger.contains(&format!("/thu-hoi/moi?khoan={}", ids[0])), "{ledger}");
    let address = demand(&mut district, ids[0], "1.500.000").await.goes_to();
    let too_much = act(&mut clerk, &address, "nop", &[("so_tien", "1.500.001")]).await;
    assert_eq!(too_much.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(too_much.body.contains("còn phải thu 1.500.000 đồng"), "{}", too_much.body);
    act(&mut clerk, &address, "nop", &[("so_tien", "600.000"), ("giay_to", "KB 01")])
        .await
        .goes_to();
    let page = clerk.get(&address).await.page();
    assert!(page.contains("900.000 đồng") && page.contains("Đang nộp"), "{page}");
    let receipt = page.split("href=\"").find(|link| link.contains("/phieu/")).unwrap();
    let receipt = clerk.get(receipt.split('"').next().unwrap()).await.page();
    assert!(receipt.contains("Sáu trăm nghìn đồng") && receipt.contains("KB 01"), "{receipt}");
    act(&mut clerk, &address, "nop", &[("so_tien", "900.000")]).await.goes_to();
    assert!(clerk.get(&address).await.page().contains("Đã thu đủ"));
    let list = district.get("/thu-hoi?hien=tat-ca").await.page();
    assert!(list.contains("không còn khoản nào phải thu"), "{list}");
    assert!(list.contains("1.500.000") && list.contains("Xã Sơn Kim 1"), "{list}");
    // The money is not taken back a second time through the payment itself.
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(!ledger.contains("hoan-tra\""), "{ledger}");
    let wrong = reverse(&mut clerk, ids[0], "ghi nhầm").await;
    assert!(wrong.body.contains("đã có yêu cầu thu hồi 1.500.000 đồng"), "{}", wrong.body);
    ledger_is_sound(&t).await;
}
on_both!(money_comes_back_in_parts_each_with_a_receipt);

async fn the_same_act_writes_once_and_two_parts_at_one_instant_never_pass_the_sum(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let mut district = t.sign_in("h439").await;
    let address = demand(&mut district, ids[0], "1.000.000").await.goes_to();
    let mut other = t.sign_in("x18196").await;
    let made = values(&clerk.get(&address).await.page(), "ma")[0].clone();
    other.get(&address).await.page();
    let fields = [("ma", made.as_str()), ("ngay", "15/5/2020"), ("so_tien", "700.000")];
    let to = format!("{address}/nop");
    let (one, two) = tokio::join!(clerk.post(&to, &fields), other.post(&to, &fields));
    one.goes_to();
    two.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM recovery_entries").await, 1, "one act, one entry");
    let part = [("so_tien", "200.000")];
    let (one, two) = tokio::join!(
        act(&mut clerk, &address, "nop", &part),
        act(&mut other, &address, "nop", &part)
    );
    let fine = [one.status, two.status].iter().filter(|s| **s == StatusCode::SEE_OTHER).count();
    assert_eq!(fine, 1, "300.000 was left: {} {}", one.body, two.body);
    let sum = "SELECT CAST(SUM(returned_dong) AS BIGINT) FROM recoveries";
    assert_eq!(t.number(sum).await, 900_000);
    ledger_is_sound(&t).await;
}
on_both!(the_same_act_writes_once_and_two_parts_at_one_instant_never_pass_the_sum);

async fn nobody_waives_an_own_demand_and_a_waiver_names_its_basis(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let mut district = t.sign_in("h439").await;
    let mut province = t.sign_in("tinh42").await;
    let address = demand(&mut district, ids[0], "500.000").await.goes_to();
    let waive = [("so_tien", "500.000"), ("giay_to", "Công văn 99/UBND")];
    let own = act(&mut district, &address, "mien", &waive).await;
    assert!(own.body.contains("không tự miễn thu hồi được"), "{}", own.body);
    let bare = act(&mut province, &address, "mien", &waive[..1]).await;
    assert!(bare.body.contains("căn cứ pháp lý"), "{}", bare.body);
    let clerk_waives = act(&mut clerk, &address, "mien", &waive).await;
    assert!(clerk_waives.status.is_client_error());
    act(&mut province, &address, "mien", &waive).await.goes_to();
    assert!(province.get(&address).await.page().contains("Đã khép, có miễn"));
    let page = province.get(&address).await.page();
    let top = values(&page, "but_toan")[0].clone();
    let undo = [("but_toan", top.as_str()), ("ghi_chu", "nhầm người")];
    act(&mut province, &address, "dao", &undo).await.goes_to();
    assert!(province.get(&address).await.page().contains("Chưa nộp"));
    ledger_is_sound(&t).await;
}
on_both!(nobody_waives_an_own_demand_and_a_waiver_names_its_basis);

async fn a_demand_stays_inside_scope_and_sum(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", ""), someone("Phạm Thị Bảy", "")];
    let ids = approved(&t, SON_KIM, "HN", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..1]).await;
    let mut district = t.sign_in("h439").await;
    for wrong in ["1.500.001", "-1", "0", "abc", ""] {
        let answer = demand(&mut district, ids[0], wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.body.contains("210/QĐ-UBND"), "typed input stays");
    }
    let unpaid = demand(&mut district, ids[1], "1.000").await;
    assert!(unpaid.body.contains("không còn số tiền đã chi"), "{}", unpaid.body);
    assert!(clerk.get(&format!("/thu-hoi/moi?khoan={}", ids[0])).await.status.is_client_error());
    let address = demand(&mut district, ids[0], "1.500.000").await.goes_to();
    let mut far = t.sign_in("h436").await;
    assert_eq!(far.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(t.number("SELECT COUNT(*) FROM recoveries").await, 1);
    let mut stranger = t.sign_in("x18172").await;
    assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND);
    ledger_is_sound(&t).await;
}
on_both!(a_demand_stays_inside_scope_and_sum);
