//! Named officers under a unit's account; passwords from the unit above; sessions.

use axum::http::StatusCode;
use chrono::Duration;

use super::people::{add, first_sign_in, password_on};
use crate::on_both;
use crate::payments::fixture::account;
use crate::relief::people::{act, hidden, put, put_one, row};
use crate::support::{Client, PASSWORD, TestApp};

/// A new officer of the unit of `holder`, signed in.
async fn named(t: &TestApp, holder: &str, name: &str, username: &str) -> Client {
    let mut unit = t.sign_in(holder).await;
    let slip = add(&mut unit, "can-bo", name, username).await.page();
    first_sign_in(t, username, &password_on(&slip)).await
}

async fn what_an_officer_does_stands_under_her_name(t: TestApp) {
    let list = put_one(&t, "18196", "HN", "Trần Thị Hường", None).await;
    let mut hoa = named(&t, "x18196", "Nguyễn Thị Hoa", "hoa.sk1").await;
    act(&mut hoa, list, "niem-yet").await.goes_to();
    let page = hoa.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Nguyễn Thị Hoa, UBND xã Sơn Kim 1"), "{page}");
    let hers = account(&t, "hoa.sk1").await;
    let row: Option<ByRow> = {
        use ansinh::database::Sql;
        let sql = "SELECT account_id FROM audit_entries WHERE action = 'list.post'";
        t.app.db.read().row(sql, vec![]).await.unwrap()
    };
    assert_eq!(row.unwrap().account_id, hers);
    // An officer manages nobody.
    let refused = hoa.get("/tai-khoan/can-bo").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("không quản lý tài khoản khác"), "{}", refused.body);
}
on_both!(what_an_officer_does_stands_under_her_name);

#[derive(sea_orm::FromQueryResult)]
struct ByRow {
    account_id: uuid::Uuid,
}

async fn a_unit_with_its_officers_is_one_for_four_eyes(t: TestApp) {
    named(&t, "h439", "Lê Văn An", "an.h439").await;
    let mut binh = named(&t, "h439", "Lê Văn Bình", "binh.h439").await;
    let rows = vec![row(&t, "18196", "NCC", "Trần Thị Hường", None, 4)];
    let list = put(&t, "an.h439", rows).await.unwrap().list_ids[0];
    act(&mut binh, list, "niem-yet").await.goes_to();
    t.set_local("2020-05-20T08:00");
    for name in ["h439", "binh.h439"] {
        let mut officer = t.sign_in(name).await;
        if name == "h439" {
            act(&mut officer, list, "gui").await.goes_to();
        }
        let own = act(&mut officer, list, "tham-dinh").await;
        assert!(own.body.contains("không tự thẩm định"), "{name}: {}", own.body);
    }
    let mut province = t.sign_in("tinh42").await;
    act(&mut province, list, "tham-dinh").await.goes_to();
}
on_both!(a_unit_with_its_officers_is_one_for_four_eyes);

async fn a_units_account_can_leave_its_acts_to_its_officers(t: TestApp) {
    let list = put_one(&t, "18196", "HN", "Trần Thị Hường", None).await;
    let mut unit = t.sign_in("x18196").await;
    unit.get("/tai-khoan/can-bo").await.page();
    let early = unit.post("/tai-khoan/can-bo/cach-dung", &[("cach", "quan-ly")]).await;
    assert!(early.body.contains("ít nhất một cán bộ"), "{}", early.body);
    let mut hoa = named(&t, "x18196", "Nguyễn Thị Hoa", "hoa.sk1").await;
    unit.get("/tai-khoan/can-bo").await.page();
    unit.post("/tai-khoan/can-bo/cach-dung", &[("cach", "quan-ly")]).await.goes_to();
    let address = format!("/danh-sach/{list}/lam/niem-yet");
    let refused = unit.post(&address, &[("phien_ban", "1")]).await;
    assert!(refused.body.contains("chỉ quản lý cán bộ"), "{}", refused.body);
    assert!(!unit.get(&format!("/danh-sach/{list}")).await.page().contains("/lam/niem-yet"));
    add(&mut unit, "can-bo", "Phan Văn Lĩnh", "linh.sk1").await.page();
    act(&mut hoa, list, "niem-yet").await.goes_to();
    unit.post("/tai-khoan/can-bo/cach-dung", &[("cach", "lam-viec")]).await.goes_to();
    unit.get("/nhap-lieu").await.page();
}
on_both!(a_units_account_can_leave_its_acts_to_its_officers);

async fn a_disabled_officers_open_session_ends_at_once(t: TestApp) {
    let list = put_one(&t, "18196", "HN", "Trần Thị Hường", None).await;
    let mut hoa = named(&t, "x18196", "Nguyễn Thị Hoa", "hoa.sk1").await;
    let address = format!("/danh-sach/{list}/lam/niem-yet");
    let version = hidden(&hoa.get(&address).await.page(), "phien_ban");
    let id = account(&t, "hoa.sk1").await;
    let mut unit = t.sign_in("x18196").await;
    unit.get(&format!("/tai-khoan/nguoi/{id}")).await.page();
    unit.post(&format!("/tai-khoan/nguoi/{id}/ngung"), &[]).await.goes_to();
    let late = hoa.post(&address, &[("phien_ban", &version)]).await.goes_to();
    assert_eq!(late, "/dang-nhap?tiep=/viec", "and her form is not kept");
    assert_eq!(t.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'list.post'").await, 0);
    unit.post(&format!("/tai-khoan/nguoi/{id}/mo-lai"), &[]).await.goes_to();
    t.sign_in("hoa.sk1").await;
}
on_both!(a_disabled_officers_open_session_ends_at_once);

async fn the_district_resets_a_communes_password_and_the_slip_is_shown_once(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let id = account(&t, "x18196").await;
    let address = format!("/tai-khoan/nguoi/{id}");
    for stranger in ["h446", "x18172", "x18196"] {
        let answer = t.sign_in(stranger).await.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{stranger}");
    }
    let mut district = t.sign_in("h439").await;
    assert!(district.get("/tai-khoan/cap-duoi").await.page().contains("Xã Sơn Kim 1"));
    let page = district.get(&address).await.page();
    assert!(!page.contains("/ngung"), "a unit's account stays in use: {page}");
    let fields = [("ma_viec", hidden(&page, "ma_viec"))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut twin = t.sign_in("h439").await;
    twin.get(&address).await.page();
    let reset = format!("{address}/cap-lai");
    let (a, b) = tokio::join!(district.post(&reset, &fields), twin.post(&reset, &fields));
    let (slip, refused) = if a.status == StatusCode::OK { (a, b) } else { (b, a) };
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "one form, one password");
    assert!(refused.body.contains("phiếu chỉ hiện một lần"), "{}", refused.body);
    let one_time = password_on(&slip.page());
    assert!(clerk.get("/danh-sach").await.goes_to().starts_with("/dang-nhap"), "ended at once");
    let old = [("ten_dang_nhap", "x18196"), ("mat_khau", PASSWORD)];
    let old = t.visitor().post("/dang-nhap", &old).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut clerk = t.visitor();
    let fields = [("ten_dang_nhap", "x18196"), ("mat_khau", one_time.as_str())];
    clerk.post("/dang-nhap", &fields).await.goes_to();
    assert_eq!(clerk.get("/danh-sach").await.goes_to(), "/doi-mat-khau");
    let resets = "SELECT COUNT(*) FROM audit_entries WHERE action = 'account.reset'";
    assert_eq!(t.number(resets).await, 1);
}
on_both!(the_district_resets_a_communes_password_and_the_slip_is_shown_once);

async fn sessions_are_listed_and_ended_one_by_one_or_all_others(t: TestApp) {
    let mut here = t.sign_in("x18196").await;
    let mut there = t.sign_in("x18196").await;
    let mut third = t.sign_in("x18196").await;
    let mut other = t.sign_in("x18172").await;
    let foreign = hidden(&other.get("/tai-khoan/phien").await.page(), "phien");
    let page = here.get("/tai-khoan/phien").await.page();
    assert!(page.contains("3 phiên đang đăng nhập") && page.contains("(phiên này)"), "{page}");
    // Another account's session cannot be ended from here.
    here.post("/tai-khoan/phien", &[("phien", &foreign)]).await.goes_to();
    other.get("/tai-khoan").await.page();
    let id = hidden(&there.get("/tai-khoan/phien").await.page(), "phien");
    assert_eq!(id.len(), 64, "{id}");
    here.post("/tai-khoan/phien", &[("phien", "khac")]).await.goes_to();
    assert!(there.get("/tai-khoan").await.goes_to().starts_with("/dang-nhap"));
    assert!(third.get("/tai-khoan").await.goes_to().starts_with("/dang-nhap"));
    let page = here.get("/tai-khoan/phien").await.page();
    assert!(page.contains("1 phiên đang đăng nhập"), "{page}");
    let own = hidden(&page, "phien");
    assert_eq!(here.post("/tai-khoan/phien", &[("phien", &own)]).await.goes_to(), "/");
    assert!(here.get("/tai-khoan").await.goes_to().starts_with("/dang-nhap"));
}
on_both!(sessions_are_listed_and_ended_one_by_one_or_all_others);

/// A filled form of a row, sent after an hour at lunch.
async fn late_form(t: &TestApp, clerk: &mut Client) -> String {
    let list = put_one(t, "18196", "HN", "Trần Thị Hường", None).await;
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    let entry = page.split("/danh-sach/dong/").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("/danh-sach/dong/{entry}/loai");
    clerk.get(&address).await.page();
    t.pass(Duration::minutes(61));
    address
}

async fn a_form_sent_after_the_sessions_end_is_recovered(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let address = late_form(&t, &mut clerk).await;
    let reason = "Đã chuyển đi \"nơi khác\" & <chưa về>";
    let to = clerk.post(&address, &[("ly_do", reason)]).await.goes_to();
    assert_eq!(to, "/dang-nhap?tiep=/tiep-tuc");
    assert!(clerk.get(&to).await.page().contains("được giữ lại 30 phút"));
    let fields = [("ten_dang_nhap", "x18196"), ("mat_khau", PASSWORD), ("tiep", "/tiep-tuc")];
    assert_eq!(clerk.post("/dang-nhap", &fields).await.goes_to(), "/tiep-tuc");
    let page = clerk.get("/tiep-tuc").await.page();
    assert!(page.contains(&format!("action=\"{address}\"")), "{page}");
    assert!(page.contains("Đã chuyển đi") && !page.contains("<chưa về>"), "escaped: {page}");
    let excluded = "SELECT COUNT(*) FROM list_entries WHERE state = 'excluded'";
    assert_eq!(t.number(excluded).await, 0, "nothing is done before she sends it");
    clerk.post(&address, &[("ly_do", reason)]).await.goes_to();
    assert_eq!(t.number(excluded).await, 1);
}
on_both!(a_form_sent_after_the_sessions_end_is_recovered);

async fn an_upload_sent_after_the_sessions_end_says_which_file_to_choose_again(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/nhap-lieu").await.page();
    t.pass(Duration::minutes(61));
    let name = "DS hộ nghèo <Sơn Kim>.xlsx";
    let large = vec![b'x'; 3_000_000];
    let to = clerk.upload("/nhap-lieu", &[], "tep", name, &large).await.goes_to();
    assert_eq!(to, "/dang-nhap?tiep=/tiep-tuc");
    let fields = [("ten_dang_nhap", "x18196"), ("mat_khau", PASSWORD), ("tiep", "/tiep-tuc")];
    assert_eq!(clerk.post("/dang-nhap", &fields).await.goes_to(), "/tiep-tuc");
    let page = clerk.get("/tiep-tuc").await.page();
    assert!(page.contains("Chọn lại tệp rồi gửi tiếp") && page.contains("Tệp danh sách"), "{page}");
    assert!(page.contains("DS hộ nghèo") && !page.contains("<Sơn Kim>"), "escaped: {page}");
    assert!(page.contains("action=\"/nhap-lieu\" enctype=\"multipart/form-data\""), "{page}");
    assert!(page.contains("type=\"file\"") && page.contains("name=\"tep\""), "{page}");
    let again = clerk.upload("/nhap-lieu", &[], "tep", "x.xlsx", b"not a workbook").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "her new session takes it");
    // A stranger, a forged token and a session ended on purpose are told to sign in, no more.
    t.pass(Duration::minutes(61));
    let right = std::mem::replace(&mut clerk.csrf, "0".repeat(64));
    let forged = clerk.upload("/nhap-lieu", &[], "tep", name, &large).await.goes_to();
    assert_eq!(forged, "/dang-nhap?tiep=/nhap-lieu");
    clerk.csrf = "x".repeat(5_000);
    let long = clerk.upload("/nhap-lieu", &[], "tep", name, &large).await.goes_to();
    assert_eq!(long, "/dang-nhap?tiep=/nhap-lieu");
    clerk.csrf = right;
    let stranger = t.visitor().upload("/nhap-lieu", &[], "tep", name, b"x").await.goes_to();
    assert_eq!(stranger, "/dang-nhap?tiep=/nhap-lieu");
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_files").await, 0);
}
on_both!(an_upload_sent_after_the_sessions_end_says_which_file_to_choose_again);

async fn a_kept_form_comes_back_to_its_own_account_only_and_not_for_ever(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let address = late_form(&t, &mut clerk).await;
    clerk.post(&address, &[("ly_do", "Đã chuyển đi nơi khác")]).await.goes_to();
    for (name, sees) in [("x18172", false), ("x18196", true)] {
        let fields = [("ten_dang_nhap", name), ("mat_khau", PASSWORD)];
        clerk.post("/dang-nhap", &fields).await.goes_to();
        let page = clerk.get("/tiep-tuc").await.page();
        assert_eq!(page.contains("Đã chuyển đi"), sees, "{name}: {page}");
    }
    t.pass(Duration::minutes(31));
    assert!(!clerk.get("/tiep-tuc").await.page().contains("Đã chuyển đi"));
    // A forged token keeps nothing, passwords are never kept.
    t.pass(Duration::minutes(61));
    let right = std::mem::replace(&mut clerk.csrf, "0".repeat(64));
    let forged = clerk.post(&address, &[("ly_do", "x")]).await.goes_to();
    assert_eq!(forged, "/dang-nhap?tiep=/viec");
    clerk.csrf = right;
    let secret = clerk.post("/doi-mat-khau", &[("mat_khau_moi", "bí mật")]).await.goes_to();
    assert_eq!(secret, "/dang-nhap?tiep=/viec");
    assert_eq!(t.number("SELECT COUNT(*) FROM kept_forms").await, 1);
}
on_both!(a_kept_form_comes_back_to_its_own_account_only_and_not_for_ever);
