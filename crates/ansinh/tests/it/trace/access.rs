//! Who looked at whose data, for the officers over that row and for nobody else.

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::TestApp;
use axum::http::StatusCode;

async fn the_access_list_names_who_paid_and_who_looked_within_the_scope(t: TestApp) {
    let people: Vec<Someone> =
        (0..3).map(|n| someone(&format!("Hồ Thị {n}"), &format!("04206400012{n}"))).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let entries = entries_of(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..1]).await;
    t.pass(chrono::Duration::minutes(1));
    clerk.get(&format!("/danh-sach/dong/{}", entries[1])).await.page();
    t.pass(chrono::Duration::minutes(1));
    for (user, status) in [("x18196", 200), ("h439", 200), ("tinh42", 200), ("x18172", 404)] {
        let mut officer = t.sign_in(user).await;
        for path in ["", "?sau=x", "?sau=00000000-0000-0000-0000-000000000000"] {
            let answer = officer.get(&format!("/kiem-tra/dong/{}{path}", entries[0])).await;
            assert_eq!(answer.status.as_u16(), status, "{user} {path}");
            assert!(!answer.body.contains("042064000120"), "no number stands there");
        }
    }
    let mut district = t.sign_in("h439").await;
    let ledger = district.get(&format!("/chi-tra/{}", ids[0])).await.page();
    assert!(ledger.contains(&format!("/kiem-tra/dong/{}", entries[0])), "{ledger}");
    let page = district.get(&format!("/kiem-tra/dong/{}", entries[0])).await.page();
    assert!(page.contains("Ghi chi trả") && page.contains("Xem số giấy tờ"), "{page}");
    assert!(page.contains("Xem ai đã truy cập"), "looking at it is on it: {page}");
    let page = district.get(&format!("/kiem-tra/dong/{}", entries[1])).await.page();
    assert!(!page.contains("Ghi chi trả"), "another person's payment: {page}");
    assert!(page.contains("/danh-sach/dong"), "{page}");
    assert_eq!(district.get("/kiem-tra/dong/x").await.status, StatusCode::NOT_FOUND);
    let mut visitor = t.visitor();
    let to = visitor.get(&format!("/kiem-tra/dong/{}", entries[0])).await.goes_to();
    assert!(to.starts_with("/dang-nhap"), "{to}");
}
on_both!(the_access_list_names_who_paid_and_who_looked_within_the_scope);

async fn a_long_access_list_goes_on_page_by_page_without_gap(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thị Hai", "042064000123")]).await;
    let entry = entries_of(&t).await[0];
    let mut clerk = t.sign_in("x18196").await;
    for _ in 0..60 {
        clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
        t.pass(chrono::Duration::seconds(1));
    }
    let first = clerk.get(&format!("/kiem-tra/dong/{entry}")).await.page();
    assert_eq!(first.matches("Xem số giấy tờ").count(), 50, "{first}");
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = clerk.get(&next).await.page();
    assert_eq!(second.matches("Xem số giấy tờ").count(), 10, "{second}");
}
on_both!(a_long_access_list_goes_on_page_by_page_without_gap);

async fn a_look_up_stands_in_the_access_list_of_the_one_who_was_found(t: TestApp) {
    let people: Vec<Someone> =
        (0..20).map(|n| someone(&format!("Hồ Thị {n:02}"), &format!("0420640001{n:02}"))).collect();
    approved(&t, SON_KIM, "NCC", &people).await;
    let entries = entries_of(&t).await;
    let year = t.number("SELECT CAST(MAX(birth_year) AS BIGINT) FROM list_entries").await;
    let birth = format!("1/1/{year}");
    let mut visitor = t.visitor();
    for _ in 0..2 {
        let typed = [("so_giay_to", "042064000103"), ("ngay_sinh", &*birth)];
        let page = visitor.post("/tra-cuu/ket-qua", &typed).await.page();
        assert!(page.contains("Hồ Thị 03"), "{page}");
        t.pass(chrono::Duration::minutes(1));
    }
    let mut clerk = t.sign_in("x18196").await;
    for (n, entry) in entries.iter().enumerate() {
        let page = clerk.get(&format!("/kiem-tra/dong/{entry}")).await.page();
        let seen = page.matches("Tra cứu trên trang công khai").count();
        assert_eq!(seen, if n == 3 { 2 } else { 0 }, "{n}: {page}");
    }
}
on_both!(a_look_up_stands_in_the_access_list_of_the_one_who_was_found);

async fn entries_of(t: &TestApp) -> Vec<uuid::Uuid> {
    use ansinh::database::Sql;
    #[derive(sea_orm::FromQueryResult)]
    struct Id {
        id: uuid::Uuid,
    }
    let sql = "SELECT id FROM list_entries ORDER BY full_name";
    let rows: Vec<Id> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}
