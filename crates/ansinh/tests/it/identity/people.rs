//! Officers, supervisors, and passwords given by the unit above.

use axum::http::StatusCode;

use crate::on_both;
use crate::payments::fixture::account as account_id;
use crate::relief::people::{hidden, put_one};
use crate::support::{Answer, Client, PASSWORD, TestApp};

/// The one-time password on a slip.
pub fn password_on(slip: &str) -> String {
    let rest = slip.split("Mật khẩu dùng một lần</dt>").nth(1).unwrap();
    rest.split("ma\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Signs in with a one-time password and sets her own.
pub async fn first_sign_in(t: &TestApp, username: &str, one_time: &str) -> Client {
    let mut client = t.visitor();
    let fields = [("ten_dang_nhap", username), ("mat_khau", one_time)];
    client.post("/dang-nhap", &fields).await.goes_to();
    client.get("/doi-mat-khau").await.page();
    let fields = [("mat_khau_cu", one_time), ("mat_khau_moi", PASSWORD), ("nhap_lai", PASSWORD)];
    client.post("/doi-mat-khau", &fields).await.goes_to();
    client
}

/// The page of a new account of `kind` (`can-bo`, `giam-sat`), filled in and sent.
pub async fn add(holder: &mut Client, kind: &str, name: &str, username: &str) -> Answer {
    let address = format!("/tai-khoan/{kind}");
    let page = holder.get(&address).await.page();
    let issue = hidden(&page, "ma_viec");
    let place = page.split("name=\"don_vi\"").nth(1).map_or("", |rest| {
        rest.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap()
    });
    let fields = [
        ("ma_viec", issue.as_str()),
        ("don_vi", place),
        ("to_chuc", "Ủy ban Mặt trận Tổ quốc"),
        ("ho_ten", name),
        ("ten_dang_nhap", username),
    ];
    holder.post(&address, &fields).await
}

/// A new supervisor with the unit of `holder`, signed in.
pub async fn supervisor(t: &TestApp, holder: &str, username: &str) -> Client {
    let mut unit = t.sign_in(holder).await;
    let slip = add(&mut unit, "giam-sat", "Lê Văn Soát", username).await.page();
    first_sign_in(t, username, &password_on(&slip)).await
}

async fn a_supervisor_sees_her_area_masked_and_is_offered_nothing_to_do(t: TestApp) {
    let list = put_one(&t, "18196", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let mut watcher = supervisor(&t, "x18196", "mattran.sk").await;
    let mut at = watcher.get("/viec").await.goes_to();
    assert_eq!(at, "/don-doc");
    // However long the way: a page of her own, not a circle.
    let page = loop {
        let answer = watcher.get(&at).await;
        if answer.location.is_empty() {
            break answer.page();
        }
        assert_ne!(answer.location, at);
        at = answer.location;
    };
    assert!(at == "/don-doc/18196" && page.contains("Sơn Kim 1"), "{at}: {page}");
    assert!(!page.contains("Việc hôm nay</a>") && page.contains("href=\"/nhat-ky\""), "{page}");
    let page = watcher.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Trần Thị Hường") && page.contains("042******817"), "{page}");
    assert!(!page.contains("/lam/niem-yet"), "no button: {page}");
    assert!(!page.contains("href=\"/nhap-lieu\""), "nothing in the menu that is closed: {page}");
    let entry = page.split("/danh-sach/dong/").nth(1).unwrap().split('"').next().unwrap();
    let page = watcher.get(&format!("/danh-sach/dong/{entry}")).await.page();
    assert!(page.contains("042******817") && !page.contains("042154003817"), "{page}");
    assert!(!page.contains("/loai"), "{page}");
    assert_eq!(
        t.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'").await,
        0
    );
    let refused =
        watcher.post(&format!("/danh-sach/{list}/lam/niem-yet"), &[("phien_ban", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("chỉ xem"), "{}", refused.body);
    let mut elsewhere = supervisor(&t, "x18172", "mattran.st").await;
    assert_eq!(elsewhere.get(&format!("/danh-sach/{list}")).await.status, StatusCode::NOT_FOUND);
}
on_both!(a_supervisor_sees_her_area_masked_and_is_offered_nothing_to_do);

async fn a_supervisor_is_made_with_a_unit_below_and_disabled_from_there_or_above(t: TestApp) {
    let mut district = t.sign_in("h439").await;
    let page = district.get("/tai-khoan/giam-sat").await.page();
    let issue = hidden(&page, "ma_viec");
    let commune = page.split("Xã Sơn Kim 1").next().unwrap();
    let commune = commune.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("ma_viec", issue.as_str()),
        ("don_vi", &commune),
        ("to_chuc", "Hội Phụ nữ xã Sơn Kim 1"),
        ("ho_ten", "Phan Thị Lài"),
        ("ten_dang_nhap", "phunu.sk"),
    ];
    let slip = district.post("/tai-khoan/giam-sat", &fields).await.page();
    let mut watcher = first_sign_in(&t, "phunu.sk", &password_on(&slip)).await;
    assert!(watcher.get("/bao-cao").await.page().contains("Hội Phụ nữ xã Sơn Kim 1"));

    // The commune she sits with, the district and the province manage her; others do not know her.
    let id = account_id(&t, "phunu.sk").await;
    for (name, knows) in
        [("x18196", true), ("h439", true), ("tinh42", true), ("x18172", false), ("h446", false)]
    {
        let status = t.sign_in(name).await.get(&format!("/tai-khoan/nguoi/{id}")).await.status;
        assert_eq!(status == StatusCode::OK, knows, "{name}: {status}");
    }
    let mut clerk = t.sign_in("x18196").await;
    clerk.get(&format!("/tai-khoan/nguoi/{id}")).await.page();
    clerk.post(&format!("/tai-khoan/nguoi/{id}/ngung"), &[]).await.goes_to();
    assert!(watcher.get("/bao-cao").await.goes_to().starts_with("/dang-nhap"), "at once");
    let again = clerk.post(&format!("/tai-khoan/nguoi/{id}/ngung"), &[]).await;
    assert!(again.body.contains("đã ngừng từ trước"), "{}", again.body);
    let out = t
        .visitor()
        .post("/dang-nhap", &[("ten_dang_nhap", "phunu.sk"), ("mat_khau", PASSWORD)])
        .await;
    assert_eq!(out.status, StatusCode::UNPROCESSABLE_ENTITY);
}
on_both!(a_supervisor_is_made_with_a_unit_below_and_disabled_from_there_or_above);

async fn a_wrong_form_keeps_what_was_typed_and_makes_nobody(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let before = t.number("SELECT COUNT(*) FROM accounts").await;
    let wrong = add(&mut clerk, "giam-sat", "Lê Văn Soát", "X18196 ").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"Lê Văn Soát\""), "{}", wrong.body);
    assert!(wrong.body.contains("dành cho tài khoản chung"), "{}", wrong.body);
    for hostile in ["a\0bcd", "<b>hoa</b>", "hoa'; --", &"a".repeat(5_000)] {
        let wrong = add(&mut clerk, "can-bo", hostile, hostile).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{hostile}");
    }
    // A unit of another area as the place: as if it did not exist.
    let page = clerk.get("/tai-khoan/giam-sat").await.page();
    let issue = hidden(&page, "ma_viec");
    let other = account_id(&t, "x18172").await.to_string();
    let fields = [
        ("ma_viec", issue.as_str()),
        ("don_vi", &other),
        ("to_chuc", "Hội Cựu chiến binh"),
        ("ho_ten", "Lê Văn Soát"),
        ("ten_dang_nhap", "soat.le"),
    ];
    let answer = clerk.post("/tai-khoan/giam-sat", &fields).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(t.number("SELECT COUNT(*) FROM accounts").await, before);
}
on_both!(a_wrong_form_keeps_what_was_typed_and_makes_nobody);
