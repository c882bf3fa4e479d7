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

/// The secret of tinh42 as it stands in the database.
async fn stored(t: &TestApp) -> Vec<u8> {
    use ansinh::database::Sql;
    #[derive(sea_orm::FromQueryResult)]
    struct Secret {
        totp_secret: Vec<u8>,
    }
    let sql = "SELECT totp_secret FROM accounts WHERE username = 'tinh42'";
    t.app.db.read().row::<Secret>(sql, vec![]).await.unwrap().unwrap().totp_secret
}

async fn secrets_stand_sealed_and_bare_ones_are_sealed_at_their_next_use(t: TestApp) {
    use ansinh::database::Sql;
    let t = t.with_second_factor();
    let (secret, _) = enrolled(&t).await;
    let bare = totp_secret_of(&secret).unwrap();
    let sealed = stored(&t).await;
    assert!(sealed.len() == 49 && !sealed.windows(20).any(|part| part == bare), "{sealed:?}");
    let key = t.app.config.key_file.clone().unwrap();
    assert_eq!(std::fs::read_to_string(&key).unwrap().trim().len(), 64);
    // As an older version left it.
    let sql = "UPDATE accounts SET totp_secret = $1 WHERE username = 'tinh42'";
    t.app.db.read().change(sql, vec![bare.to_vec().into()]).await.unwrap();
    t.pass(Duration::seconds(60));
    let typed = code(&t, &secret, 0);
    assert_eq!(give(&mut half(&t).await, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(stored(&t).await, bare, "a wrong code changes nothing");
    assert_eq!(give(&mut half(&t).await, &typed).await.goes_to(), "/bao-cao");
    assert_eq!(stored(&t).await.len(), 49, "sealed now");
    t.pass(Duration::seconds(60));
    assert_eq!(give(&mut half(&t).await, &code(&t, &secret, 0)).await.goes_to(), "/bao-cao");
    // A secret under another account's name opens nothing.
    let sql = "UPDATE accounts SET totp_secret = (SELECT s.totp_secret FROM accounts s
        WHERE s.username = 'tinh42'), totp_confirmed_at = created_at WHERE username = 'tinh42b'";
    if t.app.db.read().change(sql, vec![]).await.unwrap() == 1 {
        let mut other = t.visitor();
        let fields = [("ten_dang_nhap", "tinh42b"), ("mat_khau", PASSWORD)];
        other.post("/dang-nhap", &fields).await.goes_to();
        other.get("/dang-nhap/ma").await.page();
        t.pass(Duration::seconds(60));
        let answer = give(&mut other, &code(&t, &secret, 0)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    }
}
on_both!(secrets_stand_sealed_and_bare_ones_are_sealed_at_their_next_use);

async fn without_the_key_file_recovery_codes_open_and_a_reset_begins_anew(t: TestApp) {
    let t = t.with_second_factor();
    let (secret, recovery) = enrolled(&t).await;
    let key = t.app.config.key_file.clone().unwrap();
    let lost = key.with_extension("lost");
    let t = t.with_key_file(lost.clone());
    t.pass(Duration::seconds(60));
    let mut chief = half(&t).await;
    let refused = give(&mut chief, &code(&t, &secret, 0)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("thiếu tệp khóa"), "{}", refused.body);
    assert!(!lost.exists(), "no new key in the place of a lost one");
    assert_eq!(give(&mut chief, &recovery[0]).await.goes_to(), "/bao-cao");
    for _ in 0..t.app.config.lock_after {
        give(&mut half(&t).await, "111111").await;
    }
    let mut locked = t.visitor();
    let fields = [("ten_dang_nhap", "tinh42"), ("mat_khau", PASSWORD)];
    let answer = locked.post("/dang-nhap", &fields).await;
    assert!(answer.body.contains("đang khóa"), "guesses count: {}", answer.body);
    t.pass(Duration::hours(1));
    reset_code(&t.app.db, "tinh42", t.app.clock.now()).await.unwrap();
    enrolled(&t).await;
    assert!(lost.exists(), "nothing was sealed with the lost one any more");
    // A file that is no key is not overwritten.
    reset_code(&t.app.db, "tinh42", t.app.clock.now()).await.unwrap();
    std::fs::write(&lost, "không phải khóa").unwrap();
    let mut chief = t.sign_in("tinh42").await;
    let page = chief.get("/tai-khoan/ma-xac-thuc").await.page();
    let secret = hidden(&page, "bi_mat");
    let typed = code(&t, &secret, 0);
    let fields = [("bi_mat", secret.as_str()), ("ma", typed.as_str())];
    let answer = chief.post("/tai-khoan/ma-xac-thuc", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("thiếu tệp khóa"), "{}", answer.body);
    assert_eq!(std::fs::read_to_string(&lost).unwrap(), "không phải khóa");
}
on_both!(without_the_key_file_recovery_codes_open_and_a_reset_begins_anew);
