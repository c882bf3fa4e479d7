//! Public answers that the server keeps: handed out again unchanged, never after something was
//! written here, never longer than a minute, never to somebody they were not made for.

use ansinh::database::Sql as _;
use axum::http::header;
use chrono::Duration;
use http_body_util::BodyExt as _;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp};

const LIST: &str = "/cong-khai/18196";
/// The mark of a row that is paid.
const PAID: &str = "<span class=\"tt xong\">";

/// Behind the program's back, as another server on the same database would.
async fn renamed_elsewhere(t: &TestApp, name: &str) {
    t.tampers();
    let sql = "UPDATE list_entries SET full_name = $1";
    t.app.db.read().change(sql, vec![name.into()]).await.unwrap();
}

async fn shows(visitor: &mut Client, name: &str) -> bool {
    visitor.get(LIST).await.page().contains(name)
}

async fn a_page_is_kept_for_a_minute_and_until_somebody_writes(t: TestApp) {
    let ids = approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "042064001233")]).await;
    let mut visitor = t.visitor().unwatched();
    assert!(shows(&mut visitor, "Hồ Thanh Bình").await);
    renamed_elsewhere(&t, "Hồ Thị Khác").await;
    assert!(shows(&mut visitor, "Hồ Thanh Bình").await, "it was made again");
    t.pass(Duration::seconds(59));
    assert!(shows(&mut visitor, "Hồ Thanh Bình").await, "it was made again");
    t.pass(Duration::seconds(1));
    assert!(shows(&mut visitor, "Hồ Thị Khác").await, "it is older than a minute");
    assert!(!shows(&mut visitor, PAID).await);
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    assert!(shows(&mut visitor, PAID).await, "what was written here is seen at once");
}
on_both!(a_page_is_kept_for_a_minute_and_until_somebody_writes);

async fn whole(response: axum::response::Response) -> (Option<String>, Vec<u8>) {
    let packed = response.headers().get(header::CONTENT_ENCODING);
    let packed = packed.map(|value| value.to_str().unwrap().to_owned());
    (packed, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn an_answer_goes_only_to_those_it_was_made_for(t: TestApp) {
    let mut visitor = t.visitor();
    // A stranger names a host of his own: the next visitor is not sent there.
    let his = whole(visitor.open_with("/sitemap.xml", "host", "evil.example").await).await.1;
    assert!(String::from_utf8_lossy(&his).contains("http://evil.example"), "hosts are told apart");
    let hers = whole(visitor.open_with("/sitemap.xml", "host", "ansinh.example").await).await.1;
    assert!(!String::from_utf8_lossy(&hers).contains("evil.example"));
    // Who cannot unpack gets it plain, whoever came before.
    for _ in 0..2 {
        let packed = whole(visitor.open_with("/", "accept-encoding", "gzip").await).await;
        let plain = whole(visitor.open("/").await).await;
        assert_eq!((packed.0.as_deref(), plain.0), (Some("gzip"), None));
        assert!(packed.1.len() < plain.1.len() && plain.1.trim_ascii_end().ends_with(b"</html>"));
    }
    // An officer's page is never kept: no address of hers answers a stranger.
    let mut clerk = t.sign_in("x18196").await;
    for address in ["/viec", "/chi-tra", "/nhap-lieu"] {
        clerk.get(address).await.page();
        assert_eq!(
            t.visitor().get(address).await.goes_to().split('?').next(),
            Some("/dang-nhap"),
            "{address}"
        );
    }
    // The form to look oneself up is everybody's, the result nobody's.
    let fields = [("so_giay_to", "042064001233"), ("ngay_sinh", "1/1/1950")];
    visitor.post("/tra-cuu/ket-qua", &fields).await;
    assert_eq!(visitor.get("/tra-cuu/ket-qua").await.goes_to(), "/tra-cuu");
}
on_both!(an_answer_goes_only_to_those_it_was_made_for);
