//! Recording: once and for ever, by rule, each row on its own merits.

use axum::http::StatusCode;

use super::fixture::*;
use crate::on_both;
use crate::support::TestApp;

async fn many_are_ticked_and_paid_with_one_button(t: TestApp) {
    let people = [
        someone("Hồ Thanh Bình", "185113376"),
        someone("Phạm Thị Bảy", "042182020884"),
        someone("Hồ Đình Danh", "024260911"),
    ];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let list = clerk.get("/chi-tra").await.page();
    assert!(list.contains("3 khoản chưa chi, 4.500.000 đồng"), "{list}");
    assert!(list.contains("185113376"), "the clerk compares the card");
    let form = form(&mut clerk, "/chi-tra/xac-nhan", &ids).await.page();
    assert!(form.contains("Ghi 3 khoản đã chi"), "{form}");
    assert!(form.contains("Bốn triệu năm trăm nghìn đồng"), "{form}");
    let answer = send(&mut clerk, &tokens(&form), &[("kenh", "post")]).await.page();
    assert!(answer.contains("Đã ghi 3 khoản đã chi"), "{answer}");
    assert_eq!(
        t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await,
        4_500_000
    );
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries WHERE channel = 'post'").await, 3);
    let acts = "SELECT COUNT(*) FROM audit_entries WHERE action = 'payment.record'";
    assert_eq!(t.number(acts).await, 3);
    assert!(clerk.get("/chi-tra").await.page().contains("không còn khoản nào chờ chi"));
    ledger_is_sound(&t).await;
}
on_both!(many_are_ticked_and_paid_with_one_button);

async fn the_same_act_again_exists_and_another_body_under_it_is_refused(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    send(&mut clerk, &tokens, &[]).await.page();
    let again = send(&mut clerk, &tokens, &[]).await.page();
    assert!(again.contains("Lượt này đã ghi từ trước"), "{again}");
    let other = send(&mut clerk, &tokens, &[("kenh", "bank")]).await.page();
    assert!(other.contains("đã được ghi trước đó với nội dung khác"), "{other}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 1);
    // Even after the payment has been reversed, the old act answers as it did.
    reverse(&mut clerk, ids[0], "ghi nhầm người").await.goes_to();
    let late = send(&mut clerk, &tokens, &[]).await.page();
    assert!(late.contains("Lượt này đã ghi từ trước"), "{late}");
    assert_eq!(t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await, 0);
    ledger_is_sound(&t).await;
}
on_both!(the_same_act_again_exists_and_another_body_under_it_is_refused);

async fn one_act_id_for_two_people_is_refused(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", ""), someone("Phạm Thị Bảy", "")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    let act = |token: &str| token.split('.').nth(1).unwrap().to_owned();
    let forged = tokens[1].replace(&act(&tokens[1]), &act(&tokens[0]));
    let answer = send(&mut clerk, &[tokens[0].clone(), forged], &[]).await.page();
    assert!(answer.contains("Đã ghi 1 khoản đã chi, 1 khoản không ghi được"), "{answer}");
    ledger_is_sound(&t).await;
}
on_both!(one_act_id_for_two_people_is_refused);

async fn a_second_payment_is_refused_and_names_the_first(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut here = t.sign_in("x18196").await;
    let mut there = t.sign_in("x18196").await;
    let first = pay_form(&mut here, &ids).await;
    let second = pay_form(&mut there, &ids).await;
    send(&mut here, &first, &[]).await.page();
    let answer = send(&mut there, &second, &[]).await.page();
    let words = "Hồ Thanh Bình đã được chi: đã chi 1.500.000 đồng (tiền mặt), ngày chi 15/5/2020, \
                 Xã Sơn Kim 1 ghi lúc 8 giờ 00 ngày 15/5/2020";
    assert!(answer.contains(words), "{answer}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 1);
    ledger_is_sound(&t).await;
}
on_both!(a_second_payment_is_refused_and_names_the_first);

async fn held_declined_and_cancelled_people_are_not_paid(t: TestApp) {
    let held = |name: &str, hold: &str| {
        let mut person = someone(name, "");
        person.hold = hold.to_owned();
        person
    };
    let mut declined = someone("Lê Thị Từ", "");
    declined.entry_state = "declined".to_owned();
    let mut cancelled = someone("Lê Văn Hủy", "");
    cancelled.state = "cancelled".to_owned();
    let people = [
        held("Trần Không Giấy", "no_id"),
        held("Trần Văn Trùng", "duplicate"),
        held("Trần Thị Khuất", "death"),
        declined,
        cancelled,
    ];
    let ids = approved(&t, SON_KIM, "HN", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let list = clerk.get("/chi-tra?hien=tam-giu").await.page();
    assert!(list.contains("Xã bổ sung số giấy tờ") && list.contains("Cảnh báo trùng"), "{list}");
    assert!(!list.contains("name=\"chon\""), "held rows cannot be ticked");
    let form = form(&mut clerk, "/chi-tra/xac-nhan", &ids).await.page();
    assert!(form.contains("5 người sau không ghi được"), "{form}");
    let forged: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| format!("{id}.{}.1500000", uuid::Uuid::from_u128(at as u128 + 1)))
        .collect();
    let answer = send(&mut clerk, &forged, &[]).await.page();
    assert!(answer.contains("5 khoản không ghi được"), "{answer}");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(held_declined_and_cancelled_people_are_not_paid);

async fn a_proxy_without_paper_is_refused_at_the_field_and_all_is_kept(t: TestApp) {
    let people = [someone("Hồ Thanh Bình", "185113376"), someone("Phạm Thị Bảy", "")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    let name = format!("thay_{}", ids[0]);
    let more =
        [("kenh", "bank"), (name.as_str(), "Hồ Thị Hoa, vợ"), ("ghi_chu", "phát tại nhà văn hóa")];
    let refused = send(&mut clerk, &tokens, &more).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.body;
    assert!(page.contains("người nhận thay Hồ Thị Hoa, vợ chưa có giấy tờ"), "{page}");
    assert!(page.contains(&format!("href=\"#giay_{}\"", ids[0])), "{page}");
    assert!(page.contains("value=\"Hồ Thị Hoa, vợ\""), "{page}");
    assert!(page.contains("phát tại nhà văn hóa"), "{page}");
    assert!(page.contains("value=\"bank\" checked"), "{page}");
    assert_eq!(super::fixture::tokens(&page), tokens, "the act ids stay: nothing is paid twice");
    let paper = format!("giay_{}", ids[0]);
    let mut right = more.to_vec();
    right.push((paper.as_str(), "Giấy ủy quyền 17/6"));
    send(&mut clerk, &tokens, &right).await.page();
    let proxies = "SELECT COUNT(*) FROM payment_entries WHERE payee = 'proxy'
                     AND proxy_paper = 'Giấy ủy quyền 17/6'";
    assert_eq!(t.number(proxies).await, 1);
    let ledger = clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(ledger.contains("nhận thay: Hồ Thị Hoa, vợ (Giấy ủy quyền 17/6)"), "{ledger}");
}
on_both!(a_proxy_without_paper_is_refused_at_the_field_and_all_is_kept);

async fn a_day_is_today_or_earlier_with_a_reason_and_never_before_the_decision(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    for (day, note, says) in [
        ("16/5/2020", "", "ở tương lai"),
        ("14/5/2020", "", "ghi rõ vì sao ghi muộn"),
        ("hôm qua", "", "không đọc được"),
    ] {
        let answer = send(&mut clerk, &tokens, &[("ngay", day), ("ghi_chu", note)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(answer.body.contains(says), "{day}: {}", answer.body);
        assert!(answer.body.contains(&format!("value=\"{day}\"")), "typed input is kept");
    }
    let early = [("ngay", "9/5/2020"), ("ghi_chu", "mất điện")];
    let page = send(&mut clerk, &tokens, &early).await.page();
    assert!(page.contains("trước ngày của quyết định"), "{page}");
    let late = [("ngay", "14/5/2020"), ("ghi_chu", "mất điện")];
    let page = send(&mut clerk, &tokens, &late).await.page();
    assert!(page.contains("Đã ghi 1 khoản đã chi"), "{page}");
    ledger_is_sound(&t).await;
}
on_both!(a_day_is_today_or_earlier_with_a_reason_and_never_before_the_decision);

async fn another_communes_entitlement_is_not_there(t: TestApp) {
    let theirs = approved(&t, "18199", "NCC", &[someone("Lê Văn Xa", "185113377")]).await;
    let ours = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ours).await;
    let both = [ours[0], theirs[0]];
    let answer = form(&mut clerk, "/chi-tra/xac-nhan", &both).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let forged = format!("{}.{}.1500000", theirs[0], uuid::Uuid::from_u128(7));
    let answer = send(&mut clerk, &[tokens[0].clone(), forged], &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = clerk.get(&format!("/chi-tra/{}", theirs[0])).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!clerk.get("/chi-tra?xa=18199").await.page().contains("Lê Văn Xa"));
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0, "all or nothing");
}
on_both!(another_communes_entitlement_is_not_there);

async fn district_and_province_read_masked_and_cannot_pay(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    for username in ["h439", "tinh42"] {
        let mut officer = t.sign_in(username).await;
        assert_eq!(officer.get("/chi-tra").await.goes_to(), "/bao-cao");
        let list = officer.get("/chi-tra?xa=18196").await.page();
        assert!(list.contains("Hồ Thanh Bình") && list.contains("185***376"), "{list}");
        assert!(!list.contains("185113376") && !list.contains("name=\"chon\""), "{list}");
        let answer = form(&mut officer, "/chi-tra/xac-nhan", &ids).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("cấp xã"), "{}", answer.body);
        let forged = format!("{}.{}.1500000", ids[0], uuid::Uuid::from_u128(7));
        let answer = send(&mut officer, &[forged], &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(district_and_province_read_masked_and_cannot_pay);

async fn hostile_forms_change_nothing(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids).await;
    for token in ["", "x", "1.2.3", "..", &tokens[0].replace("1500000", "9999999999999999999")] {
        let answer = send(&mut clerk, &[token.to_owned()], &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{token}");
    }
    for amount in ["-1500000", "0", "1", "1500001"] {
        let token = tokens[0].replace("1500000", amount);
        let page = send(&mut clerk, &[token], &[]).await.page();
        assert!(page.contains("Số tiền đã đổi"), "{amount}: {page}");
    }
    let answer = send(&mut clerk, &tokens, &[("kenh", "bitcoin")]).await;
    assert!(answer.body.contains("Chọn hình thức chi"), "{}", answer.body);
    let long = "ă".repeat(301);
    let answer = send(&mut clerk, &tokens, &[("ghi_chu", &long)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let script = format!("thay_{}", ids[0]);
    let answer = send(&mut clerk, &tokens, &[(script.as_str(), "<script>alert(1)</script>")]).await;
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 0);
}
on_both!(hostile_forms_change_nothing);
