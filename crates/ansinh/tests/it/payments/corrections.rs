//! Not paid, paid later, returned, reversed: always by one more entry.

use ansinh::relief::{OwnQuestion, own_results};
use axum::http::StatusCode;
use chrono::NaiveDate;
use vietnam::date::PartialDate;

use super::fixture::*;
use crate::on_both;
use crate::support::TestApp;

async fn the_six_reasons_of_chu_pah_and_another_in_words(t: TestApp) {
    let names = ["A", "B", "C", "D", "E", "G", "H"];
    let people: Vec<Someone> =
        names.iter().map(|name| someone(&format!("Hồ Văn {name}"), "")).collect();
    let ids = approved(&t, SON_KIM, "HN", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let codes = ["dead", "away", "no_papers", "not_in_book", "duplicate", "split"];
    for (id, code) in ids.iter().zip(codes) {
        let page = not_paid(&mut clerk, &[*id], code, "").await.page();
        assert!(page.contains("Đã ghi 1 khoản không chi được"), "{page}");
    }
    let without = not_paid(&mut clerk, &ids[6..], "other", "").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.body.contains("ghi rõ bằng chữ"), "{}", without.body);
    not_paid(&mut clerk, &ids[6..], "other", "đang cấp cứu ở Hà Nội").await.page();
    let none = not_paid(&mut clerk, &ids[6..], "", "").await;
    assert!(none.body.contains("Chọn lý do"), "{}", none.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE pay_state = 'not_paid'").await, 7);
    let list = clerk.get("/chi-tra?hien=khong-chi-duoc").await.page();
    assert!(list.contains("Đã tách hộ, ngày 15/5/2020"), "{list}");
    ledger_is_sound(&t).await;
}
on_both!(the_six_reasons_of_chu_pah_and_another_in_words);

async fn a_citizen_is_shown_the_payment_that_stands(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    t.pass(chrono::Duration::days(3));
    let mut clerk = t.sign_in("x18196").await;
    give_back(&mut clerk, ids[0], "away").await.goes_to();
    pay(&mut clerk, &ids).await;
    reverse(&mut clerk, ids[0], "ghi nhầm người").await.goes_to();
    reverse(&mut clerk, ids[0], "chưa hoàn trả").await.goes_to();
    let year = t.number("SELECT CAST(MAX(birth_year) AS BIGINT) FROM list_entries").await;
    let birth = PartialDate { year: i32::try_from(year).unwrap(), month: None, day: None };
    let question = OwnQuestion { id_key: "185113376".to_owned(), birth };
    let own = own_results(t.app.db.read(), "42", &[&question]).await.unwrap();
    let paid = own[0][0].paid.as_ref().unwrap();
    assert_eq!(paid.on, NaiveDate::from_ymd_opt(2020, 5, 15).unwrap(), "not that of 18/5");
    ledger_is_sound(&t).await;
}
on_both!(a_citizen_is_shown_the_payment_that_stands);

async fn who_was_away_is_paid_later(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    not_paid(&mut clerk, &ids, "away", "").await.page();
    let again = not_paid(&mut clerk, &ids, "away", "").await.page();
    assert!(again.contains("Đã ghi không chi được với lý do này"), "{again}");
    t.pass(chrono::Duration::days(3));
    let mut clerk = t.sign_in("x18196").await;
    assert!(pay(&mut clerk, &ids).await.contains("Đã ghi 1 khoản đã chi"));
    let after = not_paid(&mut clerk, &ids, "dead", "").await.page();
    assert!(after.contains("đã được chi"), "{after}");
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(ledger.contains("Sổ chi: 2 bút toán"), "{ledger}");
    ledger_is_sound(&t).await;
}
on_both!(who_was_away_is_paid_later);

async fn returned_money_needs_a_reason_and_may_be_paid_again(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let without = give_back(&mut clerk, ids[0], "").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.body.contains("Chọn lý do hoàn trả"), "{}", without.body);
    give_back(&mut clerk, ids[0], "away").await.goes_to();
    assert_eq!(t.number("SELECT CAST(SUM(amount_dong) AS BIGINT) FROM payment_entries").await, 0);
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(ledger.contains("-1.500.000") && ledger.contains("Không chi được"), "{ledger}");
    ledger_is_sound(&t).await;
    pay(&mut clerk, &ids).await;
    assert_eq!(
        t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await,
        1_500_000
    );
    ledger_is_sound(&t).await;
}
on_both!(returned_money_needs_a_reason_and_may_be_paid_again);

async fn an_entry_is_reversed_once_with_a_reason_and_the_newest_first(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    not_paid(&mut clerk, &ids, "away", "").await.page();
    pay(&mut clerk, &ids).await;
    let address = format!("/chi-tra/{}", ids[0]);
    let page = clerk.get(&address).await.page();
    let paid = values(&page, "but_toan")[0].clone();
    let without = reverse(&mut clerk, ids[0], "").await;
    assert!(without.body.contains("Ghi lý do đảo bút toán"), "{}", without.body);
    let act = values(&page, "ma")[0].clone();
    let fields = [("ma", act.as_str()), ("but_toan", paid.as_str()), ("ly_do_dao", "nhầm người")];
    clerk.post(&format!("{address}/dinh-chinh"), &fields).await.goes_to();
    // The same form once more, and the same entry under a fresh act.
    clerk.post(&format!("{address}/dinh-chinh"), &fields).await.goes_to();
    let fresh = uuid::Uuid::from_u128(9).to_string();
    let twice = [("ma", fresh.as_str()), ("but_toan", paid.as_str()), ("ly_do_dao", "lần nữa")];
    let refused = clerk.post(&format!("{address}/dinh-chinh"), &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("đã được đảo rồi"), "{}", refused.body);
    assert!(refused.body.contains("value=\"lần nữa\""), "typed input is kept");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries WHERE kind = 'reversal'").await, 1);
    // What was under the payment is on top again.
    let page = clerk.get(&address).await.page();
    assert!(page.contains("Không chi được") && page.contains("(đã đảo)"), "{page}");
    ledger_is_sound(&t).await;
    reverse(&mut clerk, ids[0], "người này không đi vắng").await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE pay_state = 'unpaid'").await, 1);
    ledger_is_sound(&t).await;
}
on_both!(an_entry_is_reversed_once_with_a_reason_and_the_newest_first);

async fn receipts_and_signing_lists_print_sums_in_words(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", "185113376"), someone("Phạm Thị Bảy", "042182020884")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let sheet = clerk.get("/chi-tra/ky-nhan?thon=Th%C3%B4n%20B%E1%BA%AFc%20H%C3%A0").await.page();
    for text in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ỦY BAN NHÂN DÂN XÃ SƠN KIM 1",
        "Ba triệu đồng",
        "042182020884",
        "Tổng cộng: 2 khoản",
    ] {
        assert!(sheet.contains(text), "{text}: {sheet}");
    }
    pay(&mut clerk, &ids[..1]).await;
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    let receipt = ledger.split("href=\"").find(|link| link.contains("/phieu/")).unwrap();
    let receipt = clerk.get(receipt.split('"').next().unwrap()).await.page();
    assert!(receipt.contains("Một triệu năm trăm nghìn đồng"), "{receipt}");
    let none = clerk.get(&format!("/chi-tra/{}/phieu/{}", ids[0], ids[1])).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let sheet = clerk.get("/chi-tra/ky-nhan").await.page();
    assert!(sheet.contains("Tổng cộng: 1 khoản"), "who was paid signs no more: {sheet}");
    assert_eq!(clerk.get("/chi-tra/ky-nhan?thon=Kh%C3%B4ng").await.status, StatusCode::OK);
}
on_both!(receipts_and_signing_lists_print_sums_in_words);

async fn random_acts_leave_what_a_stack_would(t: TestApp) {
    let people: Vec<Someone> = (0..5).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut model = Model::new(&[false; 5]);
    random_acts(&mut clerk, &ids, &mut model, 80, 20_200_619).await;
    let count = async |state: &str| {
        t.number(&format!("SELECT COUNT(*) FROM entitlements WHERE pay_state = '{state}'")).await
    };
    assert_eq!(count("paid").await, i64::try_from(model.paid()).unwrap(), "{model:?}");
    assert_eq!(count("not_paid").await, i64::try_from(model.not_paid()).unwrap(), "{model:?}");
    let paid = t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await;
    assert_eq!(paid, 1_500_000 * i64::try_from(model.paid()).unwrap(), "{model:?}");
    ledger_is_sound(&t).await;
}
on_both!(random_acts_leave_what_a_stack_would);
