//! A payment contested by the one whose it is.

use axum::http::StatusCode;
use sea_orm::Value;

use ansinh::database::Sql;
use ansinh::transparency::publish_closed;

use super::{ask, code_of, deed, first_of, track};
use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp};
use crate::transparency::{checked, of_commune};

const NUMBER: &str = "042154000017";

/// A paid person of Sơn Kim 1 and the sealed row of her look-up.
async fn paid_and_looked_up(t: &TestApp, citizen: &mut Client) -> (uuid::Uuid, String) {
    let ids = approved(t, SON_KIM, "HN", &[someone("Hồ Thị Thắm", NUMBER)]).await;
    let posted = "UPDATE beneficiary_lists SET posting_ends_on = $1 WHERE state = 'approved'";
    let day: Value = chrono::NaiveDate::from_ymd_opt(2020, 5, 14).into();
    t.app.db.read().change(posted, vec![day]).await.unwrap();
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let facts = [("so_giay_to", NUMBER), ("ngay_sinh", "1964")];
    let page = citizen.post("/tra-cuu/ket-qua", &facts).await.page();
    assert!(page.contains("Tôi chưa nhận được tiền này"), "{page}");
    (ids[0], values(&page, "ho_so")[0].clone())
}

async fn complaint(citizen: &mut Client, token: &str) -> String {
    let form = citizen.post("/hoi-dap/khoan-chi", &[("ho_so", token)]).await.page();
    assert!(form.contains("ghi đã chi 1.500.000 đồng ngày 15/5/2020"), "{form}");
    assert!(!form.contains(NUMBER) && !form.contains("name=\"loai\""), "{form}");
    let secret = values(&form, "phieu")[0].clone();
    let text = "Trang tra cứu ghi đã chi nhưng tôi chưa nhận được khoản tiền này.";
    assert!(form.contains(text), "{form}");
    let fields = [("phieu", secret.as_str()), ("ho_so", token), ("noi_dung", text)];
    code_of(&citizen.post("/hoi-dap/gui", &fields).await.page())
}

async fn paid_though_she_got_nothing(t: TestApp) {
    let mut citizen = t.visitor();
    let (claim, token) = paid_and_looked_up(&t, &mut citizen).await;
    let code = complaint(&mut citizen, &token).await;
    // The commune that paid finds it among today's duties and on the payment itself.
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let ledger = clerk.get(&format!("/chi-tra/{claim}")).await.page();
    assert!(
        ledger.contains("Đang có khiếu nại về khoản này") && ledger.contains(&address),
        "{ledger}"
    );
    let page = clerk.get(&address).await.page();
    assert!(page.contains("Hồ Thị Thắm") && page.contains(&format!("/chi-tra/{claim}")), "{page}");
    assert!(!page.contains("/dong\""), "the commune does not end it alone: {page}");
    // The district sees it from the first moment, and does not answer in the commune's place.
    let mut district = t.sign_in("h439").await;
    let seen = district.get("/y-kien?loc=khu-vuc").await.page();
    assert!(seen.contains(&address), "{seen}");
    deed(&mut clerk, &address, "thu-ly", &[]).await.goes_to();
    let taken = track(&mut citizen, &code).await.page();
    assert!(taken.contains("Đã nhận, đang giải quyết") && taken.contains("15/6/2020"), "{taken}");
    // The money is put right first, then answered.
    reverse(&mut clerk, claim, "trưởng thôn ký nhận thay mà chưa trao").await.goes_to();
    let answer = [("tra_loi", "Xã đã ghi nhầm; bút toán đã được đảo, mời bà đến nhận ngày 18/5.")];
    deed(&mut clerk, &address, "tra-loi", &answer).await.goes_to();
    let waiting = track(&mut citizen, &code).await.page();
    assert!(waiting.contains("UBND huyện Hương Sơn đang xác nhận"), "{waiting}");
    assert!(
        !waiting.contains("bút toán đã được đảo"),
        "not before the district says so: {waiting}"
    );
    let own = clerk.get("/y-kien").await.page();
    assert!(own.contains("Không có phiếu nào"), "{own}");
    assert!(district.get("/viec").await.page().contains("Trả lời 1 câu hỏi"));
    deed(&mut district, &address, "xac-nhan", &[]).await.goes_to();
    let told = track(&mut citizen, &code).await.page();
    assert!(told.contains("bút toán đã được đảo") && told.contains("Đã có trả lời"), "{told}");
    // The public list says it, too.
    let list = t.visitor().get("/cong-khai/18196").await.page();
    assert!(list.contains("Chờ chi"), "{list}");
    let ledger = clerk.get(&format!("/chi-tra/{claim}")).await.page();
    assert!(!ledger.contains("Đang có khiếu nại"), "{ledger}");
    ledger_is_sound(&t).await;
}
on_both!(paid_though_she_got_nothing);

async fn the_list_and_the_log_show_the_payment_and_its_counter_entry(t: TestApp) {
    let mut citizen = t.visitor();
    let (claim, token) = paid_and_looked_up(&t, &mut citizen).await;
    let code = complaint(&mut citizen, &token).await;
    t.set_local("2020-05-15T17:31");
    publish_closed(&t.app).await.unwrap().expect("the day of the payment");
    let list = t.visitor().get("/cong-khai/18196").await.page();
    assert!(list.contains("Đã chi") && list.contains("15/5/2020"), "{list}");
    let (_, _, before) = checked(&t).await;
    assert_eq!(of_commune(&before.totals, SON_KIM), (1, 0, 1_500_000));

    t.set_local("2020-05-18T09:00");
    let (mut clerk, mut district) = (t.sign_in("x18196").await, t.sign_in("h439").await);
    let address = first_of(&mut clerk, "/y-kien").await;
    reverse(&mut clerk, claim, "trưởng thôn ký nhận thay mà chưa trao").await.goes_to();
    let answer = [("tra_loi", "Bút toán đã được đảo, mời bà đến nhận tại xã.")];
    deed(&mut clerk, &address, "tra-loi", &answer).await.goes_to();
    deed(&mut district, &address, "xac-nhan", &[]).await.goes_to();
    t.set_local("2020-05-18T17:31");
    publish_closed(&t.app).await.unwrap().expect("the day of the counter-entry");

    let told = track(&mut t.visitor(), &code).await.page();
    assert!(told.contains("Bút toán đã được đảo"), "{told}");
    let list = t.visitor().get("/cong-khai/18196").await.page();
    assert!(list.contains("Chờ chi") && list.contains("đã đảo bút toán 18/5/2020"), "{list}");
    let (_, _, after) = checked(&t).await;
    assert_eq!(of_commune(&after.totals, SON_KIM), (1, 1, 0), "both lines stand, for ever");
    ledger_is_sound(&t).await;
}
on_both!(the_list_and_the_log_show_the_payment_and_its_counter_entry);

async fn the_district_sends_a_poor_answer_back(t: TestApp) {
    let mut citizen = t.visitor();
    let (_, token) = paid_and_looked_up(&t, &mut citizen).await;
    let code = complaint(&mut citizen, &token).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let close = deed(&mut clerk, &address, "dong", &[("ly_do_dong", "xong rồi")]).await;
    assert_eq!(close.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", close.body);
    deed(&mut clerk, &address, "tra-loi", &[("tra_loi", "Đã chi đúng, có chữ ký.")])
        .await
        .goes_to();
    let empty = deed(&mut district, &address, "tra-lai", &[]).await;
    assert!(empty.body.contains("Ghi điều xã cần xem lại"), "{}", empty.body);
    let why = [
        ("tra_lai", "x"),
        ("ly_do_tra_lai", "Cho xem bảng ký nhận, chữ ký không phải của bà Thắm."),
    ];
    deed(&mut district, &address, "tra-lai", &why).await.goes_to();
    let own = clerk.get(&address).await.page();
    assert!(
        own.contains("chữ ký không phải của bà Thắm") && own.contains("name=\"tra_loi\""),
        "{own}"
    );
    let told = track(&mut citizen, &code).await.page();
    assert!(!told.contains("Đã chi đúng") && !told.contains("bảng ký nhận"), "{told}");
    // What she adds after an answer opens it again.
    deed(&mut clerk, &address, "tra-loi", &[("tra_loi", "Đã mời bà lên nhận lại.")])
        .await
        .goes_to();
    deed(&mut district, &address, "xac-nhan", &[]).await.goes_to();
    let page = track(&mut citizen, &code).await.page();
    let act = values(&page, "ma")[0].clone();
    let word =
        [("ma_tra_cuu", code.as_str()), ("ma", act.as_str()), ("loi", "Tôi vẫn chưa nhận được.")];
    citizen.post("/hoi-dap/theo-doi/them", &word).await.page();
    let again = district.get("/y-kien").await.page();
    assert!(again.contains(&address), "it lies with the district, not with the commune: {again}");
}
on_both!(the_district_sends_a_poor_answer_back);

async fn a_seal_that_was_touched_or_is_old_binds_nothing(t: TestApp) {
    let mut citizen = t.visitor();
    let (claim, token) = paid_and_looked_up(&t, &mut citizen).await;
    let mut tampered = token.clone();
    tampered.replace_range(30..31, if &token[30..31] == "0" { "1" } else { "0" });
    let long = "0".repeat(100_000);
    for wrong in ["", "zz", &tampered, &claim.to_string(), &long, "<script>"] {
        let answer = citizen.post("/hoi-dap/khoan-chi", &[("ho_so", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:.40}");
        assert!(answer.body.contains("Tra cứu lại"), "{}", answer.body);
    }
    let form = citizen.post("/hoi-dap/khoan-chi", &[("ho_so", &token)]).await.page();
    let secret = values(&form, "phieu")[0].clone();
    t.pass(chrono::Duration::minutes(31));
    let fields = [
        ("phieu", secret.as_str()),
        ("ho_so", token.as_str()),
        ("noi_dung", "Tôi chưa nhận được đồng nào cả"),
    ];
    let old = citizen.post("/hoi-dap/gui", &fields).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(old.body.contains("Đã quá 30 phút") && old.body.contains("chưa nhận được đồng nào"));
    assert!(!old.body.contains(&token), "{}", old.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_cases").await, 0);
    assert_eq!(citizen.get("/hoi-dap/khoan-chi").await.goes_to(), "/tra-cuu");
    // As a plain complaint about a commune it may still be sent.
    let plain =
        [("loai", "khieu-nai"), ("xa", SON_KIM), ("noi_dung", "Tôi chưa nhận được đồng nào")];
    ask(&mut citizen, &plain).await.page();
    let bound = "SELECT COUNT(*) FROM feedback_cases WHERE entry_id IS NOT NULL";
    assert_eq!(t.number(bound).await, 0);
}
on_both!(a_seal_that_was_touched_or_is_old_binds_nothing);
