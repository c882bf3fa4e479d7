//! Single rows: households, conditions, papers, declining, correcting.

use ansinh::relief::NewEntry;
use axum::http::StatusCode;
use uuid::Uuid;

use super::people::{SON_KIM, bring_to_decision, decide, put, put_one, review, row};
use crate::on_both;
use crate::support::{Client, TestApp};

async fn entry(client: &mut Client, list: Uuid, name: &str) -> String {
    let page = client.get(&format!("/danh-sach/{list}?so-dong=200")).await.page();
    let before = page.split(&format!("\">{name}</a>")).next().unwrap();
    format!("/danh-sach/dong/{}", before.rsplit("/danh-sach/dong/").next().unwrap())
}

async fn does(client: &mut Client, row: &str, what: &str, fields: &[(&str, &str)]) {
    client.get(&format!("{row}/{what}")).await.page();
    client.post(&format!("{row}/{what}"), fields).await.goes_to();
}

/// A poor household of five: the head and four members; member 3 has the given number.
fn household(t: &TestApp, member_id: Option<&str>) -> Vec<NewEntry> {
    let mut rows = vec![NewEntry {
        household_size: Some(5),
        amount_dong: Some(3_750_000),
        ..row(t, SON_KIM, "HN", "Phan Văn Lĩnh", Some("042054000001"), 10)
    }];
    for member in 1..5u32 {
        let id = if member == 3 { member_id } else { None };
        let name = format!("Phan Thị {}", ["Một", "Hai", "Ba", "Bốn"][member as usize - 1]);
        rows.push(NewEntry {
            head_line: Some(10),
            relation: Some("con".to_owned()),
            ..row(t, SON_KIM, "HN", &name, id, 10 + member)
        });
    }
    rows
}

async fn approved(t: &TestApp) -> i64 {
    t.number("SELECT CAST(SUM(amount_dong) AS BIGINT) FROM entitlements WHERE state = 'approved'")
        .await
}

async fn a_household_of_five_with_one_on_social_protection_gets_four_and_a_half_million(
    t: TestApp,
) {
    let mut rows = household(&t, Some("042154003817"));
    rows.push(row(&t, SON_KIM, "BTXH", "Phan Thị Ba", Some("042154003817"), 30));
    let done = put(&t, "x18196", rows).await.unwrap();
    assert_eq!(done.duplicates, 1);
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/canh-bao").await.page();
    let lines = page.split("<tbody>").nth(1).unwrap();
    let at = lines.split("href=\"/canh-bao/").nth(1).unwrap().split('"').next().unwrap();
    let at = format!("/canh-bao/{at}");
    let page = clerk.get(&at).await.page();
    let keeps = if page.contains("Quy tắc giữ dòng A") { "A" } else { "B" };
    clerk.post(&at, &[("giu", keeps)]).await.goes_to();
    for list in &done.list_ids {
        bring_to_decision(&t, SON_KIM, *list).await;
    }
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &done.list_ids, "1502/QĐ-UBND", "27/5/2020").await.goes_to();
    assert_eq!(approved(&t).await, 4_500_000);
    let head = "SELECT COUNT(*) FROM entitlements WHERE people = 4 AND amount_dong = 3000000";
    assert_eq!(t.number(head).await, 1, "the head collects for four");
    let members = "SELECT COUNT(*) FROM entitlements WHERE pay_state = 'member' AND people = 0";
    assert_eq!(t.number(members).await, 3);
}
on_both!(a_household_of_five_with_one_on_social_protection_gets_four_and_a_half_million);

async fn when_the_head_leaves_the_next_member_collects_for_the_household(t: TestApp) {
    let list = put(&t, "x18196", household(&t, None)).await.unwrap().list_ids[0];
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    assert_eq!(approved(&t).await, 3_750_000);
    let mut clerk = t.sign_in("x18196").await;
    let head = entry(&mut clerk, list, "Phan Văn Lĩnh").await;
    does(
        &mut clerk,
        &head,
        "tu-choi",
        &[("ngay", "21/5/2020"), ("cach", "đơn viết tay có chữ ký")],
    )
    .await;
    assert_eq!(approved(&t).await, 3_000_000);
    let four = "SELECT COUNT(*) FROM entitlements WHERE people = 4 AND state = 'approved'
                  AND pay_state = 'unpaid'";
    assert_eq!(t.number(four).await, 1);
    does(&mut clerk, &head, "rut-tu-choi", &[("ly_do", "ông xin nhận lại")]).await;
    assert_eq!(approved(&t).await, 3_750_000, "nothing is made or lost");
}
on_both!(when_the_head_leaves_the_next_member_collects_for_the_household);

async fn a_freelancer_who_lives_elsewhere_waits_for_the_other_communes_certificate(t: TestApp) {
    let mut one = row(&t, SON_KIM, "LDTD", "Y Bíh Niê", Some("067090001234"), 4);
    one.note = "Tạm trú, thường trú tỉnh Đắk Nông".to_owned();
    one.months = Some(2);
    let list = put(&t, "x18196", vec![one]).await.unwrap().list_ids[0];
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    let page = review(&mut province, &[list], "1/QĐ", "21/5/2020").await.page();
    assert!(page.contains("Chờ xác nhận nơi thường trú"), "{page}");
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Y Bíh Niê").await;
    let paper = [("giay", "Giấy xác nhận số 12 ngày 18/5/2020 của UBND xã Đắk Ha")];
    does(&mut clerk, &row, "xac-nhan", &paper).await;
    decide(&mut province, &[list], "1/QĐ", "21/5/2020").await.goes_to();
    assert_eq!(approved(&t).await, 2_000_000, "months as listed");
}
on_both!(a_freelancer_who_lives_elsewhere_waits_for_the_other_communes_certificate);

async fn dates_outside_the_conditions_keep_a_row_out_with_the_article(t: TestApp) {
    // One name a group: one woman in four groups would be a duplicate.
    for (group, name, fact, bad, good) in [
        ("BTXH", "Trần Thị Hường", "decision_on", "1/5/2020", "30/4/2020"),
        ("HN", "Đậu Văn Biện", "listed_on", "2/1/2020", "31/12/2019"),
        ("TAMHOAN", "Lê Quốc Khánh", "suspended_from", "2/6/2020", "1/6/2020"),
        ("NCC", "Phan Mỹ Dung", "died_on", "31/3/2020", "1/4/2020"),
    ] {
        let list = put_one(&t, SON_KIM, group, name, None).await;
        let mut clerk = t.sign_in("x18196").await;
        let row = entry(&mut clerk, list, name).await;
        does(&mut clerk, &row, "dieu-kien", &[(fact, bad)]).await;
        let page = clerk.get(&row).await.page();
        assert!(page.contains("Ngày tháng không đúng điều kiện"), "{group}: {page}");
        assert!(page.contains("42/NQ-CP") || page.contains("15/2020"), "{group}: {page}");
        clerk.get(&format!("{row}/dieu-kien")).await.page();
        let clumsy = clerk.post(&format!("{row}/dieu-kien"), &[(fact, "hôm qua")]).await;
        assert_eq!(clumsy.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(clumsy.body.contains("hôm qua"), "typed input is kept");
        does(&mut clerk, &row, "dieu-kien", &[(fact, good)]).await;
        let page = clerk.get(&row).await.page();
        assert!(!page.contains("Ngày tháng không đúng điều kiện"), "{group}: {page}");
    }
}
on_both!(dates_outside_the_conditions_keep_a_row_out_with_the_article);

async fn a_death_after_the_decision_holds_the_payment(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    does(&mut clerk, &row, "dieu-kien", &[("died_on", "20/5/2020")]).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE hold = 'death'").await, 1);
}
on_both!(a_death_after_the_decision_holds_the_payment);

async fn only_who_decides_takes_a_recorded_death_back(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    does(&mut clerk, &row, "dieu-kien", &[("died_on", "20/5/2020")]).await;
    let held = "SELECT COUNT(*) FROM entitlements WHERE hold = 'death'";
    for typed in ["", "21/5/2020"] {
        clerk.get(&format!("{row}/dieu-kien")).await.page();
        let lifted = clerk.post(&format!("{row}/dieu-kien"), &[("died_on", typed)]).await;
        assert_eq!(lifted.status, StatusCode::UNPROCESSABLE_ENTITY, "“{typed}”");
        assert!(lifted.body.contains("Ngày mất đã ghi"), "{}", lifted.body);
        assert!(lifted.body.contains("cấp tỉnh"), "who can: {}", lifted.body);
        assert_eq!(t.number(held).await, 1, "“{typed}”");
    }
    does(&mut clerk, &row, "dieu-kien", &[("died_on", "20/5/2020")]).await;
    assert_eq!(t.number(held).await, 1);
    does(&mut province, &row, "dieu-kien", &[("died_on", "")]).await;
    assert_eq!(t.number(held).await, 0);
}
on_both!(only_who_decides_takes_a_recorded_death_back);

async fn declining_is_one_persons_recorded_and_revocable_act(t: TestApp) {
    let mut one = row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 4);
    one.declined = true;
    let rows = vec![one, row(&t, SON_KIM, "NCC", "Phan Văn Lĩnh", None, 5)];
    let list = put(&t, "x18196", rows).await.unwrap().list_ids[0];
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Chờ ghi nhận việc từ chối"), "a remark alone declines nothing");
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    clerk.get(&format!("{row}/tu-choi")).await.page();
    let clumsy = clerk.post(&format!("{row}/tu-choi"), &[("ngay", "1/1/2030"), ("cach", "")]).await;
    assert_eq!(clumsy.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", clumsy.body);
    let how = [("ngay", "14/5/2020"), ("cach", "đơn viết tay có chữ ký, trước mặt trưởng thôn")];
    does(&mut clerk, &row, "tu-choi", &how).await;
    let page = clerk.get(&format!("/danh-sach/{list}?loc=tu-choi")).await.page();
    assert!(page.contains("Từ chối nhận") && page.contains("Trần Thị Hường"), "{page}");
    let summary = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(summary.contains("<dd class=\"v\">1.500.000</dd>"), "not counted: {summary}");
    does(&mut clerk, &row, "rut-tu-choi", &[("ly_do", "bà xin nhận lại")]).await;
    let page = clerk.get(&row).await.page();
    assert!(
        page.contains("Đã rút lại: bà xin nhận lại") && page.contains("Đủ điều kiện"),
        "{page}"
    );
    assert_eq!(t.number("SELECT COUNT(*) FROM declines").await, 1, "kept as history");
}
on_both!(declining_is_one_persons_recorded_and_revocable_act);

async fn a_number_added_later_clears_the_hold_and_meets_its_duplicate(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE hold = 'no_id'").await, 1);
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    clerk.get(&format!("{row}/giay-to")).await.page();
    let clumsy = clerk.post(&format!("{row}/giay-to"), &[("so", "42154003817")]).await;
    assert!(clumsy.body.contains("có 11 chữ số"), "{}", clumsy.body);
    let seen = [("so", "042154003817"), ("can_cu", "xem thẻ CCCD bản gốc ngày 21/5/2020")];
    does(&mut clerk, &row, "giay-to", &seen).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE hold = 'no_id'").await, 0);
    let open = "SELECT COUNT(*) FROM duplicate_warnings WHERE state = 'open'";
    assert_eq!(t.number(open).await, 1);
    let page = clerk.get(&row).await.page();
    assert!(page.contains("042154003817"), "the officer's own page shows it");
    let views = "SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'";
    assert!(t.number(views).await >= 1);
    let leaks = "SELECT COUNT(*) FROM audit_entries WHERE detail LIKE '%42154003817%'";
    assert_eq!(t.number(leaks).await, 0, "no number in the trace");
}
on_both!(a_number_added_later_clears_the_hold_and_meets_its_duplicate);

async fn the_same_number_on_two_approved_rows_is_refused_by_name(t: TestApp) {
    let first = put_one(&t, "18199", "BTXH", "Trần Thị Hường", Some("042154003817")).await;
    let second = put_one(&t, SON_KIM, "NCC", "Phan Mỹ Dung", None).await;
    bring_to_decision(&t, "18199", first).await;
    bring_to_decision(&t, SON_KIM, second).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[first, second], "1502/QĐ-UBND", "27/5/2020").await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, second, "Phan Mỹ Dung").await;
    clerk.get(&format!("{row}/giay-to")).await.page();
    let seen = [("so", "042154003817"), ("can_cu", "xem thẻ CCCD bản gốc")];
    let refused = clerk.post(&format!("{row}/giay-to"), &seen).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("đã được duyệt ở danh sách khác"), "{}", refused.body);
}
on_both!(the_same_number_on_two_approved_rows_is_refused_by_name);

async fn a_draft_row_is_corrected_with_its_trace_and_what_was_typed_is_kept(t: TestApp) {
    let mut one = row(&t, SON_KIM, "NCC", "Trần Thị Hườg", None, 4);
    one.amount_dong = Some(1_800_000);
    let list = put(&t, "x18196", vec![one]).await.unwrap().list_ids[0];
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Trần Thị Hườg").await;
    let page = clerk.get(&row).await.page();
    assert!(page.contains("Số tiền khác mức quy định") && page.contains("Tờ “Tờ 1”, dòng 4"));
    clerk.get(&format!("{row}/sua")).await.page();
    let clumsy = [
        ("ho_ten", ""),
        ("ngay_sinh", "31/2/1954"),
        ("gioi", "?"),
        ("so_thang", "99"),
        ("so_tien", "nhiều"),
    ];
    let answer = clerk.post(&format!("{row}/sua"), &clumsy).await;
    assert!(answer.body.contains("Có 5 chỗ cần sửa"), "{}", answer.body);
    let good = [
        ("ho_ten", "Trần Thị Hường"),
        ("ngay_sinh", "12/8/1954"),
        ("gioi", "Nữ"),
        ("so_thang", "3"),
        ("so_tien", "1tr5"),
        ("thon", "Nam Hà"),
    ];
    does(&mut clerk, &row, "sua", &good).await;
    let page = clerk.get(&row).await.page();
    assert!(page.contains("Trần Thị Hường") && page.contains("Trần Thị Hườg"), "raw kept: {page}");
    assert!(!page.contains("Số tiền khác mức"), "{page}");
    let trace = "SELECT COUNT(*) FROM audit_entries WHERE action = 'entry.correct'
                   AND detail LIKE '%Trần Thị Hườg%'";
    assert_eq!(t.number(trace).await, 1);
    super::people::act(&mut clerk, list, "niem-yet").await.goes_to();
    let late = clerk.get(&format!("{row}/sua")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "only drafts are corrected");
}
on_both!(a_draft_row_is_corrected_with_its_trace_and_what_was_typed_is_kept);

async fn another_communes_row_looks_like_no_row(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    let mut other = t.sign_in("x18199").await;
    other.get("/danh-sach").await.page();
    assert_eq!(other.get(&row).await.status, StatusCode::NOT_FOUND);
    for what in ["loai", "sua", "giay-to", "tu-choi", "dieu-kien"] {
        let at = format!("{row}/{what}");
        assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
        let posted = other.post(&at, &[("ly_do", "không phải của tôi")]).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND);
    }
    let link = row.replace("/danh-sach/dong/", "/canh-bao/lien-ket/");
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries WHERE state = 'listed'").await, 1);
}
on_both!(another_communes_row_looks_like_no_row);
