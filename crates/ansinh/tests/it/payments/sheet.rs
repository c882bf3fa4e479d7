//! The sheet of a hamlet: ticked, looked over, recorded; twice sent, once written.

use axum::http::StatusCode;
use uuid::Uuid;

use super::fixture::*;
use crate::on_both;
use crate::support::{Answer, Client, TestApp};

const SHEET: &str = "/chi-tra/phieu?thon=Th%C3%B4n%20B%E1%BA%AFc%20H%C3%A0";

/// Posts the sheet's rows with what was typed.
async fn post(
    clerk: &mut Client,
    tokens: &[String],
    step: &str,
    typed: &[(String, &str)],
) -> Answer {
    let mut fields: Vec<(&str, &str)> = tokens.iter().map(|one| ("khoan", one.as_str())).collect();
    fields.extend([("thon", "Thôn Bắc Hà"), ("kenh", "cash"), ("buoc", step)]);
    fields.extend(typed.iter().map(|(name, value)| (name.as_str(), *value)));
    clerk.post("/chi-tra/phieu", &fields).await
}

fn tick(ids: &[String]) -> Vec<(String, &str)> {
    ids.iter().map(|id| ("chi".to_owned(), id.as_str())).collect()
}

async fn three(t: &TestApp) -> Vec<String> {
    let people = [
        someone("Hồ Thanh Bình", "185113376"),
        someone("Phạm Thị Bảy", "042182020884"),
        someone("Hồ Đình Danh", "024260911"),
    ];
    let ids = approved(t, SON_KIM, "NCC", &people).await;
    ids.iter().map(Uuid::to_string).collect()
}

async fn a_hamlet_is_paid_from_one_sheet_with_exceptions_and_a_proxy(t: TestApp) {
    let ids = three(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    let choice = clerk.get("/chi-tra/phieu").await.page();
    assert!(choice.contains("Thôn Bắc Hà") && choice.contains("1 thôn"), "{choice}");
    let sheet = clerk.get(SHEET).await.page();
    assert!(sheet.contains("3 khoản, 4.500.000 đồng"), "{sheet}");
    let rows = tokens(&sheet);
    assert_eq!(rows.len(), 3);
    let mut typed = tick(&ids[..2]);
    let proxy = [("tn", "Hồ Thị Na"), ("qh", "con"), ("gt", "UQ 12/2020"), ("ng", "14/5/2020")];
    typed.extend(proxy.map(|(field, value)| (format!("{field}_{}", ids[1]), value)));
    typed.push((format!("ld_{}", ids[2]), "dead"));
    let look = post(&mut clerk, &rows, "xem", &typed).await.page();
    assert!(look.contains("Sắp ghi 2 khoản đã chi, 1 khoản không chi được"), "{look}");
    assert!(look.contains("Ba triệu đồng") && look.contains("đã chết"), "{look}");
    assert!(look.contains("nhận thay Hồ Thị Na (con), UQ 12/2020, 14/5/2020"), "{look}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0, "nothing yet");
    assert_eq!(tokens(&look), rows, "the acts stay the same");
    let done = post(&mut clerk, &rows, "ghi", &typed).await.page();
    assert!(done.contains("Đã ghi 2 khoản đã chi, 1 khoản không chi được"), "{done}");
    assert!(done.contains("không còn khoản nào chờ chi"), "{done}");
    let again = post(&mut clerk, &rows, "ghi", &typed).await.page();
    assert!(again.contains("3 khoản đã ghi từ trước"), "{again}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 3);
    let proxies = "SELECT COUNT(*) FROM payment_entries WHERE proxy_relation = 'con'
        AND proxy_day = '2020-05-14' AND proxy_paper = 'UQ 12/2020'";
    assert_eq!(t.number(proxies).await, 1);
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[1])).await.page();
    assert!(ledger.contains("Hồ Thị Na (con, UQ 12/2020, ngày 14/5/2020)"), "{ledger}");
    ledger_is_sound(&t).await;
}
on_both!(a_hamlet_is_paid_from_one_sheet_with_exceptions_and_a_proxy);

async fn who_comes_second_sees_what_changed_and_keeps_what_was_typed(t: TestApp) {
    let ids = three(&t).await;
    let mut here = t.sign_in("x18196").await;
    let mut there = t.sign_in("x18196").await;
    let rows = tokens(&here.get(SHEET).await.page());
    let first: Vec<Uuid> = vec![ids[0].parse().unwrap()];
    pay(&mut there, &first).await;
    let mut typed = tick(&ids);
    typed.push((format!("gc_{}", ids[0]), "đã ký sổ giấy"));
    let words =
        "đã chi 1.500.000 đồng (tiền mặt), ngày chi 15/5/2020, Xã Sơn Kim 1 ghi lúc 8 giờ 00";
    let look = post(&mut here, &rows, "xem", &typed).await.page();
    assert!(look.contains("1 khoản đã có người khác ghi") && look.contains(words), "{look}");
    let done = post(&mut here, &rows, "ghi", &typed).await.page();
    assert!(done.contains("Đã ghi 2 khoản đã chi"), "{done}");
    assert!(done.contains("1 khoản không ghi được") && done.contains(words), "{done}");
    assert!(done.contains("đã ký sổ giấy"), "what was typed is not lost: {done}");
    let again = post(&mut here, &tokens(&done), "sua", &typed).await.page();
    assert!(again.contains("Đã thay đổi") && again.contains(words), "{again}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 3);
    ledger_is_sound(&t).await;
}
on_both!(who_comes_second_sees_what_changed_and_keeps_what_was_typed);

async fn a_wrong_sheet_is_shown_again_as_typed_and_writes_nothing(t: TestApp) {
    let ids = three(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    let rows = tokens(&clerk.get(SHEET).await.page());
    let field = |name: &str, at: usize| format!("{name}_{}", ids[at]);
    let wrong: Vec<(Vec<(String, &str)>, &str)> = vec![
        (vec![], "Chưa đánh dấu ai"),
        (
            [tick(&ids[..1]), vec![(field("ld", 0), "dead")]].concat(),
            "vừa đánh dấu đã chi vừa chọn lý do",
        ),
        (vec![(field("ld", 1), "other")], "lý do khác thì ghi rõ"),
        ([tick(&ids[..1]), vec![(field("tn", 0), "Hồ Thị Na")]].concat(), "thiếu quan hệ"),
        ([tick(&ids[..1]), vec![("ngay".to_owned(), "31/2/2020")]].concat(), "không đọc được"),
        ([tick(&ids[..1]), vec![("ngay".to_owned(), "16/5/2020")]].concat(), "tương lai"),
        (vec![(field("ld", 1), "x\0y")], "chọn một lý do"),
    ];
    for (typed, words) in wrong {
        for step in ["xem", "ghi"] {
            let answer = post(&mut clerk, &rows, step, &typed).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
            assert_eq!(tokens(&answer.body), rows);
        }
    }
    let kept = [tick(&ids[..1]), vec![(field("tn", 0), "Hồ Thị Na")]].concat();
    let answer = post(&mut clerk, &rows, "ghi", &kept).await;
    assert!(answer.body.contains("value=\"Hồ Thị Na\""), "{}", answer.body);
    for bad in ["", "x", "1.2.3"] {
        let answer = post(&mut clerk, &[bad.to_owned()], "ghi", &[]).await;
        assert!(answer.status.is_client_error(), "{bad}: {}", answer.status);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(a_wrong_sheet_is_shown_again_as_typed_and_writes_nothing);

async fn a_sheet_of_another_commune_is_not_there(t: TestApp) {
    let ids = three(&t).await;
    let mut own = t.sign_in("x18196").await;
    let rows = tokens(&own.get(SHEET).await.page());
    let mut other = t.sign_in("x18172").await;
    other.get("/doi-mat-khau").await.page();
    for step in ["xem", "sua", "ghi"] {
        let answer = post(&mut other, &rows, step, &tick(&ids)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
    }
    let mut district = t.sign_in("h439").await;
    assert!(district.get("/chi-tra/phieu").await.status.is_client_error());
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(a_sheet_of_another_commune_is_not_there);

async fn three_hundred_rows_stand_on_one_sheet(t: TestApp) {
    let people: Vec<Someone> = (0..301).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let sheet = clerk.get(SHEET).await.page();
    assert!(sheet.contains("còn nhiều khoản hơn một phiếu"), "the 301st waits");
    let rows = tokens(&sheet);
    assert_eq!(rows.len(), 300);
    let ticked: Vec<String> =
        rows.iter().map(|row| row.split('.').next().unwrap().into()).collect();
    let done = post(&mut clerk, &rows, "ghi", &tick(&ticked)).await.page();
    assert!(done.contains("Đã ghi 300 khoản đã chi") && done.contains("Còn <b>1</b>"), "{done}");
    let paid = i64::try_from(ids.len() - 1).unwrap() * 1_500_000;
    let sum = "SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements";
    assert_eq!(t.number(sum).await, paid);
    ledger_is_sound(&t).await;
}
on_both!(three_hundred_rows_stand_on_one_sheet);
