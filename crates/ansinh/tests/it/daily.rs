//! The daily report: the ledger of that day, for ever.

use axum::http::StatusCode;
use sheets::{Limits, Value};

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::TestApp;

fn named(names: &[&str]) -> Vec<Someone> {
    names.iter().map(|name| someone(name, "")).collect()
}

/// Cells of the row whose first cell is this text, as numbers.
fn row(bytes: &[u8], first: &str) -> Vec<f64> {
    let book = sheets::read(bytes, &Limits::default()).unwrap();
    let found = book.sheets[0].rows.iter().find_map(|row| {
        let cell = book.sheets[0].cell(row.number, 0)?;
        (cell.value == Value::Text(first.to_owned())).then_some(row.number)
    });
    let number = found.unwrap_or_else(|| panic!("no row {first}"));
    (1..11)
        .map(|at| match book.sheets[0].cell(number, at).map(|cell| cell.value.clone()) {
            Some(Value::Number(number)) => number,
            other => panic!("{first}, column {at}: {other:?}"),
        })
        .collect()
}

async fn a_past_day_keeps_its_figures_and_they_are_the_ledgers(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &named(&["Hồ Một", "Hồ Hai", "Hồ Ba"])).await;
    let more = approved(&t, SON_KIM, "BTXH", &named(&["Lê Bốn", "Lê Năm", "Lê Sáu"])).await;
    approved(&t, "18070", "NCC", &named(&["Võ Bảy"])).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..2]).await;
    not_paid(&mut clerk, &more[..1], "away", "").await.page();
    let page = clerk.get("/bao-cao/hang-ngay").await.page();
    let first_day = "Trong ngày 15/5/2020 đã chi 2 khoản, 3.000.000 đồng. Tính đến hết ngày đã chi \
                     2/6 khoản được duyệt (33,3 %).";
    assert!(page.contains(first_day), "{page}");
    assert!(page.contains("Ba triệu đồng") && page.contains("Đi vắng"), "{page}");
    t.pass(chrono::Duration::hours(24));
    clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &more[..2]).await;
    give_back(&mut clerk, ids[0], "dead").await.goes_to();
    let page = clerk.get("/bao-cao/hang-ngay").await.page();
    let second = "Trong ngày 16/5/2020 đã chi 1 khoản, 1.500.000 đồng. Tính đến hết ngày đã chi \
                  3/6 khoản được duyệt (50,0 %).";
    assert!(page.contains(second) && page.contains("Đã chết"), "{page}");
    assert!(!page.contains("Đi vắng"), "paid meanwhile: {page}");
    let page = clerk.get("/bao-cao/hang-ngay?ngay=15/5/2020").await.page();
    assert!(page.contains(first_day) && page.contains("Đi vắng"), "{page}");
    assert!(!page.contains("Đã chết"), "{page}");
    let mut above = t.sign_in("tinh42").await;
    let file = above.get("/bao-cao/hang-ngay/tep?ngay=2020-05-16").await;
    assert!(file.content_type.contains("spreadsheetml"));
    let sum = row(&file.bytes, "Tổng cộng");
    let ledger = t.number("SELECT CAST(SUM(amount_dong) AS BIGINT) FROM payment_entries").await;
    assert_eq!(sum[..3], [7.0, 7.0, 10_500_000.0], "approved: items, people, đồng");
    assert_eq!(sum[3..5], [1.0, 1_500_000.0], "that day");
    assert_eq!(sum[5..7], [3.0, ledger as f64], "so far");
    assert_eq!(sum[7..], [4.0, 6_000_000.0, 1.0], "left, and not paid for a reason");
    let before = above.get("/bao-cao/hang-ngay/tep?ngay=2020-05-15").await;
    assert_eq!(row(&before.bytes, "Tổng cộng")[3..7], [2.0, 3e6, 2.0, 3e6]);
    let exports = "SELECT COUNT(*) FROM audit_entries WHERE action = 'table.exported'";
    assert_eq!(t.number(exports).await, 2);
}
on_both!(a_past_day_keeps_its_figures_and_they_are_the_ledgers);

fn tables(page: &str) -> String {
    page.split("<table").skip(1).filter_map(|part| part.split("</table>").next()).collect()
}

async fn each_day_is_told_later_as_it_was_told_then(t: TestApp) {
    let names = ["Hồ Một", "Hồ Hai", "Hồ Ba", "Hồ Tư", "Hồ Năm", "Hồ Sáu", "Hồ Bảy", "Hồ Tám"];
    let ids = approved(&t, SON_KIM, "NCC", &named(&names)).await;
    let mut model = Model::new(&[false; 8]);
    let mut told = Vec::new();
    // Few acts before and many after, and the other way round: both are asked in their own way.
    for (n, acts) in [4, 14, 14, 4, 3].into_iter().enumerate() {
        let mut clerk = t.sign_in("x18196").await;
        random_acts(&mut clerk, &ids, &mut model, acts, 31 + n as u64).await;
        let day = t.app.clock.today();
        let page = clerk.get("/bao-cao/hang-ngay").await.page();
        assert!(page.contains("Kết quả theo nhóm đối tượng"), "{page}");
        told.push((day, tables(&page)));
        t.pass(chrono::Duration::hours(24));
    }
    assert!(told.iter().filter(|(_, tables)| tables.contains("Lý do không chi được")).count() > 2);
    let mut clerk = t.sign_in("x18196").await;
    for (day, then) in told {
        let page = clerk.get(&format!("/bao-cao/hang-ngay?ngay={day}")).await.page();
        assert_eq!(tables(&page), then, "{day}");
    }
}
on_both!(each_day_is_told_later_as_it_was_told_then);

async fn a_day_to_come_or_no_day_or_anothers_place_is_refused(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    for path in ["/bao-cao/hang-ngay", "/bao-cao/hang-ngay/tep"] {
        for day in ["16/5/2020", "31/2/2020", "hôm qua".replace(' ', "+").as_str(), "-1"] {
            let answer = clerk.get(&format!("{path}?ngay={}", crate::support::encode(day))).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
            assert!(answer.body.contains("19/6/2020"), "{day}: says how to write it");
        }
        for place in ["xa=18070", "xa=zz"] {
            assert_eq!(clerk.get(&format!("{path}?{place}")).await.status, 404, "{place}");
        }
        for place in ["huyen=436", "xa=18070"] {
            assert_eq!(district.get(&format!("{path}?{place}")).await.status, 404, "{place}");
        }
        assert_ne!(t.visitor().get(path).await.status, StatusCode::OK);
    }
    let empty = clerk.get("/bao-cao/hang-ngay").await.page();
    assert!(empty.contains("Trong ngày 15/5/2020 không chi khoản nào"), "{empty}");
}
on_both!(a_day_to_come_or_no_day_or_anothers_place_is_refused);
