//! Decisions: clumsy forms, what stays out, races, revoking.

use axum::http::StatusCode;
use uuid::Uuid;

use super::people::{
    SON_KIM, bring_to_decision, confirmed, decide, put, put_one, review, row, source,
};
use crate::on_both;
use crate::support::{Client, TestApp};

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A list of one NCC person waiting for its decision on 21/5/2020.
async fn waiting(t: &TestApp) -> (Uuid, Client) {
    let list = put_one(t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    bring_to_decision(t, SON_KIM, list).await;
    (list, t.sign_in("tinh42").await)
}

async fn a_clumsy_decision_form_keeps_what_was_typed_and_says_what_is_wrong(t: TestApp) {
    let (list, mut province) = waiting(&t).await;
    for (number, on, told) in [
        ("", "21/5/2020", "Ghi số quyết định"),
        ("QĐ-UBND", "21/5/2020", "phải có chữ số"),
        ("1502/QĐ-UBND", "", "Ghi ngày quyết định"),
        ("1502/QĐ-UBND", "31/6/2020", "Ghi ngày quyết định"),
        ("1502/QĐ-UBND", "2020", "Ghi ngày quyết định"),
        ("1502/QĐ-UBND", "22/5/2020", "ở tương lai"),
        ("1502/QĐ-UBND", "20/5/2020", "trước ngày thẩm định"),
        ("1502/QĐ-UBND", "1/1/0020", "trước ngày thẩm định"),
    ] {
        let answer = review(&mut province, &[list], number, on).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number} {on}");
        assert!(answer.body.contains(told), "{number} {on}: {}", answer.body);
        assert!(answer.body.contains("Trần Tiến Hưng"), "typed input is kept");
    }
    let none = review(&mut province, &[], "1502/QĐ-UBND", "21/5/2020").await;
    assert!(none.body.contains("Chọn ít nhất một danh sách"), "{}", none.body);
    let ghost = review(&mut province, &[Uuid::nil()], "1502/QĐ-UBND", "21/5/2020").await;
    assert_eq!(ghost.status, StatusCode::NOT_FOUND);
    let forged = province.post("/quyet-dinh", &[("danh_sach", "x"), ("so", "1")]).await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    assert_eq!(t.number("SELECT COUNT(*) FROM decisions").await, 0);
}
on_both!(a_clumsy_decision_form_keeps_what_was_typed_and_says_what_is_wrong);

async fn a_commune_cannot_decide_and_a_form_sent_twice_writes_once(t: TestApp) {
    let (list, mut province) = waiting(&t).await;
    let page = review(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.page();
    assert!(page.contains("1.500.000 đồng") && page.contains("Một triệu năm trăm nghìn đồng"));
    let fields = confirmed(&page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/danh-sach").await.page();
    let refused = clerk.post("/quyet-dinh", &fields).await;
    assert!(refused.body.contains("cấp tỉnh"), "{}", refused.body);
    province.post("/quyet-dinh", &fields).await.goes_to();
    let again = province.post("/quyet-dinh", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.number("SELECT COUNT(*) FROM decisions").await, 1);
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements").await, 1);
}
on_both!(a_commune_cannot_decide_and_a_form_sent_twice_writes_once);

async fn blocked_rows_stay_out_and_are_named_with_their_reason(t: TestApp) {
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let mut dead = row(&t, SON_KIM, "NCC", "Lê Văn Bốn", None, 5);
    dead.note_kind = Some("dead".to_owned());
    let mut declines = row(&t, SON_KIM, "NCC", "Lê Văn Năm", None, 6);
    declines.declined = true;
    let rows = vec![
        row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 4),
        dead,
        declines,
        row(&t, SON_KIM, "NCC", "Lê Văn Sáu", None, 7),
    ];
    let list = put(&t, "x18196", rows).await.unwrap().list_ids[0];
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    let page = review(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.page();
    for told in [
        "Trùng chắc chắn với Trần Thị Hường, Hộ nghèo",
        "Ghi chú cần xem lại",
        "Chờ ghi nhận việc từ chối",
        "cho <b>1 người</b>",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements").await, 1);
}
on_both!(blocked_rows_stay_out_and_are_named_with_their_reason);

async fn a_decision_is_revoked_only_while_nothing_is_paid(t: TestApp) {
    let (list, mut province) = waiting(&t).await;
    let at = decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    province.get(&at).await.page();
    let silent = province.post(&format!("{at}/huy"), &[("ly_do", "")]).await;
    assert!(silent.body.contains("Ghi lý do hủy"), "{}", silent.body);
    province.get(&at).await.page();
    province.post(&format!("{at}/huy"), &[("ly_do", "Sai số quyết định")]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE state = 'approved'").await, 0);
    let page = province.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Chờ quyết định") && page.contains("Hủy quyết định"), "{page}");
    let at = decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    use ansinh::database::Sql;
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.pay", |tx| async move {
            let sql = "UPDATE entitlements SET paid_dong = amount_dong, pay_state = 'paid'
                       WHERE state = 'approved'";
            tx.change(sql, vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    province.get(&at).await.page();
    let paid = province.post(&format!("{at}/huy"), &[("ly_do", "Sai số quyết định")]).await;
    assert!(paid.body.contains("đã chi cho 1 người"), "{}", paid.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM decisions WHERE revoked_at IS NULL").await, 1);
}
on_both!(a_decision_is_revoked_only_while_nothing_is_paid);

async fn two_decisions_at_the_same_instant_over_one_person_let_exactly_one_win(t: TestApp) {
    use ansinh::database::Sql;
    let mut pairs = Vec::new();
    for round in 0..20 {
        let id = format!("0421540{round:05}");
        let mut lists = Vec::new();
        for (commune, group) in [(SON_KIM, "NCC"), ("18199", "BTXH")] {
            let line = 10 + round;
            let rows = vec![row(&t, commune, group, "Trần Thị Hường", Some(&id), line)];
            lists.push(put(&t, &format!("x{commune}"), rows).await.unwrap().list_ids[0]);
        }
        pairs.push((lists[0], lists[1]));
        // Straight to the decision; a second officer has judged the pairs, wrongly, so that only
        // the constraint stands between the two.
        t.app
            .db
            .run_tx::<_, ansinh::web::Error, _, _>("test.skip", |tx| async move {
                tx.change(
                    "UPDATE beneficiary_lists SET state = 'appraised' WHERE state = 'draft'",
                    vec![],
                )
                .await?;
                let judged = "UPDATE duplicate_warnings SET state = 'different',
                     decided_by = (SELECT id FROM accounts ORDER BY username LIMIT 1)";
                tx.change(judged, vec![]).await?;
                // One name and one birthday with neighbouring numbers: the engine would ask.
                tx.change("DELETE FROM match_waiting", vec![]).await?;
                Ok((tx, ()))
            })
            .await
            .unwrap();
    }
    let (mut one, mut two) = (t.sign_in("tinh42").await, t.sign_in("tinh42").await);
    for (at, (a, b)) in pairs.into_iter().enumerate() {
        let (first, second) = (format!("A{at}/QĐ"), format!("B{at}/QĐ"));
        let pages = (
            review(&mut one, &[a], &first, "15/5/2020").await.page(),
            review(&mut two, &[b], &second, "15/5/2020").await.page(),
        );
        let (fields_a, fields_b) = (confirmed(&pages.0), confirmed(&pages.1));
        let (fa, fb) = (borrowed(&fields_a), borrowed(&fields_b));
        let (x, y) = tokio::join!(one.post("/quyet-dinh", &fa), two.post("/quyet-dinh", &fb));
        let won = [&x, &y].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        assert_eq!(won, 1, "round {at}: {} / {}", x.body, y.body);
        let lost = if x.status == StatusCode::SEE_OTHER { &y } else { &x };
        assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", lost.body);
        assert!(lost.body.contains("Đã được duyệt ở Quyết định"), "names the first: {}", lost.body);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE state = 'approved'").await, 20);
}
on_both!(two_decisions_at_the_same_instant_over_one_person_let_exactly_one_win);

async fn where_the_province_delegated_the_district_decides(t: TestApp) {
    let mut text = include_str!("../../../src/relief/programmes/nq42.toml").to_owned();
    text = text.replace(
        "role = \"province\"\n  action = \"approve\"",
        "role = \"district\"\n  action = \"approve\"",
    );
    let folder = std::env::temp_dir().join(format!("ansinh-uy-quyen-{}", source(&t).file_id));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("nq42.toml"), text).unwrap();
    let catalogue = ansinh::relief::Catalogue::load(Some(&folder)).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let t = t.with_catalogue(catalogue);
    let list = put_one(&t, SON_KIM, "HKD", "Phan Văn Lĩnh", Some("042154003817")).await;
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    let answer = province.get("/quyet-dinh/moi").await;
    assert!(answer.body.contains("Chưa có danh sách nào chờ"), "{}", answer.body);
    let mut district = t.sign_in("h439").await;
    let at = decide(&mut district, &[list], "77/QĐ-UBND", "21/5/2020").await.goes_to();
    assert!(district.get(&at).await.page().contains("77/QĐ-UBND"));
    assert_eq!(t.number("SELECT COUNT(*) FROM decisions WHERE district_code = '439'").await, 1);
}
on_both!(where_the_province_delegated_the_district_decides);

async fn the_budgets_of_a_decision_are_chosen_shown_and_exported(t: TestApp) {
    let (list, mut province) = waiting(&t).await;
    let page = province.get("/quyet-dinh/moi").await.page();
    assert!(page.contains("name=\"nguon_huyen\"") && page.contains("Ngân sách huyện, %"), "{page}");
    let id = list.to_string();
    let fields = |central: &'static str, district: &'static str| {
        [
            ("danh_sach", id.clone()),
            ("so", "1502/QĐ-UBND".to_owned()),
            ("ngay", "21/5/2020".to_owned()),
            ("nguoi_ky", "Trần Tiến Hưng".to_owned()),
            ("chuc_vu", "Chủ tịch".to_owned()),
            ("nguon_trung_uong", central.to_owned()),
            ("nguon_tinh", "0".to_owned()),
            ("nguon_huyen", district.to_owned()),
            ("nguon_khac", String::new()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    };
    for (central, district, told) in [
        ("70", "20", "cộng lại là 90 %"),
        ("0", "0", "cộng lại là 0 %"),
        ("33,3", "66,7", "số nguyên từ 0 đến 100"),
        ("\0", "100", "số nguyên từ 0 đến 100"),
        ("<b>", "-1", "số nguyên từ 0 đến 100"),
    ] {
        let typed = fields(central, district);
        let answer = province.post("/quyet-dinh/xem", &borrowed(&typed)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{central} {district}");
        assert!(answer.body.contains(told) && !answer.body.contains("<b>\""), "{}", answer.body);
        assert!(answer.body.contains("Trần Tiến Hưng"), "typed input is kept");
    }
    let typed = fields("67 %", "33");
    let page = province.post("/quyet-dinh/xem", &borrowed(&typed)).await.page();
    assert!(page.contains("1.005.000") && page.contains("495.000"), "67 and 33 %: {page}");
    assert!(!page.contains("Ngân sách tỉnh"), "what pays nothing is not named: {page}");
    let sent = confirmed(&page);
    let at = province.post("/quyet-dinh", &borrowed(&sent)).await.goes_to();
    let page = province.get(&at).await.page();
    assert!(page.contains("Ngân sách huyện") && page.contains("495.000"), "{page}");
    let sum = "SELECT CAST(SUM(percent) AS BIGINT) FROM decision_sources";
    assert_eq!(
        (t.number(sum).await, t.number("SELECT COUNT(*) FROM decision_sources").await),
        (100, 2)
    );
    let csv = province.get("/quyet-dinh/tep/quyet-dinh.csv").await.body;
    assert!(csv.contains("Ngân sách trung ương 67 %, Ngân sách huyện 33 %"), "{csv}");
}
on_both!(the_budgets_of_a_decision_are_chosen_shown_and_exported);
