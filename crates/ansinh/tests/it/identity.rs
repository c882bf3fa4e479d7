//! Signing in, locking out, signing out.

mod officers;
pub mod people;
mod second_factor;

use axum::http::StatusCode;
use chrono::Duration;

use crate::on_both;
use crate::support::{PASSWORD, TestApp};

async fn nobody_enters_without_signing_in(t: TestApp) {
    let mut visitor = t.visitor();
    assert_eq!(visitor.get("/doi-mat-khau").await.goes_to(), "/dang-nhap?tiep=/doi-mat-khau");
    let wrong =
        visitor.post("/dang-nhap", &[("ten_dang_nhap", "x18196"), ("mat_khau", "sai")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("không đúng"), "{}", wrong.body);
}
on_both!(nobody_enters_without_signing_in);

async fn five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(t: TestApp) {
    let mut visitor = t.visitor();
    for _ in 0..5 {
        visitor.post("/dang-nhap", &[("ten_dang_nhap", "x18196"), ("mat_khau", "sai")]).await;
    }
    let right = [("ten_dang_nhap", "x18196"), ("mat_khau", PASSWORD)];
    let locked = visitor.post("/dang-nhap", &right).await;
    assert!(locked.body.contains("đang khóa"), "{}", locked.body);
    t.pass(Duration::minutes(16));
    assert_eq!(visitor.post("/dang-nhap", &right).await.status, StatusCode::SEE_OTHER);
}
on_both!(five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour);

async fn a_session_ends_by_signing_out_and_by_idleness(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/doi-mat-khau").await.page();
    t.pass(Duration::minutes(61));
    assert!(clerk.get("/doi-mat-khau").await.goes_to().starts_with("/dang-nhap"));

    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/doi-mat-khau").await.page();
    clerk.post("/dang-xuat", &[]).await.goes_to();
    assert!(clerk.get("/doi-mat-khau").await.goes_to().starts_with("/dang-nhap"));
}
on_both!(a_session_ends_by_signing_out_and_by_idleness);

async fn a_form_without_the_sessions_token_changes_nothing(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/doi-mat-khau").await.page();
    clerk.csrf = "0".repeat(64);
    let fields = [
        ("mat_khau_cu", PASSWORD),
        ("mat_khau_moi", "một mật khẩu khác"),
        ("nhap_lai", "một mật khẩu khác"),
    ];
    assert_eq!(clerk.post("/doi-mat-khau", &fields).await.status, StatusCode::FORBIDDEN);
    t.sign_in("x18196").await;
}
on_both!(a_form_without_the_sessions_token_changes_nothing);

async fn changing_the_password_ends_the_other_sessions(t: TestApp) {
    let mut here = t.sign_in("h439").await;
    let mut elsewhere = t.sign_in("h439").await;
    here.get("/doi-mat-khau").await.page();
    let fields = [
        ("mat_khau_cu", PASSWORD),
        ("mat_khau_moi", "một mật khẩu khác"),
        ("nhap_lai", "một mật khẩu khác"),
    ];
    here.post("/doi-mat-khau", &fields).await.goes_to();
    here.get("/doi-mat-khau").await.page();
    assert!(elsewhere.get("/doi-mat-khau").await.goes_to().starts_with("/dang-nhap"));
}
on_both!(changing_the_password_ends_the_other_sessions);

async fn a_province_has_one_account_a_unit(t: TestApp) {
    assert_eq!(t.number("SELECT COUNT(*) FROM accounts WHERE role = 'commune'").await, 216);
    assert_eq!(t.number("SELECT COUNT(*) FROM accounts WHERE role = 'district'").await, 13);
    assert_eq!(t.number("SELECT COUNT(*) FROM accounts WHERE role = 'province'").await, 2);
}
on_both!(a_province_has_one_account_a_unit);

async fn a_nul_byte_is_an_ordinary_wrong_input(t: TestApp) {
    let mut visitor = t.visitor();
    let answer = visitor.post("/dang-nhap", &[("ten_dang_nhap", "x\0"), ("mat_khau", "sai")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for path in ["/cong-khai/18196?thon=%00", "/tra-cuu?x=%00", "/%00"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Mã tra cứu"), "a page with ways out: {path}");
    }
}
on_both!(a_nul_byte_is_an_ordinary_wrong_input);

async fn guesses_at_the_same_instant_all_count(t: TestApp) {
    let wrong = [("ten_dang_nhap", "h436"), ("mat_khau", "sai")];
    let (mut a, mut b, mut c) = (t.visitor(), t.visitor(), t.visitor());
    let (mut d, mut e) = (t.visitor(), t.visitor());
    tokio::join!(
        a.post("/dang-nhap", &wrong),
        b.post("/dang-nhap", &wrong),
        c.post("/dang-nhap", &wrong),
        d.post("/dang-nhap", &wrong),
        e.post("/dang-nhap", &wrong),
    );
    let right = [("ten_dang_nhap", "h436"), ("mat_khau", PASSWORD)];
    let locked = t.visitor().post("/dang-nhap", &right).await;
    assert!(locked.body.contains("đang khóa"), "{}", locked.body);
}
on_both!(guesses_at_the_same_instant_all_count);

async fn after_a_session_ends_a_posted_form_leads_back_to_the_duties(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/doi-mat-khau").await.page();
    t.pass(Duration::minutes(61));
    assert_eq!(clerk.post("/chi-tra/ghi", &[]).await.goes_to(), "/dang-nhap?tiep=/tiep-tuc");
}
on_both!(after_a_session_ends_a_posted_form_leads_back_to_the_duties);
