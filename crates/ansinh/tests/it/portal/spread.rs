//! Feeds for search engines, the sheet for the wall, parts inside other portals, the English page.

use axum::http::StatusCode;
use sea_orm::ConnectionTrait;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{TestApp, encode};

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

async fn one_box_finds_policies_places_and_answers_without_diacritics(t: TestApp) {
    let mut visitor = t.visitor();
    for (typed, found) in [
        ("ho ngheo", "Hộ nghèo"),
        ("SON KIM", "Xã Sơn Kim 1"),
        ("hương sơn kim", "Tìm tên một người"),
        ("du lieu", "Dữ liệu mở"),
        ("sóng", "Nơi chưa có sóng"),
    ] {
        let page = visitor.get(&format!("/tim?q={}", encode(typed))).await.page();
        assert!(page.contains(found), "{typed}: {page}");
    }
    let nothing = visitor.get("/tim?q=%25").await.page();
    assert!(nothing.contains("Không thấy gì") && nothing.contains("/hoi-dap/gui"), "{nothing}");
    assert!(
        visitor.get("/tim").await.page().contains("<h1 class=\"govuk-heading-xl\">Tìm trên cổng")
    );
    // Somebody's number leaves the address, and nobody is looked for by it.
    let number = visitor.get("/tim?q=042%20154%20000%20017").await;
    assert_eq!(number.goes_to(), "/tim?so=1");
    assert!(visitor.get("/tim?so=1").await.page().contains("Số giấy tờ không tìm ở đây"));
    let hostile = visitor.get("/tim?q=%22%3E%3Cscript%3Ex").await.page();
    assert!(!hostile.contains("<script>x"), "{hostile}");
}
on_both!(one_box_finds_policies_places_and_answers_without_diacritics);

async fn a_link_shows_a_picture_once_the_installation_knows_its_address(t: TestApp) {
    let bare = t.visitor().get("/tien-do").await.page();
    assert!(!bare.contains("og:image"), "no address, no picture");
    let t = t.with(|parts| parts.config.public_url = "https://ansinh.example.vn/".to_owned());
    let mut visitor = t.visitor();
    let page = visitor.get("/tien-do").await.page();
    let picture = page.split("og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let path = picture.strip_prefix("https://ansinh.example.vn").unwrap();
    let answer = visitor.get(path).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (StatusCode::OK, "image/png"));
    assert_eq!(&answer.bytes[1..4], b"PNG");
}
on_both!(a_link_shows_a_picture_once_the_installation_knows_its_address);

async fn new_lists_are_a_feed_of_the_province_and_of_each_commune(t: TestApp) {
    let t = t.with(|parts| parts.config.public_url = "https://ansinh.example.vn/".to_owned());
    approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    approved(&t, "18172", "NCC", &[someone("Đặng Văn Đỗ", "")]).await;
    let posted = "UPDATE beneficiary_lists SET posted_on = '2020-05-04'";
    t.app.db.read().execute_unprepared(posted).await.unwrap();
    let feed = t.visitor().get("/cong-khai/nguon-tin.xml").await;
    assert_eq!(feed.content_type, "application/atom+xml; charset=utf-8");
    let read = roxmltree::Document::parse(&feed.body).unwrap();
    let titles: Vec<&str> = read
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "entry")))
        .filter_map(|entry| entry.children().find(|part| part.tag_name().name() == "title")?.text())
        .collect();
    assert_eq!(titles.len(), 2, "{}", feed.body);
    assert!(
        titles.contains(&"Xã Sơn Kim 1: danh sách Hộ nghèo, đợt 1 được phê duyệt"),
        "{titles:?}"
    );
    assert!(feed.body.contains("https://ansinh.example.vn/cong-khai/18196"), "{}", feed.body);
    assert!(!feed.body.contains("Hồ Thanh Bình"), "no names");
    let own = t.visitor().get("/cong-khai/nguon-tin.xml?xa=18172").await.page();
    assert!(own.contains("Sơn Tây") && !own.contains("Sơn Kim"), "{own}");
    for wrong in ["99999", "%27", "18172-2020"] {
        let answer = t.visitor().get(&format!("/cong-khai/nguon-tin.xml?xa={wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
on_both!(new_lists_are_a_feed_of_the_province_and_of_each_commune);
