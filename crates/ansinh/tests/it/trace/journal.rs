//! `/nhat-ky`: each level reads the acts of its own area, by any filter, without an identity number.

use ansinh::audit::{self, Wanted};
use ansinh::database::Sql;
use ansinh::identity::Scope;
use axum::http::StatusCode;
use sea_orm::{DbBackend, FromQueryResult};

use crate::identity::people::supervisor;
use crate::on_both;
use crate::payments::fixture::*;
use crate::relief::people::{bring_to_decision, decide, put_one};
use crate::support::{Client, TestApp, encode};

/// Rows of the table on the page.
fn rows(page: &str) -> usize {
    page.matches("<tr><td class=\"p so\">").count()
}

async fn page(client: &mut Client, filter: &str) -> String {
    let answer = client.get(&format!("/nhat-ky{filter}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{filter}: {}", answer.body);
    answer.body
}

async fn each_level_reads_the_acts_of_its_own_area_only(t: TestApp) {
    put_one(&t, "18196", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let people = [someone("Hồ Thị Hai", "042064000123")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let mut elsewhere = t.sign_in("x18070").await;
    elsewhere.get("/viec").await.page();
    let mut watcher = supervisor(&t, "h439", "gs.huyen").await;
    for (name, own, other) in [("tinh42", true, true), ("h439", true, false), ("h436", false, true)]
    {
        let mut officer = t.sign_in(name).await;
        let shown = page(&mut officer, "").await;
        assert_eq!(shown.contains("Ghi chi trả"), own, "{name}: {shown}");
        let other_acts = page(&mut officer, "?can-bo=x18070").await;
        assert_eq!(rows(&other_acts) > 0, other, "{name}");
        assert!(shown.contains("href=\"/nhat-ky\""), "in the menu");
    }
    let shown = page(&mut clerk, "").await;
    assert!(shown.contains("Ghi chi trả") && rows(&shown) > 0, "{shown}");
    assert_eq!(rows(&page(&mut clerk, "?don-vi=h439").await), 0, "not the district's");
    assert!(page(&mut clerk, "?can-bo=tinh42").await.contains("không có ai tên như vậy"));
    let shown = page(&mut watcher, "").await;
    assert!(shown.contains("Ghi chi trả"), "{shown}");
    for client in [&mut clerk, &mut watcher] {
        for path in ["", "/tep/nhat-ky.csv", "?viec=xem"] {
            let body = client.get(&format!("/nhat-ky{path}")).await.body;
            assert!(!body.contains("042064000123") && !body.contains("042154003817"), "{path}");
        }
    }
    let to = t.visitor().get("/nhat-ky").await.goes_to();
    assert!(to.starts_with("/dang-nhap"), "{to}");
}
on_both!(each_level_reads_the_acts_of_its_own_area_only);

async fn acts_are_found_by_day_unit_officer_kind_and_printed_number(t: TestApp) {
    let list = put_one(&t, SON_KIM, "HN", "Trần Thị Hường", Some("042154003817")).await;
    bring_to_decision(&t, SON_KIM, list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    let people = [someone("Hồ Thị Hai", "042064000123"), someone("Hồ Thị Ba", "042064000124")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    t.set_local("2020-06-25T09:00");
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..1]).await;
    t.set_local("2020-06-26T09:00");
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[1..]).await;
    let mut province = t.sign_in("tinh42").await;
    let both = page(&mut province, "?viec=chi").await;
    assert_eq!(rows(&both), 2, "{both}");
    let first = page(&mut province, "?viec=chi&tu=25/6/2020&den=25/6/2020").await;
    assert!(rows(&first) == 1 && first.contains("25/6/2020"), "{first}");
    assert_eq!(rows(&page(&mut province, "?viec=chi&tu=26/6/2020").await), 1);
    assert_eq!(rows(&page(&mut province, "?viec=chi&den=24/6/2020").await), 0);
    for (filter, found) in [
        ("?viec=chi&don-vi=x18196", 2),
        ("?viec=chi&don-vi=khu-439", 2),
        ("?viec=chi&don-vi=h439", 0),
        ("?viec=chi&don-vi=khu-436", 0),
        ("?viec=chi&can-bo=son+kim+1", 2),
        ("?viec=chi&can-bo=X18196", 2),
        ("?viec=quyet-dinh", 1),
    ] {
        assert_eq!(rows(&page(&mut province, filter).await), found, "{filter}");
    }
    let number = "1502/QĐ-UBND";
    for asked in [number, "1502"] {
        let shown = page(&mut province, &format!("?viec=quyet-dinh&so={}", encode(asked))).await;
        assert!(rows(&shown) == 1 && shown.contains(number), "{asked}: {shown}");
    }
    audit::seal(&t.app.db).await.unwrap();
    let shown = page(&mut province, "?so=3").await;
    assert!(shown.contains("<td class=\"p so\">3</td>"), "{shown}");
    let act = match t.app.db.engine() {
        DbBackend::Sqlite => {
            "SELECT lower(substr(hex(id), 25)) AS text FROM payment_entries LIMIT 1"
        }
        _ => "SELECT right(CAST(id AS TEXT), 8) AS text FROM payment_entries LIMIT 1",
    };
    let receipt = text(&t, act).await.to_uppercase();
    let shown = page(&mut province, &format!("?so={receipt}")).await;
    assert!(shown.contains("quanh ngày") && rows(&shown) == 0, "{shown}");
    let shown = page(&mut province, &format!("?so={receipt}&tu=20/6/2020&den=30/6/2020")).await;
    assert_eq!(rows(&shown), 1, "{shown}");
    let mut other = t.sign_in("h436").await;
    let shown = page(&mut other, &format!("?so={receipt}&tu=20/6/2020&den=30/6/2020")).await;
    assert_eq!(rows(&shown), 0, "a receipt of another district");
}
on_both!(acts_are_found_by_day_unit_officer_kind_and_printed_number);

async fn pages_follow_without_gap_and_the_file_holds_every_entry(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thị Hai", "042064000123")]).await;
    let mut clerk = t.sign_in("x18196").await;
    for _ in 0..60 {
        clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
        t.pass(chrono::Duration::seconds(1));
    }
    let mut province = t.sign_in("tinh42").await;
    let filter = "?don-vi=x18196&viec=xem";
    let first = page(&mut province, filter).await;
    assert_eq!(rows(&first), 50);
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let second = province.get(&next).await.page();
    assert_eq!(rows(&second), 10, "{next}");
    assert!(second.contains("Về trang đầu"), "{second}");
    let csv = province.get(&format!("/nhat-ky/tep/nhat-ky.csv{filter}")).await;
    assert_eq!(csv.body.lines().count(), 61, "{}", csv.body);
    let book = province.get(&format!("/nhat-ky/tep/nhat-ky.xlsx{filter}")).await;
    assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"));
    let noted = "SELECT COUNT(*) FROM audit_entries WHERE subject_id = 'nhat-ky'
        AND action = 'table.exported' AND detail LIKE '%whole%'";
    assert_eq!(t.number(noted).await, 2, "exports are on record");
}
on_both!(pages_follow_without_gap_and_the_file_holds_every_entry);

async fn clumsy_and_hostile_filters_are_answered_with_words(t: TestApp) {
    let mut officer = t.sign_in("tinh42").await;
    for (filter, told) in [
        ("?tu=31/6/2020", "không phải là ngày"),
        ("?tu=20/6/2020&den=19/6/2020", "sớm hơn Từ ngày"),
        ("?tu=-262143-01-01&den=262142-12-31", "không phải là ngày"),
        ("?can-bo=khong-co-ai", "không có ai tên như vậy"),
        ("?so=1502%2FQ%C4%90-UBND", "Không có mục nào"),
        ("?so=%25%25", "Không có mục nào"),
        ("?so='%3B--", "Không có mục nào"),
        ("?don-vi=khu-", "Lọc"),
        ("?don-vi=khong", "Không có mục nào"),
        ("?viec=%3Cscript%3E", "Lọc"),
        ("?sau=x", "Lọc"),
        ("?so=99999999999999999999999", "Không có mục nào"),
    ] {
        let shown = page(&mut officer, filter).await;
        assert!(shown.contains(told), "{filter}: {shown}");
        assert!(!shown.contains("<script>"), "{filter}");
    }
    let hidden = officer.get("/nhat-ky?tu=%00&so=%00%00").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let long = "9".repeat(5_000);
    for field in ["tu", "den", "don-vi", "can-bo", "viec", "so", "sau"] {
        let answer = officer.get(&format!("/nhat-ky?{field}={long}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{field}");
    }
    for name in ["x.csv", "nhat-ky.pdf", "nhat-ky"] {
        let answer = officer.get(&format!("/nhat-ky/tep/{name}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
    let refused = officer.get("/nhat-ky/tep/nhat-ky.csv?tu=x").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A number of a paper typed as a name to sign in with is not told on.
    let wrong = [("ten_dang_nhap", "042154003817"), ("mat_khau", "sai")];
    t.visitor().post("/dang-nhap", &wrong).await;
    assert!(!page(&mut officer, "").await.contains("042154003817"));
}
on_both!(clumsy_and_hostile_filters_are_answered_with_words);

#[derive(FromQueryResult)]
struct Text {
    text: String,
}

async fn text(t: &TestApp, sql: &str) -> String {
    let row: Option<Text> = t.app.db.read().row(sql, vec![]).await.unwrap();
    row.unwrap().text
}

/// How long a page takes at a million entries:
/// `cargo test --release --test it the_journal_of_a_million -- --ignored --nocapture`.
async fn the_journal_of_a_million_entries_answers_at_once(t: TestApp) {
    let rows = audit_rows(&t).await;
    super::chain::many(&t, 50, rows).await;
    if t.app.db.engine() != DbBackend::Sqlite {
        use sea_orm::ConnectionTrait;
        t.app.db.read().execute_unprepared("ANALYZE audit_entries").await.unwrap();
    }
    let clock = ansinh::clock::Clock::system();
    for (user, filters) in [
        (
            "tinh42",
            &[
                "",
                "?viec=chi",
                "?viec=thu-hoi",
                "?can-bo=tinh42",
                "?don-vi=khu-439",
                "?don-vi=x18196&viec=dang-nhap",
                "?viec=xuat&tu=15/5/2020&den=15/5/2020",
                "?so=018f2a3b&tu=15/5/2020&den=20/5/2020",
                "?so=777777",
            ][..],
        ),
        ("h439", &["", "?viec=chi", "?viec=dang-nhap", "?don-vi=x18196"][..]),
        ("x18196", &["", "?viec=thu-hoi"][..]),
    ] {
        let mut officer = t.sign_in(user).await;
        officer.get("/nhat-ky").await.page();
        for filter in filters {
            let begun = clock.now();
            page(&mut officer, filter).await;
            let took = (clock.now() - begun).num_milliseconds();
            eprintln!("{:?} {user} /nhat-ky{filter}: {took} ms", t.app.db.engine());
        }
    }
}

/// Accounts of communes with their units.
async fn audit_rows(t: &TestApp) -> Vec<(uuid::Uuid, String)> {
    #[derive(FromQueryResult)]
    struct Who {
        id: uuid::Uuid,
        commune_code: String,
    }
    let sql = "SELECT id, commune_code FROM accounts WHERE role = 'commune' ORDER BY username";
    let rows: Vec<Who> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.commune_code)).collect()
}

mod the_journal_of_a_million {
    async fn on(engine: crate::support::Engine) {
        if let Some(t) = crate::support::TestApp::start(engine).await {
            super::the_journal_of_a_million_entries_answers_at_once(t).await;
        }
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "a measurement"]
    async fn sqlite() {
        on(crate::support::Engine::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "a measurement"]
    async fn postgres() {
        on(crate::support::Engine::Postgres).await;
    }
}

async fn below_the_province_nobody_is_read_without_naming_accounts(t: TestApp) {
    t.sign_in("x18196").await;
    let conn = t.app.db.read();
    let district = Scope::District { province: "42".to_owned(), district: "439".to_owned() };
    let found = audit::journal(conn, &district, &Wanted::default(), 50).await.unwrap();
    assert_eq!(found, []);
    let other = Scope::Province { province: "40".to_owned() };
    assert_eq!(audit::journal(conn, &other, &Wanted::default(), 50).await.unwrap(), []);
}
on_both!(below_the_province_nobody_is_read_without_naming_accounts);
