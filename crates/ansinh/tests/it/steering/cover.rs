//! A review of places without internet: from the communes to the operator, and to everybody.

use axum::http::StatusCode;

use uuid::Uuid;

use super::{first_task, give, issue, report};
use crate::feedback::deed;
use crate::on_both;
use crate::support::{Answer, Client, TestApp};

const PLACE: [(&str, &str); 6] = [
    ("thon", "Khe Năm"),
    ("ho", "42"),
    ("nguoi", "1.180"),
    ("thieu", "none"),
    ("co_gi", "Chỉ có sóng Viettel ở đầu dốc"),
    ("de_xuat", "Dựng một trạm BTS trên đồi Cây Thị"),
];

async fn place(clerk: &mut Client, task: &str, fields: &[(&str, &str)]) -> Answer {
    deed(clerk, task, "noi", fields).await
}

/// The address of the first place of an officer's table.
async fn first_place(officer: &mut Client) -> String {
    let page = officer.get("/phu-song").await.page();
    let rest = page.split("href=\"/phu-song/noi/").nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no place: {page}"));
    format!("/phu-song/noi/{}", rest.split('"').next().unwrap())
}

async fn reviewed(t: &TestApp) -> (Client, Client, String) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "coverage", "16/KH-UBND", None).await;
    let task = [("viec", "Rà soát nơi chưa có sóng"), ("han", "29/5/2020"), ("tat_ca_xa", "1")];
    give(&mut province, &paper, &task).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    (province, clerk, task)
}

async fn a_place_goes_from_the_commune_to_the_operator_and_gets_a_signal(t: TestApp) {
    let (mut province, mut clerk, task) = reviewed(&t).await;
    let nothing = report(&mut clerk, &task, &[("ket_qua", "Đã rà soát")], None).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("Chưa ghi nơi nào"), "{}", nothing.body);
    place(&mut clerk, &task, &PLACE).await.goes_to();
    let twice = place(
        &mut clerk,
        &task,
        &[
            ("thon", "khe nam"),
            ("ho", "1"),
            ("nguoi", "2"),
            ("thieu", "weak"),
            ("de_xuat", "Như trên"),
        ],
    )
    .await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.body.contains("đã có trong danh sách"), "{}", twice.body);
    report(&mut clerk, &task, &[("ket_qua", "Đã rà soát")], None).await.goes_to();
    // What was reported stands still.
    assert_eq!(place(&mut clerk, &task, &PLACE).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut citizen = t.visitor();
    let page = citizen.get("/noi-chua-co-song").await.page();
    assert!(!page.contains("Khe Năm"), "not confirmed: {page}");
    for islands in ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"] {
        assert!(page.contains(islands), "{islands}: {page}");
    }
    let mut district = t.sign_in("h439").await;
    let spot = first_place(&mut district).await;
    deed(&mut district, &spot, "xac-nhan", &[]).await.goes_to();
    let page = t.visitor().get("/noi-chua-co-song").await.page();
    for shown in ["1 nơi chưa có sóng, 1.180 người", "Khe Năm", "Từ 500 người trở lên: 1 xã"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let send = [("nha_mang", "Viettel Hà Tĩnh"), ("han", "30/6/2020")];
    let refused = deed(&mut district, &spot, "gui", &send).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "only the province writes to operators"
    );
    deed(&mut province, &spot, "gui", &send).await.goes_to();
    t.set_local("2020-07-01T09:00");
    let (mut province, mut district) = (t.sign_in("tinh42").await, t.sign_in("h439").await);
    let slow = province.get("/don-doc/don-vi-cham").await.page();
    assert!(slow.contains("Viettel Hà Tĩnh") && slow.contains("Khe Năm, xã Sơn Kim 1"), "{slow}");
    let tried = [("cach", "Đã phát sóng trạm đồi Cây Thị, xã đo được 4G")];
    deed(&mut district, &spot, "co-song", &tried).await.goes_to();
    let table = t.visitor().get("/noi-chua-co-song/tai-ve.csv").await.page();
    assert!(table.contains("Khe Năm") && table.contains("Đã có sóng"), "{table}");
    let page = t.visitor().get("/noi-chua-co-song").await.page();
    assert!(page.contains("Không còn nơi nào chưa có sóng"), "{page}");
    let table = province.get("/phu-song/tep/phu-song.csv?trang_thai=done").await.page();
    assert!(table.contains("đồi Cây Thị") && table.contains("Huyện Hương Sơn"), "{table}");
}
on_both!(a_place_goes_from_the_commune_to_the_operator_and_gets_a_signal);

async fn a_commune_says_that_it_has_no_such_place_or_takes_one_back(t: TestApp) {
    let (_, mut clerk, task) = reviewed(&t).await;
    place(&mut clerk, &task, &PLACE).await.goes_to();
    let spot = first_place(&mut clerk).await;
    let both = [("ket_qua", "Đã rà soát"), ("khong_noi", "1")];
    let refused = report(&mut clerk, &task, &both, None).await;
    assert!(refused.body.contains("Đã ghi 1 nơi"), "{}", refused.body);
    let page = clerk.get(&task).await.page();
    assert!(page.contains(&format!("action=\"{spot}/bo\"")), "{page}");
    let act = Uuid::from_u128(7).to_string();
    clerk.post(&format!("{spot}/bo"), &[("ma", &act), ("phien_ban", "0")]).await.goes_to();
    report(&mut clerk, &task, &both, None).await.goes_to();
    assert!(clerk.get(&task).await.page().contains("Cả xã không có nơi nào"));
    assert_eq!(t.number("SELECT COUNT(*) FROM coverage_places").await, 0);
}
on_both!(a_commune_says_that_it_has_no_such_place_or_takes_one_back);

async fn numbers_that_cannot_be_are_told_at_their_fields(t: TestApp) {
    let (_, mut clerk, task) = reviewed(&t).await;
    for (field, typed, told) in [
        ("nguoi", "0", "Ghi một số từ 1"),
        ("nguoi", "nhiều", "Ghi một số từ 1"),
        ("nguoi", "99999999999", "Ghi một số từ 1"),
        ("ho", "2000", "Số hộ lớn hơn số người"),
        ("thieu", "khong", "Chọn nơi này thiếu gì"),
        ("thon", "", "Ghi tên thôn"),
    ] {
        let mut fields = PLACE.to_vec();
        for pair in &mut fields {
            if pair.0 == field {
                pair.1 = typed;
            }
        }
        let answer = place(&mut clerk, &task, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={typed}");
        assert!(answer.body.contains(told), "{field}={typed}: {}", answer.body);
        assert!(answer.body.contains("đồi Cây Thị"), "nothing typed is lost");
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM coverage_places").await, 0);
}
on_both!(numbers_that_cannot_be_are_told_at_their_fields);
