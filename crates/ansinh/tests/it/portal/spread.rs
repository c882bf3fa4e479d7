//! Feeds for search engines, the sheet for the wall, parts inside other portals, the English page.

use axum::http::StatusCode;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::TestApp;

async fn search_engines_get_pages_and_no_names(t: TestApp) {
    let t = t.with(|parts| parts.config.public_url = "https://ansinh.example.vn/".to_owned());
    let mut visitor = t.visitor();
    let robots = visitor.get("/robots.txt").await.page();
    assert!(robots.contains("Disallow: /cong-khai/\n"), "{robots}");
    assert!(robots.ends_with("Sitemap: https://ansinh.example.vn/sitemap.xml\n"), "{robots}");
    let map = visitor.get("/sitemap.xml").await;
    assert_eq!(map.content_type, "application/xml; charset=utf-8");
    let places = map.body.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap());
    let places: Vec<String> = places.map(str::to_owned).collect();
    assert!(places.len() > 10, "{places:?}");
    for place in places {
        let path = place.strip_prefix("https://ansinh.example.vn").expect(&place);
        let answer = visitor.open(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(!answer.headers().contains_key("x-robots-tag"), "{path} is not to be found");
    }
}
on_both!(search_engines_get_pages_and_no_names);

async fn a_commune_prints_a_sheet_for_the_wall(t: TestApp) {
    let mut visitor = t.visitor();
    let sheet = visitor.get("/cong-khai/18196/to-dan").await.page();
    assert!(sheet.contains("ỦY BAN NHÂN DÂN XÃ SƠN KIM 1"), "{sheet}");
    assert_eq!(visitor.get("/cong-khai/99999/to-dan").await.status, StatusCode::NOT_FOUND);
    let hostile = visitor.open_with("/cong-khai/18196/to-dan", "host", "a\"><script>x").await;
    let body = axum::body::to_bytes(hostile.into_body(), 1 << 20).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("<script>x"));
    let hostile = visitor.open_with("/robots.txt", "host", "evil.example/x y").await;
    let body = axum::body::to_bytes(hostile.into_body(), 1 << 20).await.unwrap();
    assert!(String::from_utf8_lossy(&body).ends_with("Sitemap: /sitemap.xml\n"));
}
on_both!(a_commune_prints_a_sheet_for_the_wall);

async fn other_portals_frame_parts_and_nothing_else(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let mut visitor = t.visitor();
    for path in [
        "/nhung/tra-cuu",
        "/nhung/tien-do",
        "/nhung/tien-do/18196",
        "/nhung/ban-do",
        "/nhung/chinh-sach/ncc",
    ] {
        let answer = visitor.open(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("frame-ancestors *") && policy.contains("script-src 'none'"));
        assert!(!answer.headers().contains_key("x-frame-options"), "{path}");
        assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        let page = visitor.get(path).await.page();
        assert!(!page.contains("Hồ Thanh Bình") && !page.contains("csrf"), "{page}");
        assert!(page.split("<a ").skip(1).all(|link| link.contains("target=\"_top\"")), "{page}");
    }
    let commune = visitor.get("/nhung/tien-do/18196").await.page();
    assert!(commune.contains("đã chi cho 100 % số người được duyệt"), "{commune}");
    for path in ["/", "/nhung", "/tra-cuu", "/dang-nhap", "/cong-khai/18196"] {
        let answer = visitor.open(path).await;
        assert_eq!(answer.headers()["x-frame-options"], "DENY", "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
    }
    for path in ["/nhung/tien-do/99999", "/nhung/chinh-sach/khong-co", "/nhung/x"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let snippets = visitor.get("/nhung").await.page();
    assert!(snippets.contains("&lt;iframe src="), "{snippets}");
}
on_both!(other_portals_frame_parts_and_nothing_else);

async fn a_foreigner_reads_who_is_responsible(t: TestApp) {
    let page = t.visitor().get("/en").await.page();
    assert!(page.contains("lang=\"en\"") && page.contains("Ha Tinh"), "{page}");
}
on_both!(a_foreigner_reads_who_is_responsible);
