//! A commune's published list.

use axum::http::StatusCode;

use super::seed::{ADDRESS, NOTE, PHONE, Row, day};
use crate::on_both;
use crate::support::TestApp;

const PAID: &str = "042140000184";
const POSTED: &str = "183456789";

async fn approved_posted_and_hidden_rows(t: &TestApp) {
    let decision = t.decision("1502/QĐ-UBND").await;
    let mut approved = t.list("BTXH", "approved");
    approved.decision = Some(decision);
    let row =
        |name: &str, number, pay, hold| Row { pay: Some(pay), hold, ..Row::new(name, number) };
    let mut household = row("Nguyễn Thị Thắm", Some(PAID), "paid", "");
    household.people = 4;
    household.dong = 3_000_000;
    let rows = [
        household,
        row("Trần Văn Chờ", Some("042150000185"), "unpaid", ""),
        row("Lê Văn Mất", Some("042150000186"), "unpaid", "death"),
        row("Phạm Thị Vắng", Some("042150000187"), "not_paid", ""),
        Row { state: "excluded", ..Row::new("Bùi Bị Loại", Some("042150000188")) },
        Row { state: "declined", ..Row::new("Đỗ Từ Chối", Some("042150000189")) },
    ];
    t.seed(&approved, &rows).await;
    let mut posted = t.list("NCC", "posted");
    posted.posting_ends_on = Some(day("2020-05-18"));
    let hostile = [
        Row { hamlet: "Kim Cương", ..Row::new("<script>alert(1)</script>", Some(POSTED)) },
        Row { hamlet: "Kim Cương", ..Row::new("=HYPERLINK(1) Hồ Hoa 0987654321", None) },
    ];
    t.seed(&posted, &hostile).await;
    t.seed(&t.list("LDTD", "draft"), &[Row::new("Võ Bản Nháp", None)]).await;
    t.seed(&t.list("HN", "submitted"), &[Row::new("Cao Đang Thẩm", None)]).await;
    let mut later = t.list("NCC", "posted");
    (later.tiers, later.district) = (2, "");
    later.posting_ends_on = Some(day("2020-05-18"));
    t.seed(&later, &[Row::new("Ngô Xã Khác", None)]).await;
}

const PAGES: [&str; 4] = [
    "/cong-khai/18196",
    "/cong-khai/18196/in",
    "/cong-khai/18196/tai-ve.csv",
    "/cong-khai/18196?q=tham&nhom=BTXH",
];

async fn nothing_but_the_masked_facts_leaves_a_published_list(t: TestApp) {
    approved_posted_and_hidden_rows(&t).await;
    let mut neighbour = t.visitor();
    for address in PAGES {
        let body = neighbour.get(address).await.page();
        for secret in [PAID, POSTED, PHONE, "0987654321", ADDRESS, NOTE, "5/3/1940", "05/03/1940"] {
            assert!(!body.contains(secret), "{address} shows {secret}");
        }
        for hidden in ["Bị Loại", "Từ Chối", "Bản Nháp", "Đang Thẩm", "Xã Khác"] {
            assert!(!body.contains(hidden), "{address} shows {hidden}");
        }
        assert!(body.contains("Nguyễn Thị Thắm"), "{address}");
        // A table is not a page: nosniff and its type keep it from becoming one.
        assert!(address.contains(".csv") || !body.contains("<script>alert"), "{address}");
    }
}
on_both!(nothing_but_the_masked_facts_leaves_a_published_list);

async fn a_published_row_says_who_how_much_and_where_it_stands(t: TestApp) {
    approved_posted_and_hidden_rows(&t).await;
    let mut neighbour = t.visitor();
    let page = neighbour.get("/cong-khai/18196").await.page();
    for shown in [
        "042******184",
        "183***789",
        "4 khẩu",
        "3.000.000",
        "1502/QĐ-UBND",
        "Đã chi",
        "12/6/2020",
        "Chờ xác minh",
        "Chưa chi được",
        "Đang niêm yết",
        "đến hết ngày 18/5/2020",
        "báo UBND xã Sơn Kim 1",
        "đang được thẩm định",
        "1940",
    ] {
        assert!(page.contains(shown), "{shown} is missing: {page}");
    }
    t.set_local("2020-05-19T08:00");
    let after = neighbour.get("/cong-khai/18196").await.page();
    assert!(after.contains("đã hết hạn niêm yết"), "{after}");
}
on_both!(a_published_row_says_who_how_much_and_where_it_stands);

async fn the_download_is_a_table_without_numbers_and_without_formulas(t: TestApp) {
    approved_posted_and_hidden_rows(&t).await;
    let answer = t.visitor().get("/cong-khai/18196/tai-ve.csv").await;
    assert!(answer.content_type.starts_with("text/csv"));
    let body = answer.page();
    assert!(body.starts_with('\u{feff}'), "Excel must see UTF-8");
    assert!(!body.contains("***"), "not even masked numbers");
    assert!(body.contains("'=HYPERLINK(1) Hồ Hoa …"), "{body}");
    assert_eq!(body.lines().count(), 1 + 6);
}
on_both!(the_download_is_a_table_without_numbers_and_without_formulas);

async fn a_code_used_again_in_2025_shows_its_own_commune_only(t: TestApp) {
    approved_posted_and_hidden_rows(&t).await;
    let mut visitor = t.visitor();
    let old = visitor.get("/cong-khai/18196").await.page();
    assert!(!old.contains("Ngô Xã Khác"));
    let new = visitor.get("/cong-khai/18196-2025").await;
    if new.status == StatusCode::OK {
        assert!(new.body.contains("Ngô Xã Khác") && !new.body.contains("Thắm"), "{}", new.body);
    }
}
on_both!(a_code_used_again_in_2025_shows_its_own_commune_only);

async fn unknown_and_foreign_communes_are_not_found(t: TestApp) {
    let mut visitor = t.visitor();
    // 00001 is Phường Phúc Xá in Hà Nội: another province.
    for address in [
        "/cong-khai/99999",
        "/cong-khai/00001",
        "/cong-khai/18196-1999",
        "/cong-khai/%27%20OR%201=1",
        "/cong-khai/18196%00",
        "/cong-khai/99999/in",
        "/cong-khai/99999/tai-ve.csv",
        "/cong-khai?huyen=001",
    ] {
        let answer = visitor.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}: {}", answer.body);
        assert!(answer.body.contains("Không tìm thấy"), "{address}");
    }
}
on_both!(unknown_and_foreign_communes_are_not_found);

async fn filters_forgive_marks_and_escape_what_was_typed(t: TestApp) {
    approved_posted_and_hidden_rows(&t).await;
    let mut visitor = t.visitor();
    let found = visitor.get("/cong-khai/18196?q=nguyen+thi+THAM").await.page();
    assert!(found.contains("Nguyễn Thị Thắm") && !found.contains("Trần Văn Chờ"));
    let hamlet = visitor.get("/cong-khai/18196?thon=Kim+C%C6%B0%C6%A1ng").await.page();
    assert!(!hamlet.contains("Thắm") && hamlet.contains("183***789"));
    let hostile = "/cong-khai/18196?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E&thon=%27--&nhom=%25";
    let page = visitor.get(hostile).await.page();
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("Không có dòng nào như vậy"));
    let wildcard = visitor.get("/cong-khai/18196?q=%25").await.page();
    assert!(wildcard.contains("Không có dòng nào như vậy"), "% is a character, not a wildcard");
    visitor.get("/cong-khai/18196?sau=x&so-dong=-1&q=%ff%fe").await.page();
    let search = visitor.get("/cong-khai?q=son+kim").await.page();
    assert!(search.contains("Xã Sơn Kim 1") && search.contains("/cong-khai/18196"));
    let nothing = visitor.get("/cong-khai?q=%3Cb%3Exyz").await.page();
    assert!(nothing.contains("Không có xã nào") && !nothing.contains("<b>xyz"));
}
on_both!(filters_forgive_marks_and_escape_what_was_typed);

async fn paging_by_key_visits_each_row_once(t: TestApp) {
    let mut list = t.list("NCC", "posted");
    list.posting_ends_on = Some(day("2020-05-18"));
    // Three hamlets, many equal names: the id decides.
    let hamlets = ["Bắc Hà", "Đông Bình", ""];
    let rows: Vec<Row> = (0..173)
        .map(|n| Row {
            hamlet: hamlets[n % 3],
            ..Row::new(&format!("Trần Thị Hoa {}", n % 7), None)
        })
        .collect();
    let ids = t.seed(&list, &rows).await;
    let mut visitor = t.visitor();
    let (mut seen, mut pages) = (0, 0);
    let mut address = "/cong-khai/18196?nhom=NCC".to_owned();
    loop {
        let page = visitor.get(&address).await.page();
        seen += page.matches("<th scope=\"row\" class=\"o1 dam\">").count();
        pages += 1;
        assert!(page.contains("173"), "the sum is of all rows");
        let Some(next) =
            page.split("rel=\"next\"").next().filter(|_| page.contains("rel=\"next\""))
        else {
            break;
        };
        let href = next.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        address = href.replace("&#38;", "&").replace("&amp;", "&");
        assert!(address.contains("nhom=NCC"), "the filter stays in the address: {address}");
    }
    assert_eq!((seen, pages), (ids.len(), 4));
    let csv = visitor.get("/cong-khai/18196/tai-ve.csv").await.page();
    assert_eq!(csv.lines().count(), 1 + ids.len());
}
on_both!(paging_by_key_visits_each_row_once);

async fn names_are_taken_down_when_their_time_is_over(t: TestApp) {
    use crate::payments::fixture::{SON_KIM, approved, someone};
    approved(&t, SON_KIM, "HN", &[someone("Hồ Thanh Bình", "185113376")]).await;
    let mut visitor = t.visitor();
    assert!(visitor.get("/cong-khai/18196").await.page().contains("Hồ Thanh Bình"));
    t.set_local("2021-05-11T08:00");
    for path in ["/cong-khai/18196", "/cong-khai/18196/in", "/cong-khai/18196/tai-ve.csv"] {
        let page = visitor.get(path).await.page();
        assert!(!page.contains("Hồ Thanh Bình"), "{path}: {page}");
    }
    let page = visitor.get("/cong-khai/18196").await.page();
    assert!(page.contains("đã gỡ tên khỏi trang này sau 12 tháng"), "{page}");
    let own = visitor
        .post("/tra-cuu/ket-qua", &[("so_giay_to", "185113376"), ("ngay_sinh", "1964")])
        .await
        .page();
    assert!(own.contains("Hồ Thanh Bình"), "she herself still finds it: {own}");
}
on_both!(names_are_taken_down_when_their_time_is_over);
