//! "Việc hôm nay" of each role.

use super::seed::{Row, day};
use crate::on_both;
use crate::support::TestApp;

async fn an_empty_commune_is_shown_where_to_begin(t: TestApp) {
    assert!(t.visitor().get("/viec").await.goes_to().starts_with("/dang-nhap"));
    let page = t.sign_in("x18196").await.get("/viec").await.page();
    assert!(page.contains("Nhập danh sách đầu tiên"), "{page}");
}
on_both!(an_empty_commune_is_shown_where_to_begin);

async fn a_communes_duties_are_in_order_and_only_the_next_is_blue(t: TestApp) {
    let mut approved = t.list("BTXH", "approved");
    approved.decision = Some(t.decision("1502/QĐ-UBND").await);
    let row =
        |pay, hold, number| Row { pay: Some(pay), hold, ..Row::new("Trần Thị Hoa", number) };
    let rows = [
        row("paid", "", Some("042140000184")),
        row("unpaid", "", Some("042140000185")),
        row("unpaid", "no_id", None),
    ];
    t.seed(&approved, &rows).await;
    let mut ended = t.list("NCC", "posted");
    ended.posting_ends_on = Some(day("2020-05-13"));
    ended.due_on = Some(day("2020-05-14"));
    t.seed(&ended, &[Row::new("Lê Văn Niêm", Some("042140000186"))]).await;
    let mut draft = t.list("HN", "draft");
    draft.due_on = Some(day("2020-05-22"));
    t.seed(&draft, &[Row::new("Hồ Thị Nháp", Some("042140000187"))]).await;
    let page = t.sign_in("x18196").await.get("/viec").await.page();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing: {page}"));
    assert!(at("1 việc trễ") < at("Kết thúc niêm yết, gửi danh sách"));
    assert!(at("Kết thúc niêm yết, gửi danh sách") < at("Ghi các khoản đã chi trong ngày"));
    assert!(at("Ghi các khoản đã chi") < at("Niêm yết danh sách Hộ nghèo"));
    at("Còn 9 giờ 30 phút");
    at("Bổ sung giấy tờ cho 1 người");
    at("1.500.000 đồng");
    at("Xã đã chi 1 trong 3 khoản");
    at("1/3");
    let buttons = page.matches("govuk-button be").count();
    let secondary = page.matches("govuk-button be govuk-button--secondary").count();
    assert_eq!(buttons - secondary, 1, "only the next deed is filled");
}
on_both!(a_communes_duties_are_in_order_and_only_the_next_is_blue);

async fn a_commune_sees_nothing_of_its_neighbour(t: TestApp) {
    t.seed(&t.list("HN", "draft"), &[Row::new("Hồ Thị Nháp", None)]).await;
    let page = t.sign_in("x18199").await.get("/viec").await.page();
    assert!(page.contains("Nhập danh sách đầu tiên"), "{page}");
}
on_both!(a_commune_sees_nothing_of_its_neighbour);

async fn a_district_sees_lists_to_appraise_and_silent_communes(t: TestApp) {
    let mut approved = t.list("BTXH", "approved");
    approved.decision = Some(t.decision("1502/QĐ-UBND").await);
    let unpaid = Row { pay: Some("unpaid"), ..Row::new("Trần Thị Hoa", None) };
    t.seed(&approved, &[unpaid]).await;
    for round in 1..=17 {
        let mut list = t.list("HN", "submitted");
        list.round = round;
        list.due_on = Some(day("2020-05-18"));
        t.seed(&list, &[]).await;
    }
    let page = t.sign_in("h439").await.get("/viec").await.page();
    assert!(page.contains("Thẩm định danh sách Hộ nghèo, đợt 1, xã Sơn Kim 1"), "{page}");
    assert!(page.contains("thứ Hai 18/5/2020") && page.contains("còn 1 ngày làm việc"));
    assert!(page.contains("Còn 2 danh sách nữa chờ thẩm định"), "{page}");
    assert!(page.contains("1 xã chưa gửi báo cáo chi trả hôm nay"), "{page}");
    let other = t.sign_in("h440").await.get("/viec").await.page();
    assert!(other.contains("Hôm nay huyện đã xong"), "empty is a reward: {other}");
}
on_both!(a_district_sees_lists_to_appraise_and_silent_communes);

async fn the_province_sees_lists_to_decide_by_district(t: TestApp) {
    let mut list = t.list("HN", "appraised");
    list.due_on = Some(day("2020-05-13"));
    t.seed(&list, &[Row::new("Hồ Thị Nháp", None)]).await;
    let page = t.sign_in("tinh42").await.get("/viec").await.page();
    assert!(page.contains("Phê duyệt 1 danh sách của huyện Hương Sơn"), "{page}");
    assert!(page.contains("Trễ 2 ngày làm việc"), "{page}");
}
on_both!(the_province_sees_lists_to_decide_by_district);
