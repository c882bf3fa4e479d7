//! False news and what is true.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::Duration;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::{act, begin, board, officer, save, text};
use crate::on_both;
use crate::support::{Client, TestApp};

const TITLE: &str = "Không có chuyện dừng hỗ trợ người chưa tiêm phòng";

fn claim() -> Vec<(&'static str, &'static str)> {
    let mut fields = text(TITLE, "Tiền hỗ trợ **không** phụ thuộc việc tiêm phòng.").to_vec();
    fields.extend([
        ("tin_lan", "Ai chưa tiêm phòng sẽ bị cắt tiền hỗ trợ </script><script>alert(1)</script>"),
        ("nhan", "fake"),
        ("linh_vuc", "health"),
        ("kenh", "Một nhóm kín trên mạng xã hội"),
        ("dia_chi", "https://facebook.com/groups/x?a=1&b=2"),
        ("ngay_thay", "15/5/2020"),
        ("can_cu", "Quyết định 15/2020/QĐ-TTg"),
        ("can_cu_ngay", "24/4/2020"),
        ("co_quan", "Sở Y tế tỉnh Hà Tĩnh"),
        ("nguoi_tham_dinh", "binh.syt"),
    ]);
    fields
}

/// A page as a browser asks for it: with the name of the server.
async fn fetched(t: &TestApp, path: &str) -> String {
    let request = Request::builder()
        .uri(path)
        .header(header::HOST, "ansinh.hatinh.gov.vn")
        .body(Body::empty())
        .unwrap();
    let response = t.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a reader of JSON-LD finds in a page.
fn json_ld(page: &str) -> Value {
    let parts: Vec<&str> = page.split("<script type=\"application/ld+json\">").collect();
    assert_eq!(parts.len(), 2, "one block: {page}");
    serde_json::from_str(parts[1].split("</script>").next().unwrap()).unwrap()
}

async fn a_false_post_about_relief_is_rebutted_within_the_hour(t: TestApp) {
    let (mut head, mut editor, _) = board(&t).await;
    let mut health = officer(&t, "Trần Thị Bình", "binh.syt").await;
    t.visitor().get("/").await.page();
    let address = begin(&mut editor, "rebuttal", TITLE).await;
    t.pass(Duration::minutes(10));
    save(&mut editor, &address, "trinh", &claim()).await.goes_to();
    // The head cannot go before the health department has confirmed.
    let early = act(&mut head, &address, "dang", &[("khi", "ngay")]).await;
    assert!(early.body.contains("chưa thẩm định"), "{}", early.body);
    assert!(head.get("/bien-tap").await.page().contains("Chờ thẩm định"));
    let asked = health.get("/bien-tap").await.page();
    assert!(asked.contains("1 bài đang chờ anh/chị") && asked.contains(TITLE), "{asked}");
    assert!(asked.contains("href=\"/bien-tap\""), "the menu leads her there");
    assert!(
        health.get(&format!("{address}/xem")).await.page().contains("không</strong> phụ thuộc")
    );
    let bare = act(&mut health, &address, "khong-xac-nhan", &[]).await;
    assert!(bare.body.contains("Ghi lý do"), "{}", bare.body);
    t.pass(Duration::minutes(15));
    let word = [("ly_do", "Chưa có quy định nào như vậy")];
    act(&mut health, &address, "xac-nhan", &word).await.goes_to();
    t.pass(Duration::minutes(5));
    assert!(head.get("/bien-tap").await.page().contains("1 bài đang chờ anh/chị"));
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    t.pass(Duration::minutes(2));
    let home = t.visitor().get("/").await.page();
    let own = "/kiem-chung/khong-co-chuyen-dung-ho-tro-nguoi-chua-tiem-phong";
    assert!(home.contains(own) && home.contains("Tin giả</span>"), "{home}");
    let page = fetched(&t, own).await;
    for told in [
        "Sở Y tế tỉnh Hà Tĩnh xác nhận lúc 8 giờ 25",
        "Chưa có quy định nào như vậy",
        "15/2020/QĐ-TTg ngày 24/4/2020",
        "lần đầu ngày 15/5/2020",
        "Y tế",
        "Đăng lúc 8 giờ 30",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    let review = json_ld(&page);
    assert_eq!(review["@type"], "ClaimReview");
    assert_eq!(review["reviewRating"]["ratingValue"], 1);
    assert_eq!(review["reviewRating"]["alternateName"], "Tin giả");
    assert_eq!(review["url"], format!("http://ansinh.hatinh.gov.vn{own}"));
    assert!(review["claimReviewed"].as_str().unwrap().contains("</script>"), "as it was typed");
    let seen = "https://facebook.com/groups/x?a=1&b=2";
    assert_eq!(review["itemReviewed"]["firstAppearance"]["url"], seen);
    assert_eq!(review["itemReviewed"]["datePublished"], "2020-05-15");
    assert_eq!(review["datePublished"], "2020-05-15T01:30:00+00:00", "within the hour");
    // Under the news' address it is led to its own; the list finds it without marks.
    let plain = own.replace("kiem-chung", "tin-tuc");
    assert_eq!(t.visitor().get(&plain).await.goes_to(), own);
    assert!(t.visitor().get("/kiem-chung?tim=chua+tiem&loai=fake").await.page().contains(own));
    assert!(!t.visitor().get("/kiem-chung?loai=true").await.page().contains(own));
    assert!(!t.visitor().get("/tin-tuc").await.page().contains(own));
}
on_both!(a_false_post_about_relief_is_rebutted_within_the_hour);

async fn what_the_agency_confirmed_is_what_is_published(t: TestApp) {
    let (mut head, mut editor, _) = board(&t).await;
    let mut health = officer(&t, "Trần Thị Bình", "binh.syt").await;
    let address = begin(&mut editor, "rebuttal", TITLE).await;
    save(&mut editor, &address, "trinh", &claim()).await.goes_to();
    act(&mut health, &address, "xac-nhan", &[]).await.goes_to();
    // Taken back and changed after the review: it must be reviewed again.
    act(&mut editor, &address, "rut", &[]).await.goes_to();
    let mut other = claim();
    other[2] = ("noi_dung", "Điều khác.");
    save(&mut editor, &address, "trinh", &other).await.goes_to();
    let early = act(&mut head, &address, "dang", &[("khi", "ngay")]).await;
    assert!(early.body.contains("chưa thẩm định"), "{}", early.body);
    let no = [("ly_do", "Câu này sai")];
    act(&mut health, &address, "khong-xac-nhan", &no).await.goes_to();
    let back = editor.get(&address).await.page();
    assert!(back.contains("Bị trả lại: Câu này sai"), "{back}");
    // Who is not asked reviews nothing, and nobody reviews her own.
    save(&mut editor, &address, "trinh", &claim()).await.goes_to();
    let stranger = act(&mut head, &address, "xac-nhan", &[]).await;
    assert!(stranger.body.contains("không phải người được mời"), "{}", stranger.body);
    act(&mut editor, &address, "rut", &[]).await.goes_to();
    for (name, told) in [
        ("h449", "không tự thẩm định"),
        ("khong.co", "Không có tài khoản này"),
        ("", "Ghi tên tài khoản"),
    ] {
        let mut own = claim();
        own.retain(|(field, _)| *field != "nguoi_tham_dinh");
        own.push(("nguoi_tham_dinh", name));
        let answer = save(&mut editor, &address, "trinh", &own).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{name}: {}", answer.body);
    }
}
on_both!(what_the_agency_confirmed_is_what_is_published);

async fn wrong(editor: &mut Client, address: &str, field: &str, value: &str) -> String {
    let mut fields = claim();
    fields.retain(|(name, _)| *name != field);
    let value = value.to_owned();
    fields.push((field, &value));
    let page = editor.get(address).await.page();
    let version = crate::payments::fixture::values(&page, "phien_ban")[0].clone();
    let mut all = vec![("phien_ban", version.as_str()), ("viec", "trinh")];
    all.extend(fields);
    let answer = editor.post(address, &all).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    answer.body
}

async fn a_rebuttals_fields_are_checked_where_they_stand(t: TestApp) {
    let (_, mut editor, _) = board(&t).await;
    officer(&t, "Trần Thị Bình", "binh.syt").await;
    let address = begin(&mut editor, "rebuttal", TITLE).await;
    for (field, value, told) in [
        ("dia_chi", "javascript:alert(1)", "bắt đầu bằng http"),
        ("dia_chi", "data:text/html,x", "bắt đầu bằng http"),
        ("can_cu_dia_chi", "mailto:a@b", "bắt đầu bằng http"),
        ("ngay_thay", "16/5/2020", "ở tương lai"),
        ("ngay_thay", "hôm qua", "Chưa đọc được ngày"),
        ("ngay_thay", "", "Ghi ngày thấy lần đầu"),
        ("nhan", "bịa", "Chọn kết luận"),
        ("linh_vuc", "", "Chọn lĩnh vực"),
        ("tin_lan", "", "Ghi điều đang lan truyền"),
    ] {
        let page = wrong(&mut editor, &address, field, value).await;
        assert!(page.contains(told), "{field} = {value}: {page}");
        assert!(page.contains("Một nhóm kín trên mạng xã hội"), "what was typed stays");
    }
    let page = wrong(&mut editor, &address, "tin_lan", &"dài ".repeat(200)).await;
    assert!(page.contains("nhiều nhất 500"), "{page}");
    assert_eq!(t.number("SELECT COUNT(*) FROM news_editions WHERE state = 'submitted'").await, 0);
}
on_both!(a_rebuttals_fields_are_checked_where_they_stand);

async fn the_feed_is_read_by_an_xml_reader_and_its_ids_stay(t: TestApp) {
    let empty = fetched(&t, "/tin-tuc/nguon-tin.xml").await;
    roxmltree::Document::parse(&empty).unwrap();
    let (mut head, mut editor, _) = board(&t).await;
    let address = begin(&mut editor, "news", "A <b> & \"c\" ]]>").await;
    save(&mut editor, &address, "trinh", &text("A <b> & \"c\" ]]>", "x")).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let read = async || {
        let feed = fetched(&t, "/tin-tuc/nguon-tin.xml").await;
        let xml = roxmltree::Document::parse(&feed).unwrap();
        let atom = "http://www.w3.org/2005/Atom";
        let root = xml.root_element();
        assert!(root.has_tag_name((atom, "feed")));
        let entry = root.children().find(|node| node.has_tag_name((atom, "entry"))).unwrap();
        let of = |name: &str| {
            let found = entry.children().find(|node| node.has_tag_name((atom, name))).unwrap();
            found.text().map_or_else(|| found.attribute("href").unwrap().to_owned(), str::to_owned)
        };
        for name in ["id", "title", "updated", "author", "link"] {
            assert!(root.children().any(|node| node.has_tag_name((atom, name))), "feed has {name}");
        }
        (of("id"), of("title"), of("updated"), of("link"))
    };
    let (id, title, updated, link) = read().await;
    assert_eq!(title, "A <b> & \"c\" ]]>");
    assert_eq!(updated, "2020-05-15T01:00:00Z");
    assert_eq!(link, "http://ansinh.hatinh.gov.vn/tin-tuc/a-b-c");
    t.pass(Duration::hours(1));
    let (mut head, mut editor) = (t.sign_in("h439").await, t.sign_in("h449").await);
    act(&mut editor, &address, "sua-moi", &[]).await.goes_to();
    let mut new = text("Tên khác", "x").to_vec();
    new.push(("thay_doi", "Đổi tên"));
    save(&mut editor, &address, "trinh", &new).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let (same, title, updated, link) = read().await;
    assert_eq!((same, title.as_str()), (id, "Tên khác"));
    assert_eq!(updated, "2020-05-15T02:00:00Z");
    assert_eq!(link, "http://ansinh.hatinh.gov.vn/tin-tuc/a-b-c", "the address stays");
}
on_both!(the_feed_is_read_by_an_xml_reader_and_its_ids_stay);
