//! The clerk finds people; names and numbers never stand in an address; every look at whole
//! numbers is on record.

use super::fixture::*;
use crate::on_both;
use crate::support::TestApp;

async fn names_are_found_without_marks_in_any_order_and_numbers_with_lost_zeros(t: TestApp) {
    let people = [
        someone("Hồ Thanh Bình", "042064000123"),
        someone("Bình Thị Hồng", "183204517"),
        someone("H'Wưn Niê", ""),
    ];
    approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/chi-tra").await.page();
    for (typed, found, left_out) in [
        ("binh thanh ho", "Hồ Thanh Bình", "Bình Thị Hồng"),
        ("HỒNG", "Bình Thị Hồng", "Hồ Thanh Bình"),
        ("h'wun", "H&#39;Wưn Niê", "Hồ Thanh Bình"),
        ("042064000123", "Hồ Thanh Bình", "Bình Thị Hồng"),
        ("42064000123", "Hồ Thanh Bình", "Bình Thị Hồng"),
        ("183 204 517", "Bình Thị Hồng", "Hồ Thanh Bình"),
    ] {
        let page = clerk.post("/chi-tra/tim", &[("tim", typed)]).await.page();
        assert!(page.contains(found), "{typed}: {page}");
        assert!(!page.contains(left_out), "{typed}: {page}");
        let head = page.split("</title>").next().unwrap();
        assert!(!head.contains(typed), "what was searched for is not in the title");
    }
    for typed in ["%", "' OR 1=1 --", "khongcoai", "999999999"] {
        let answer = clerk.post("/chi-tra/tim", &[("tim", typed)]).await;
        assert!(!answer.body.contains("Hồ Thanh Bình"), "{typed}: {}", answer.body);
    }
    assert_eq!(clerk.post("/chi-tra/tim", &[("tim", "%%%")]).await.goes_to(), "/chi-tra");
}
on_both!(names_are_found_without_marks_in_any_order_and_numbers_with_lost_zeros);

async fn filters_stay_in_the_address_and_every_view_of_numbers_is_recorded(t: TestApp) {
    let mut people = vec![someone("Hồ Thanh Bình", "042064000123"), someone("Lê Thị Hai", "")];
    people[1].hamlet = "Thôn Nam".to_owned();
    approved(&t, SON_KIM, "NCC", &people).await;
    approved(&t, SON_KIM, "HN", &[someone("Trần Ba", "183204517")]).await;
    let mut clerk = t.sign_in("x18196").await;
    let seen = "SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'";
    assert_eq!(t.number(seen).await, 0);
    let page = clerk.get("/chi-tra?thon=Th%C3%B4n%20Nam").await.page();
    assert!(page.contains("Lê Thị Hai") && !page.contains("Hồ Thanh Bình"), "{page}");
    assert_eq!(t.number(seen).await, 0, "no number was shown");
    let page = clerk.get("/chi-tra?nhom=HN").await.page();
    assert!(page.contains("Trần Ba") && !page.contains("Hồ Thanh Bình"), "{page}");
    assert!(page.contains("value=\"HN\" selected"), "{page}");
    assert_eq!(t.number(seen).await, 1);
    clerk.get("/chi-tra").await.page();
    assert_eq!(t.number(seen).await, 2, "once a page view");
    let leaks = "SELECT COUNT(*) FROM audit_entries WHERE detail LIKE '%183204517%'";
    assert_eq!(t.number(leaks).await, 0);
}
on_both!(filters_stay_in_the_address_and_every_view_of_numbers_is_recorded);

async fn pages_of_fifty_visit_every_row_once_and_no_name_is_in_an_address(t: TestApp) {
    let people: Vec<Someone> = (0..120)
        .map(|n| someone(&format!("Nguyễn Văn {}", ["An", "Bình", "Cường"][n % 3]), ""))
        .collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut seen = Vec::new();
    let mut address = "/chi-tra".to_owned();
    loop {
        let page = clerk.get(&address).await.page();
        seen.extend(values(&page, "chon"));
        let Some(next) = page.split("href=\"").find(|link| link.contains("rel=\"next\"")) else {
            break;
        };
        address = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        assert!(!address.contains("nguyen") && !address.contains("an "), "{address}");
    }
    let mut wanted: Vec<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(seen.len(), 120);
    seen.sort();
    wanted.sort();
    assert_eq!(seen, wanted);
    let page = clerk.get("/chi-tra?so-dong=200").await.page();
    assert_eq!(values(&page, "chon").len(), 120);
    let page = clerk.post("/chi-tra/tim", &[("tim", "nguyen")]).await.page();
    assert_eq!(values(&page, "chon").len(), 50);
    let after = values(&page, "sau");
    let more = clerk.post("/chi-tra/tim", &[("tim", "nguyen"), ("sau", &after[0])]).await.page();
    assert_eq!(values(&more, "chon").len(), 50);
    assert!(clerk.get("/chi-tra?sau=khong-phai-ma&so-dong=x").await.page().contains("120 khoản"));
}
on_both!(pages_of_fifty_visit_every_row_once_and_no_name_is_in_an_address);
