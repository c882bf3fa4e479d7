//! Codes from a telephone at the province.

use ansinh::identity::{reset_code, totp_code, totp_secret_of, totp_step};
use axum::http::StatusCode;
use chrono::Duration;

use crate::on_both;
use crate::relief::people::hidden;
use crate::support::{Answer, Client, PASSWORD, TestApp};

fn code(t: &TestApp, secret: &str, off: i64) -> String {
    let secret = totp_secret_of(secret).unwrap();
    totp_code(&secret, totp_step(t.app.clock.now()) + off).unwrap()
}

/// Sets codes up for tinh42; the secret and the recovery codes.
async fn enrolled(t: &TestApp) -> (String, Vec<String>) {
    let mut chief = t.sign_in("tinh42").await;
    for path in ["/viec", "/bao-cao", "/tai-khoan"] {
        assert_eq!(chief.get(path).await.goes_to(), "/tai-khoan/ma-xac-thuc", "compulsory");
    }
    let page = chief.get("/tai-khoan/ma-xac-thuc").await.page();
    let secret = hidden(&page, "bi_mat");
    assert!(page.contains("<svg") && page.contains(&secret[..4]), "{page}");
    let wrong = [("bi_mat", secret.as_str()), ("ma", "000000")];
    let wrong = chief.post("/tai-khoan/ma-xac-thuc", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(&secret), "the same secret, already in the telephone");
    let typed = code(t, &secret, 0);
    let fields = [("bi_mat", secret.as_str()), ("ma", typed.as_str())];
    let page = chief.post("/tai-khoan/ma-xac-thuc", &fields).await.page();
    let recovery: Vec<String> = page
        .split("<li class=\"ma\">")
        .skip(1)
        .map(|part| part.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(recovery.len(), 10, "{page}");
    chief.get("/quyet-dinh").await.page();
    let again = chief.post("/tai-khoan/ma-xac-thuc", &fields).await;
    assert!(again.body.contains("đã có mã xác thực"), "{}", again.body);
    (secret, recovery)
}

/// A browser that has given the right password and waits for the code.
async fn half(t: &TestApp) -> Client {
    let mut client = t.visitor();
    let fields = [("ten_dang_nhap", "tinh42"), ("mat_khau", PASSWORD), ("tiep", "/bao-cao")];
    let to = client.post("/dang-nhap", &fields).await.goes_to();
    assert_eq!(to, "/dang-nhap/ma?tiep=/bao-cao");
    client.get(&to).await.page();
    client
}

async fn give(client: &mut Client, typed: &str) -> Answer {
    client.post("/dang-nhap/ma", &[("ma", typed), ("tiep", "/bao-cao")]).await
}

async fn the_province_signs_in_with_a_code_that_counts_once(t: TestApp) {
    let t = t.with_second_factor();
    let (secret, _) = enrolled(&t).await;
    let mut chief = half(&t).await;
    for path in ["/viec", "/tai-khoan/ma-xac-thuc", "/tai-khoan/phien"] {
        let to = chief.get(path).await.goes_to();
        assert!(to.starts_with("/dang-nhap?"), "the password alone opens nothing: {to}");
    }
    let used = give(&mut chief, &code(&t, &secret, 0)).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "used when it was set up");
    t.pass(Duration::seconds(31));
    let typed = code(&t, &secret, 0);
    assert_eq!(give(&mut chief, &typed).await.goes_to(), "/bao-cao");
    chief.get("/bao-cao").await.page();
    let mut replay = half(&t).await;
    assert_eq!(give(&mut replay, &typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A commune is not asked for one.
    t.sign_in("x18196").await.get("/danh-sach").await.page();
}
on_both!(the_province_signs_in_with_a_code_that_counts_once);

async fn two_browsers_with_one_code_at_the_same_instant(t: TestApp) {
    let t = t.with_second_factor();
    let (secret, recovery) = enrolled(&t).await;
    for round in 0..5 {
        t.pass(Duration::seconds(90));
        let (mut a, mut b) = (half(&t).await, half(&t).await);
        let typed = if round == 4 { recovery[0].clone() } else { code(&t, &secret, 0) };
        let (one, two) = tokio::join!(give(&mut a, &typed), give(&mut b, &typed));
        let entered = [&one, &two].iter().filter(|x| x.status == StatusCode::SEE_OTHER).count();
        assert_eq!(entered, 1, "round {round}: {} {}", one.status, two.status);
    }
}
on_both!(two_browsers_with_one_code_at_the_same_instant);

async fn wrong_codes_and_wrong_passwords_lock_together(t: TestApp) {
    let t = t.with_second_factor();
    let (secret, _) = enrolled(&t).await;
    t.pass(Duration::seconds(90));
    // The right password between guesses wipes nothing out.
    let mut chief = half(&t).await;
    for typed in ["111111", "a\0", "9".repeat(4_000).as_str()] {
        assert_eq!(give(&mut chief, typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut chief = half(&t).await;
    give(&mut chief, "222222").await;
    let mut chief = half(&t).await;
    let locked = give(&mut chief, "333333").await;
    assert!(locked.body.contains("tạm khóa"), "{}", locked.body);
    assert_eq!(give(&mut chief, &code(&t, &secret, 0)).await.goes_to(), "/dang-nhap");
    let right = [("ten_dang_nhap", "tinh42"), ("mat_khau", PASSWORD)];
    assert!(t.visitor().post("/dang-nhap", &right).await.body.contains("đang khóa"));
    t.pass(Duration::minutes(16));
    let mut chief = half(&t).await;
    give(&mut chief, &code(&t, &secret, 1)).await.goes_to();
}
on_both!(wrong_codes_and_wrong_passwords_lock_together);

async fn a_lost_telephone_is_replaced_by_the_operator(t: TestApp) {
    let t = t.with_second_factor();
    let (_, recovery) = enrolled(&t).await;
    let mut chief = half(&t).await;
    give(&mut chief, &recovery[1].to_uppercase()).await.goes_to();
    assert!(chief.get("/tai-khoan/ma-xac-thuc").await.page().contains("Còn 9 mã dự phòng"));
    reset_code(&t.app.db, "tinh42", t.app.clock.now()).await.unwrap();
    assert!(chief.get("/viec").await.goes_to().starts_with("/dang-nhap"));
    assert!(reset_code(&t.app.db, "tinh42", t.app.clock.now()).await.is_err());
    let off = "SELECT COUNT(*) FROM audit_entries WHERE action = 'account.code_off'";
    assert_eq!(t.number(off).await, 1);
    t.pass(Duration::minutes(2));
    enrolled(&t).await;
}
on_both!(a_lost_telephone_is_replaced_by_the_operator);
