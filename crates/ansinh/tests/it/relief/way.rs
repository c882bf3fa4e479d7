//! The way of a list: who acts, in which order, by when, and back.

use axum::http::StatusCode;

use super::people::{SON_KIM, act, bring_to_decision, decide, put, put_one, row};
use crate::on_both;
use crate::support::TestApp;

async fn a_list_goes_from_the_clerk_over_the_district_to_the_provinces_decision(t: TestApp) {
    let rows = vec![
        row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 4),
        row(&t, SON_KIM, "NCC", "Phan Văn Lĩnh", None, 5),
    ];
    let list = put(&t, "x18196", rows).await.unwrap().list_ids[0];
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get(&format!("/danh-sach/{list}/lam/niem-yet")).await.page();
    assert!(page.contains("2 người") && page.contains("Ba triệu đồng"), "{page}");
    assert!(page.contains("đến hết 19/5/2020"), "Friday and two working days: {page}");
    act(&mut clerk, list, "niem-yet").await.goes_to();
    let early = act(&mut clerk, list, "gui").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.body.contains("niêm yết đến hết ngày 19/5/2020"), "{}", early.body);
    let sheet = clerk.get(&format!("/danh-sach/{list}/ban-niem-yet")).await.page();
    assert!(sheet.contains("042******817") && !sheet.contains("042154003817"), "{sheet}");
    assert!(sheet.contains("1954") && !sheet.contains("12/8/1954"), "birth years only");
    t.set_local("2020-05-20T08:00");
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "gui").await.goes_to();
    let refused = act(&mut clerk, list, "tham-dinh").await;
    assert!(refused.body.contains("cấp huyện"), "{}", refused.body);
    let mut district = t.sign_in("h439").await;
    act(&mut district, list, "tham-dinh").await.goes_to();
    let mut province = t.sign_in("tinh42").await;
    let at = decide(&mut province, &[list], "1502/QĐ-UBND", "20/5/2020").await.goes_to();
    let page = province.get(&at).await.page();
    assert!(page.contains("1502/QĐ-UBND") && page.contains("3.000.000"), "{page}");
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE state = 'approved'").await, 2);
    let no_id = "SELECT COUNT(*) FROM entitlements WHERE hold = 'no_id'";
    assert_eq!(t.number(no_id).await, 1, "approved, but not payable without papers");
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Đã duyệt") && page.contains("Phê duyệt bằng quyết định"), "{page}");
    let deadlines = "SELECT COUNT(*) FROM beneficiary_lists WHERE calendar_version LIKE '2020-%'";
    assert_eq!(t.number(deadlines).await, 1);
}
on_both!(a_list_goes_from_the_clerk_over_the_district_to_the_provinces_decision);

async fn each_step_is_undone_by_its_own_officer_while_the_next_has_not_acted(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "niem-yet").await.goes_to();
    act(&mut clerk, list, "hoan-tac").await.goes_to();
    assert!(clerk.get(&format!("/danh-sach/{list}")).await.page().contains("Đang lập"));
    act(&mut clerk, list, "niem-yet").await.goes_to();
    t.set_local("2020-05-20T08:00");
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    act(&mut clerk, list, "gui").await.goes_to();
    let other = act(&mut district, list, "hoan-tac").await;
    assert!(other.body.contains("Chỉ người đã làm"), "{}", other.body);
    act(&mut clerk, list, "hoan-tac").await.goes_to();
    act(&mut clerk, list, "gui").await.goes_to();
    act(&mut district, list, "tham-dinh").await.goes_to();
    let late = act(&mut clerk, list, "hoan-tac").await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.body);
    act(&mut district, list, "hoan-tac").await.goes_to();
    let state = "SELECT COUNT(*) FROM beneficiary_lists WHERE state = 'submitted'
                   AND appraised_by IS NULL";
    assert_eq!(t.number(state).await, 1);
}
on_both!(each_step_is_undone_by_its_own_officer_while_the_next_has_not_acted);

async fn a_returned_list_carries_its_reason_and_the_return_can_be_undone(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "niem-yet").await.goes_to();
    t.set_local("2020-05-20T08:00");
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "gui").await.goes_to();
    let mut district = t.sign_in("h439").await;
    let silent = act(&mut district, list, "tra-lai").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("Ghi lý do trả lại"), "{}", silent.body);
    let address = format!("/danh-sach/{list}/lam/tra-lai");
    let page = district.get(&address).await.page();
    let version = super::people::hidden(&page, "phien_ban");
    let fields = [("phien_ban", version.as_str()), ("ly_do", "Dòng 1 thiếu ngày sinh")];
    district.post(&address, &fields).await.goes_to();
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Dòng 1 thiếu ngày sinh") && page.contains("bị trả lại"), "{page}");
    act(&mut district, list, "hoan-tac").await.goes_to();
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Chờ thẩm định") && !page.contains("bị trả lại"), "{page}");
}
on_both!(a_returned_list_carries_its_reason_and_the_return_can_be_undone);

async fn who_prepares_neither_appraises_nor_decides(t: TestApp) {
    // The district prepared the list itself: it sends it, and the province appraises.
    let rows = vec![row(&t, SON_KIM, "NCC", "Trần Thị Hường", None, 4)];
    let list = put(&t, "h439", rows).await.unwrap().list_ids[0];
    let mut district = t.sign_in("h439").await;
    act(&mut district, list, "niem-yet").await.goes_to();
    t.set_local("2020-05-20T08:00");
    let mut district = t.sign_in("h439").await;
    act(&mut district, list, "gui").await.goes_to();
    let own = act(&mut district, list, "tham-dinh").await;
    assert!(own.body.contains("không tự thẩm định"), "{}", own.body);
    let mut province = t.sign_in("tinh42").await;
    act(&mut province, list, "tham-dinh").await.goes_to();
    // And the database itself refuses, whatever the program thinks.
    use ansinh::database::Sql;
    let sql = "UPDATE beneficiary_lists SET approved_by = prepared_by";
    let refused = t.app.db.run_tx::<_, ansinh::web::Error, _, _>("test", |tx| async move {
        tx.change(sql, vec![]).await?;
        Ok((tx, ()))
    });
    assert!(refused.await.unwrap_err().to_string().contains("four_eyes"));
}
on_both!(who_prepares_neither_appraises_nor_decides);

async fn a_second_officer_is_told_that_the_list_has_changed(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    let mut clerk = t.sign_in("x18196").await;
    let address = format!("/danh-sach/{list}/lam/niem-yet");
    let page = clerk.get(&address).await.page();
    let version = super::people::hidden(&page, "phien_ban");
    put(&t, "x18196", vec![row(&t, SON_KIM, "NCC", "Lê Thị Năm", None, 9)]).await.unwrap();
    let stale = clerk.post(&address, &[("phien_ban", &version)]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.body.contains("vừa được người khác thay đổi"), "{}", stale.body);
    assert_eq!(clerk.post(&address, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let elsewhere = clerk.get(&format!("/danh-sach/{list}/lam/khong-co")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}
on_both!(a_second_officer_is_told_that_the_list_has_changed);

async fn another_communes_list_cannot_be_moved(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    let mut other = t.sign_in("x18199").await;
    other.get("/danh-sach").await.page();
    for slug in ["niem-yet", "gui", "hoan-tac"] {
        let address = format!("/danh-sach/{list}/lam/{slug}");
        assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
        let posted = other.post(&address, &[("phien_ban", "1")]).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND);
    }
    let mut far = t.sign_in("h436").await;
    assert_eq!(far.get(&format!("/danh-sach/{list}")).await.status, StatusCode::NOT_FOUND);
}
on_both!(another_communes_list_cannot_be_moved);

async fn rows_that_a_decision_left_out_go_to_the_next_round(t: TestApp) {
    let mut wrong = row(&t, SON_KIM, "NCC", "Phan Văn Lĩnh", None, 5);
    wrong.amount_dong = Some(1_800_000);
    let rows = vec![row(&t, SON_KIM, "NCC", "Trần Thị Hường", None, 4), wrong];
    let list = put(&t, "x18196", rows).await.unwrap().list_ids[0];
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    clerk.get(&format!("/danh-sach/{list}")).await.page();
    let next = clerk.post(&format!("/danh-sach/{list}/dot-bo-sung"), &[]).await.goes_to();
    let page = clerk.get(&next).await.page();
    assert!(page.contains("đợt 2") && page.contains("Phan Văn Lĩnh"), "{page}");
    assert!(page.contains("Số tiền khác mức quy định"), "{page}");
    clerk.get(&format!("/danh-sach/{list}")).await.page();
    let again = clerk.post(&format!("/danh-sach/{list}/dot-bo-sung"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}
on_both!(rows_that_a_decision_left_out_go_to_the_next_round);
