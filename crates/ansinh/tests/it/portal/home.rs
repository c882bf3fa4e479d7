//! The first page and the policies.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use super::seed::Row;
use crate::on_both;
use crate::support::TestApp;

async fn the_first_page_counts_people_and_money(t: TestApp) {
    let mut list = t.list("BTXH", "approved");
    list.decision = Some(t.decision("1502/QĐ-UBND").await);
    let paid = Row { pay: Some("paid"), people: 3, dong: 4_500_000, ..Row::new("A", None) };
    let waiting = Row { pay: Some("unpaid"), ..Row::new("B", None) };
    t.seed(&list, &[paid, waiting]).await;
    t.seed(&t.list("NCC", "draft"), &[Row::new("C", None)]).await;
    let page = t.visitor().get("/").await.page();
    for shown in ["75 % số người được duyệt", "6.000.000 đồng", "4.500.000 đồng", "75,0 %"]
    {
        let shown = shown.replace("75 %", "75,0 %");
        assert!(page.contains(&shown), "{shown}: {page}");
    }
    assert!(!page.contains("7.500.000"), "a draft does not count");
    assert!(page.contains("action=\"/tra-cuu/ket-qua\" method=\"post\""));
}
on_both!(the_first_page_counts_people_and_money);

async fn totals_are_counted_at_most_once_a_minute(t: TestApp) {
    let mut visitor = t.visitor();
    assert!(visitor.get("/").await.page().contains("Chưa có danh sách nào"));
    t.seed(&t.list("NCC", "submitted"), &[Row::new("C", None)]).await;
    assert!(visitor.get("/").await.page().contains("Chưa có danh sách nào"));
    t.pass(chrono::Duration::seconds(61));
    assert!(visitor.get("/").await.page().contains("đang chờ phê duyệt"));
}
on_both!(totals_are_counted_at_most_once_a_minute);

async fn each_policy_says_who_how_much_and_what_is_not_confirmed(t: TestApp) {
    let mut visitor = t.visitor();
    let all = visitor.get("/chinh-sach").await.page();
    let today = t.app.clock.today();
    for programme in t.app.catalogue.programmes().iter().filter(|p| p.in_force(today)) {
        for group in &programme.groups {
            assert!(all.contains(&format!("/chinh-sach/{}", group.code)), "{}", group.code);
            let page = visitor.get(&format!("/chinh-sach/{}", group.code)).await.page();
            assert!(page.contains(&group.name) && page.contains("tháng"), "{}", group.code);
        }
    }
    let ncc = visitor.get("/chinh-sach/ncc").await.page();
    assert!(ncc.contains("<mark>cần xác nhận</mark>") && ncc.contains("1.500.000 đồng"));
    assert!(ncc.contains("niêm yết 2 ngày") && ncc.contains("ngày làm việc"));
    assert_eq!(visitor.get("/chinh-sach/KHONG").await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get("/chinh-sach/%3Cb%3E").await.status, StatusCode::NOT_FOUND);
}
on_both!(each_policy_says_who_how_much_and_what_is_not_confirmed);

async fn public_pages_may_be_kept_a_minute_and_are_small(t: TestApp) {
    let ask = |address: &'static str| {
        let request = Request::builder().uri(address).body(Body::empty()).unwrap();
        t.router.clone().oneshot(request)
    };
    for address in ["/", "/chinh-sach", "/cong-khai", "/cong-khai/18196", "/tra-cuu"] {
        let answer = ask(address).await.unwrap();
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=60", "{address}");
        let robots = answer.headers().get("x-robots-tag");
        assert_eq!(robots.is_some(), address.contains("18196"), "{address}");
    }
    let page = t.visitor().get("/").await.page();
    assert!(page.len() < 30_000, "{} bytes", page.len());
    assert!(!page.contains("name=\"csrf\""));
}
on_both!(public_pages_may_be_kept_a_minute_and_are_small);
